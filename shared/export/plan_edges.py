"""Noun export: the edges that a stored plan shows, rebuilt from its serving part alone.

The rules and the evaluation are the solve's; the lookup applies the same to one row.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.allocation.delivery import shown
from shared.allocation.problem import AllocationProblem
from shared.allocation.row_edges import group_sums
from shared.allocation.served import StoredPrices
from shared.plan.edges import Rules, block_edges
from shared.plan.problem_rows import ProblemRows
from shared.plan.promoted import Offering, promoted_tracks
from shared.plan.serving import ServingPlan, unpack_hashes
from shared.plan.targeting import Aim, targeting_of
from shared.score.rows import ScoreColumns


@dataclass(frozen=True)
class ShownEdges:
    """Edges of some rows whose score is above 0, in the rows' order, and what the rows deliver."""

    row: NDArray[np.int64]  # (edges)
    campaign: NDArray[np.int32]  # (edges)
    track_hash: NDArray[np.uint64]  # (edges)
    score: NDArray[np.float32]  # (edges) promotion score, throttled
    exposures: NDArray[np.float64]  # (campaigns) before throttles, holdouts and suppression


class PlanEdges:
    """A stored plan, and what it shows of rows."""

    def __init__(
        self, plan: ServingPlan, contexts: tuple[str, ...], markets: tuple[str, ...]
    ) -> None:
        """Arrange what campaigns promote, for rows that name these contexts and markets."""
        campaigns = plan.campaigns
        offerings = [
            Offering(
                c.campaign_id, c.weight, c.lowest_score, unpack_hashes(c.tracks), c.track_markets
            )
            for c in campaigns
        ]
        aims = [
            Aim(c.contexts, c.markets, np.array(unpack_hashes(c.audiences), dtype=np.uint64))
            for c in campaigns
        ]
        self._rules = Rules(
            promoted_tracks(offerings, markets), targeting_of(aims, contexts, markets)
        )
        self._prices = StoredPrices(
            campaign_price=np.array([c.price for c in campaigns], dtype=np.float32),
            licensor_price=np.array([each.price for each in plan.licensors], dtype=np.float32),
            width=plan.width,
        )
        self._licensor = np.array([c.licensor for c in campaigns], dtype=np.int32)
        self.throttle = np.array([c.throttle for c in campaigns], dtype=np.float64)

    def shown(self, rows: ProblemRows, scores: ScoreColumns) -> ShownEdges:
        """Return the edges that rows show, whose scores these are; also of rows without slots."""
        found = block_edges(rows, scores, self._rules)
        many = np.bincount(found.row, minlength=len(rows.score))
        none = np.zeros(len(self.throttle))
        problem = AllocationProblem(
            row_start=np.concatenate(([0], np.cumsum(many))),
            campaign=found.campaign,
            value=found.values(self._rules),
            slots=np.ones(len(rows.slots)),
            promoted_share=rows.promoted_share,
            track_cap=rows.track_cap,
            cap=none + np.inf,
            minimum=none,
            shortfall_penalty=none,
            licensor=self._licensor,
            licensor_cap=np.full(len(self._prices.licensor_price), np.inf),
        )
        seen = shown(problem, self._prices)
        amount = (rows.slots * rows.track_cap)[seen.rows.problem_row[seen.rows.row]] * seen.share
        score = (self.throttle[seen.rows.campaign] * seen.share).astype(np.float32)
        kept = np.flatnonzero(score > 0)
        edge = seen.rows.edge[kept]
        return ShownEdges(
            row=found.row[edge],
            campaign=found.campaign[edge],
            track_hash=found.track_hash[edge],
            score=score[kept],
            exposures=group_sums(seen.rows.campaign, amount, len(none)),
        )
