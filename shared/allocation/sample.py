"""Noun allocation: a sample of rows on which prices come near those of the whole.

Rows are drawn systematically with probability proportional to what they can promote, N_i s_i
(W. Madow, "On the theory of systematic sampling, II", 1949), and stand for their share of all:
the slots of a drawn row are divided by its probability, so every sum over rows is unbiased.
A campaign of which it holds hardly an edge has no minimum in it, or its price would run away.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from shared.allocation.problem import AllocationProblem
from shared.allocation.row_edges import Floats, Indices

SETTLED = 20
FEW = 10  # edges


def sampled_problem(problem: AllocationProblem, edges: int) -> AllocationProblem:
    """Return a problem of about so many edges with the same campaigns and licensors.

    Returns the problem itself where it has not many more.
    """
    per_row = problem.campaign.size / max(problem.slots.size, 1)
    wanted = int(np.ceil(edges / max(per_row, 1e-9)))
    weight = problem.slots * problem.promoted_share * (np.diff(problem.row_start) > 0)
    if 2 * wanted >= np.count_nonzero(weight):
        return problem
    chance = _chances(weight, wanted)
    reached = np.floor(np.cumsum(chance) + 0.5)
    drawn = np.flatnonzero(np.diff(reached, prepend=0.0) > 0)
    return without_rare_minima(rows_of(problem, drawn, problem.slots[drawn] / chance[drawn]))


def without_rare_minima(sample: AllocationProblem, few: int = FEW) -> AllocationProblem:
    """Return a sample in which campaigns with fewer edges than that have no minimum."""
    is_known = np.bincount(sample.campaign, minlength=sample.cap.size) >= few
    return replace(sample, minimum=np.where(is_known, sample.minimum, 0.0))


def _chances(weight: Floats, wanted: int) -> Floats:
    """Probabilities proportional to weight, at most 1, that sum to the number wanted: (rows)."""
    chance: Floats = weight * (wanted / weight.sum())
    for _ in range(SETTLED):
        certain = chance >= 1
        rest = weight.sum(where=~certain)
        left = wanted - np.count_nonzero(certain)
        if not certain.any() or rest <= 0 or left <= 0:
            break
        before, chance = certain, np.where(certain, 1.0, weight * (left / rest))
        if np.array_equal(chance >= 1, before):
            break
    return np.minimum(chance, 1.0)


def rows_of(
    problem: AllocationProblem, rows: Indices, slots: NDArray[np.float64]
) -> AllocationProblem:
    """Return the problem of some rows with other slots."""
    count = np.diff(problem.row_start)[rows]
    start = np.concatenate(([0], np.cumsum(count)))
    edge = np.repeat(problem.row_start[rows] - start[:-1], count) + np.arange(start[-1])
    return AllocationProblem(
        row_start=start,
        campaign=problem.campaign[edge],
        value=problem.value[edge],
        slots=slots,
        promoted_share=problem.promoted_share[rows],
        track_cap=problem.track_cap[rows],
        cap=problem.cap,
        minimum=problem.minimum,
        shortfall_penalty=problem.shortfall_penalty,
        licensor=problem.licensor,
        licensor_cap=problem.licensor_cap,
    )
