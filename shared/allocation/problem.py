"""Noun allocation: the linear program of one day over all rows and campaigns, as arrays."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from shared.allocation.checks import AllocationProblemError, index_complaint, measure_complaint

__all__ = ["AllocationProblem", "AllocationProblemError"]


@dataclass(frozen=True)
class AllocationProblem:
    """One day's allocation (DESIGN.md, section 4), columns only; checked where it is made.

    Row i is an (audience, context, market); edges of row i stand at
    ``row_start[i]:row_start[i + 1]``. A campaign may stand several times in a row.

        maximise   sum N_i v_ij x_ij - sum pi_j z_j
        subject to 0 <= x_ij <= u_i,  sum_j x_ij <= s_i
                   m_j - z_j <= sum_i N_i x_ij <= B_j,  z_j >= 0
                   sum over campaigns of licensor L of their exposures <= F_L

    Raises:
        AllocationProblemError: an array has the wrong shape, an index points outside, a number
            is negative, not a number or infinite where it must be finite, u > s, or m > B.
    """

    row_start: NDArray[np.int64]  # (rows + 1)
    campaign: NDArray[np.int32]  # (edges) index of the edge's campaign
    value: NDArray[np.float32]  # (edges) v_ij, value of one exposure
    slots: NDArray[np.float64]  # (rows) N_i, slots still to come
    promoted_share: NDArray[np.float64]  # (rows) s_i
    track_cap: NDArray[np.float64]  # (rows) u_i <= s_i
    cap: NDArray[np.float64]  # (campaigns) B_j in exposures, inf where there is none
    minimum: NDArray[np.float64]  # (campaigns) m_j <= B_j in exposures
    shortfall_penalty: NDArray[np.float64]  # (campaigns) pi_j, value lost per exposure short
    licensor: NDArray[np.int32]  # (campaigns) index of the campaign's licensor
    licensor_cap: NDArray[np.float64]  # (licensors) F_L in exposures, inf where there is none

    def __post_init__(self) -> None:
        """Refuse arrays that do not describe an allocation."""
        complaint = self._complaint()
        if complaint:
            raise AllocationProblemError(complaint)

    @cached_property
    def is_open(self) -> NDArray[np.bool_]:
        """Say which rows can have exposures: (rows)."""
        return self.slots * self.track_cap > 0

    def without_empty_rows(self) -> "AllocationProblem":
        """Return the problem without rows that have no edge, which add nothing; edges are shared.

        Returns the problem itself where most rows have edges.
        """
        kept = np.flatnonzero(np.diff(self.row_start))
        if 2 * kept.size > self.slots.size:
            return self
        return replace(
            self,
            row_start=np.append(self.row_start[kept], self.row_start[-1]),
            slots=self.slots[kept],
            promoted_share=self.promoted_share[kept],
            track_cap=self.track_cap[kept],
        )

    def _complaint(self) -> str:
        """Say the first thing that is wrong, or nothing."""
        rows, edges = self.slots.size, self.campaign.size
        campaigns, licensors = self.cap.size, self.licensor_cap.size
        if self.row_start.shape != (rows + 1,):
            return f"row_start has shape {self.row_start.shape}, expected ({rows + 1},)"
        if self.row_start[0] != 0 or self.row_start[-1] != edges:
            return f"row_start must run from 0 to the number of edges, {edges}"
        if np.any(np.diff(self.row_start) < 0):
            return "row_start must not fall"
        infinite_allowed = ("cap", "licensor_cap")
        sizes = {
            "value": edges,
            "slots": rows,
            "promoted_share": rows,
            "track_cap": rows,
            "cap": campaigns,
            "minimum": campaigns,
            "shortfall_penalty": campaigns,
            "licensor_cap": licensors,
        }
        complaints = [
            measure_complaint(name, getattr(self, name), size, name in infinite_allowed)
            for name, size in sizes.items()
        ]
        complaints.append(index_complaint("campaign", self.campaign, edges, campaigns))
        complaints.append(index_complaint("licensor", self.licensor, campaigns, licensors))
        for complaint in complaints:
            if complaint:
                return complaint
        above = np.flatnonzero(self.track_cap > self.promoted_share)
        if above.size:
            return f"track_cap exceeds promoted_share in row {above[0]}"
        above = np.flatnonzero(self.minimum > self.cap)
        if above.size:
            return f"minimum exceeds cap of campaign {above[0]}"
        return ""
