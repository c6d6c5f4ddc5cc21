"""Noun plan: from inputs and campaigns to the allocation problem of one day."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from shared.allocation.problem import AllocationProblem
from shared.campaign.campaigns import Campaign
from shared.plan.days import day_of, share_of_day_left
from shared.plan.edges import Edges, Rules, build_edges
from shared.plan.forecasts import Inputs
from shared.plan.problem_rows import ProblemRows, problem_rows
from shared.plan.promoted import offering_of, promoted_tracks
from shared.plan.rows import build_rows
from shared.plan.serving import pack_hashes
from shared.plan.targeting import aim_of, targeting_of
from shared.plan.targets import todays_targets
from shared.plan.terms import DayTerms, entrants
from shared.policy.policies import Policy
from shared.score.hashes import id_hash


@dataclass(frozen=True)
class CampaignLimits:
    """What the problem says of campaigns and licensors, exposures of holdouts included."""

    cap: NDArray[np.float64]  # (campaigns)
    minimum: NDArray[np.float64]  # (campaigns)
    penalty_factor: float  # the shortfall penalty, in times the highest value of an edge
    licensor: NDArray[np.int32]  # (campaigns)
    licensor_cap: NDArray[np.float64]  # (licensors)

    def problem(self, rows: ProblemRows, edges: Edges, highest_value: float) -> AllocationProblem:
        """Return the problem of some rows; the highest value is that of all rows there are."""
        return AllocationProblem(
            row_start=edges.row_start,
            campaign=edges.campaign,
            value=edges.value,
            slots=rows.slots,
            promoted_share=rows.promoted_share,
            track_cap=rows.track_cap,
            cap=self.cap,
            minimum=self.minimum,
            shortfall_penalty=np.full(len(self.cap), self.penalty_factor * highest_value),
            licensor=self.licensor,
            licensor_cap=self.licensor_cap,
        )


@dataclass(frozen=True)
class DayOutline:
    """A day's problem but for its edges, which are many, and follow from scores by the rules."""

    terms: DayTerms
    rows: ProblemRows
    rules: Rules
    limits: CampaignLimits


@dataclass(frozen=True)
class DayProblem:
    """The problem of what is left of a UTC day, with what its indexes stand for."""

    terms: DayTerms
    rows: ProblemRows
    problem: AllocationProblem


def outline_day(
    inputs: Inputs, campaigns: list[Campaign], policy: Policy, now: datetime
) -> DayOutline:
    """Outline the day of ``now``; every campaign is in it or has a reason why not."""
    entered = entrants(campaigns, inputs.tracks, inputs.delivered, now)
    live, tracks_of = list(entered.campaigns), list(entered.tracks_of)
    scored = inputs.scores.audience
    rows = build_rows(inputs.supply, inputs.audiences, scored, today=day_of(now))
    aims = [aim_of(campaign) for campaign in live]
    targeting = targeting_of(aims, rows.context.names, rows.market.names)
    reached = targeting.reached_slots(rows) * (1.0 - policy.holdout_share)
    used = {t for own in tracks_of for t in own}
    markets = {t: inputs.tracks[t].markets for t in sorted(used)}
    versions = {c.campaign_id: c.version for c in sorted(campaigns, key=lambda c: c.campaign_id)}
    terms = DayTerms(
        campaigns=entered.campaigns,
        tracks_of=entered.tracks_of,
        audiences_of=tuple(
            pack_hashes(sorted(id_hash(a) for a in c.audience_ids)) for c in entered.campaigns
        ),
        track_markets={t: limit for t, limit in markets.items() if limit},
        targets=todays_targets(live, inputs.delivered, reached, now),
        licensors=tuple(sorted({c.licensor_id for c in live})),
        excluded_campaigns=entered.excluded_campaigns,
        excluded_tracks=entered.excluded_tracks,
        campaign_versions=versions,
        accepted_keys=inputs.accepted_keys,
        delivered={c: d for c, d in inputs.delivered.items() if c in versions},
        unforecast=rows.unforecast,
    )
    of_problem = problem_rows(rows, len(scored), policy, share_of_day_left(now))
    offerings = [offering_of(*each, inputs.tracks) for each in zip(live, tracks_of, strict=True)]
    return DayOutline(
        terms=terms,
        rows=of_problem,
        rules=Rules(promoted_tracks(offerings, rows.market.names), targeting),
        limits=_limits(terms, policy, of_problem.promotable_slots),
    )


def build_problem(
    inputs: Inputs,
    campaigns: list[Campaign],
    policy: Policy,
    now: datetime,
) -> DayProblem:
    """Build the problem of the day of ``now``, in one place."""
    return whole_problem(outline_day(inputs, campaigns, policy, now), inputs)


def whole_problem(day: DayOutline, inputs: Inputs, *, most_edges: int | None = None) -> DayProblem:
    """Build the problem of all rows of a day.

    Raises:
        TooManyEdgesError: there are more edges than ``most_edges``.
    """
    edges = build_edges(day.rows, inputs.scores.blocks(), day.rules, most=most_edges)
    return DayProblem(day.terms, day.rows, day.limits.problem(day.rows, edges, edges.highest_value))


def _limits(terms: DayTerms, policy: Policy, promotable_slots: float) -> CampaignLimits:
    # A campaign's own holdout takes its part of every exposure planned, whoever the listener is.
    shown = np.array([1.0 - c.holdout_share for c in terms.campaigns], dtype=np.float64)
    licensor_cap = np.inf
    if policy.licensor_share_cap is not None:
        licensor_cap = policy.licensor_share_cap * promotable_slots
    return CampaignLimits(
        cap=np.array([t.cap for t in terms.targets], dtype=np.float64) / shown,
        minimum=np.array([t.minimum for t in terms.targets], dtype=np.float64) / shown,
        penalty_factor=policy.shortfall_penalty,
        licensor=terms.licensor_index(),
        licensor_cap=np.full(len(terms.licensors), licensor_cap),
    )
