"""Noun plan: how many rows and edges a problem has, and how far each campaign reaches."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.allocation.problem import AllocationProblem
from shared.allocation.row_edges import BLOCK_EDGES, row_blocks


@dataclass(frozen=True)
class Tally:
    """Counts of some rows; those of parts add up to those of the whole."""

    rows: int
    edges: NDArray[np.int64]  # (campaigns)
    reach: NDArray[np.float64]  # (campaigns) exposures if every edge had all that it may have
    highest_value: float  # of any edge

    def __add__(self, other: "Tally") -> "Tally":
        """Return the counts of both."""
        return Tally(
            self.rows + other.rows,
            self.edges + other.edges,
            self.reach + other.reach,
            max(self.highest_value, other.highest_value),
        )


def tally_of(problem: AllocationProblem) -> Tally:
    """Count a problem's rows and edges."""
    campaigns, start = problem.cap.size, problem.row_start
    alone = problem.slots * problem.track_cap
    edges, reach = np.zeros(campaigns, dtype=np.int64), np.zeros(campaigns)
    for first, last, begin, end in row_blocks(start[:-1], problem.campaign.size, BLOCK_EDGES):
        campaign = problem.campaign[begin:end]
        edges += np.bincount(campaign, minlength=campaigns)
        weight = np.repeat(alone[first:last], np.diff(start[first : last + 1]))
        reach += np.bincount(campaign, weight, campaigns)
    highest = float(np.max(problem.value, initial=np.float32(0)))
    return Tally(problem.slots.size, edges, reach, highest)
