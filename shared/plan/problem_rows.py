"""Noun plan: the rows of a problem: whose they are, what may be shown there, and their scores."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.plan.labels import Labels
from shared.plan.rows import AllocationRows
from shared.policy.policies import ContextPolicy, Policy


@dataclass(frozen=True)
class ProblemRows:
    """Rows in the order of their scores."""

    audience: NDArray[np.uint64]  # (rows)
    parent: NDArray[np.uint64]  # (rows)
    context: Labels  # (rows)
    market: Labels  # (rows)
    score: NDArray[np.int64]  # (rows) ascending; the number of scores where it has none
    scores: int
    slots: NDArray[np.float64]  # (rows) N_i, still to come today
    promoted_share: NDArray[np.float64]  # (rows) s_i
    track_cap: NDArray[np.float64]  # (rows) u_i

    @property
    def promotable_slots(self) -> float:
        """Return how many slots of all rows may be promoted."""
        return float(self.slots @ self.promoted_share)

    def of_scores(self, first: int, last: int) -> "ProblemRows":
        """Return the rows of some consecutive scores, which are counted anew."""
        begin, end = np.searchsorted(self.score, (first, last)).tolist()
        part = slice(begin, end)
        return ProblemRows(
            audience=self.audience[part],
            parent=self.parent[part],
            context=self.context.take(part),
            market=self.market.take(part),
            score=self.score[part] - first,
            scores=last - first,
            slots=self.slots[part],
            promoted_share=self.promoted_share[part],
            track_cap=self.track_cap[part],
        )


_NONE, _NOBODY = np.zeros(0), np.zeros(0, dtype=np.uint64)
_NOWHERE = Labels((), np.zeros(0, dtype=np.int32))
NO_ROWS = ProblemRows(
    *(_NOBODY, _NOBODY, _NOWHERE, _NOWHERE, np.zeros(0, dtype=np.int64), 0, _NONE, _NONE, _NONE)
)


def problem_rows(
    rows: AllocationRows, scores: int, policy: Policy, share_of_day: float
) -> ProblemRows:
    """Return the rows with what the policy lets be shown in what is left of the day."""
    share, cap = share_and_cap(rows.context, policy)
    return ProblemRows(
        audience=rows.audience,
        parent=rows.parent,
        context=rows.context,
        market=rows.market,
        score=rows.score,
        scores=scores,
        slots=rows.slots_today * share_of_day * (1.0 - policy.holdout_share),
        promoted_share=share,
        track_cap=cap,
    )


def share_and_cap(
    context: Labels, policy: Policy
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return promoted share and frequency cap of each entry's context, 0 where it has none."""
    silent = ContextPolicy(promoted_share=0, frequency_cap=0)
    contexts = [policy.contexts.get(c, silent) for c in context.names]  # type: ignore[call-overload]
    share, cap = (
        np.array([getattr(c, name) for c in contexts], dtype=np.float64)[context.code]
        for name in ("promoted_share", "frequency_cap")
    )
    return share, cap
