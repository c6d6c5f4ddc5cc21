"""Noun allocation: the edges that prices admit: those above their row's threshold, or near it.

One pass over all edges of a problem, block by block, keeps the few that can carry an exposure.
Reduced values are compared as float32, so each margin is widened by what that may be off.
"""

import numpy as np
from numpy.typing import NDArray

from shared.allocation.problem import AllocationProblem
from shared.allocation.row_edges import Float32s, Floats, Indices, RowEdges, row_blocks, row_edges

PASS_EDGES = 1 << 16
"""Edges of a block of the pass, of 4 bytes each."""

PARTS = 16
"""Parts into which a long row is cut to bound its best edges from below."""


def admitted_edges(
    problem: AllocationProblem,
    price: Floats,
    *,
    margin: float,
    threshold: Floats | None = None,
    is_open: NDArray[np.bool_] | None = None,
) -> RowEdges:
    """Return every edge whose reduced value v - q is above its row's threshold less a margin.

    Without thresholds, each row's own is bounded from below by its best edges, as many as fill
    its room, so that what has a share at a width of at most ``margin`` is there as well.

    Args:
        problem: all edges.
        price: (campaigns) q = lambda + mu.
        margin: in price units, at least 0.
        threshold: (rows of the problem) tau, or lower.
        is_open: (rows of the problem) rows that count; all if not given.
    """
    price32 = price.astype(np.float32)
    slack = (
        4
        * np.finfo(np.float32).eps
        * float(np.max(np.abs(price32), initial=0.0) + np.max(problem.value, initial=np.float32(0)))
    )
    wanted = _filling_edges(problem) if threshold is None else None
    found: list[Indices] = []
    for first, last, begin, end in row_blocks(
        problem.row_start[:-1], problem.campaign.size, PASS_EDGES
    ):
        reduced = problem.value[begin:end] - price32[problem.campaign[begin:end]]
        counts = np.diff(problem.row_start[first : last + 1])
        if wanted is not None:
            starts = problem.row_start[first:last] - begin
            lowest = _nth_at_least(reduced, starts, counts, wanted[first:last]).astype(np.float64)
        elif threshold is not None:
            lowest = threshold[first:last]
        lowest = lowest - (margin + slack)
        if is_open is not None:
            lowest = np.where(is_open[first:last], lowest, np.inf)
        above = reduced > np.repeat(lowest.astype(np.float32), counts)
        found.append(np.flatnonzero(above) + begin)
    return row_edges(problem, np.concatenate(found) if found else np.zeros(0, dtype=np.intp))


def _filling_edges(problem: AllocationProblem) -> NDArray[np.int64]:
    """How many edges fill a row, at most PARTS + 1: (rows)."""
    rows = np.full(problem.slots.size, PARTS + 1, dtype=np.int64)
    fitting = problem.promoted_share <= PARTS * problem.track_cap
    fitting &= problem.track_cap > 0
    room = problem.promoted_share[fitting] / problem.track_cap[fitting]
    rows[fitting] = np.minimum(np.ceil(room), PARTS + 1)
    return rows


def _nth_at_least(
    reduced: Float32s, start: Indices, counts: NDArray[np.int64], wanted: NDArray[np.int64]
) -> Float32s:
    """A lower bound of each row's n-th best edge, at least 0: (rows).

    The n-th best of the best edges of PARTS parts of a row is one; where a row is shorter or
    n is larger, 0 is.
    """
    lowest = np.zeros(start.size, dtype=np.float32)
    long = np.flatnonzero((counts >= PARTS) & (wanted <= PARTS))
    if long.size == 0:
        return lowest
    cuts = start[long, None] + counts[long, None] * np.arange(PARTS + 1) // PARTS
    flat = cuts.ravel()
    is_end = flat == reduced.size  # of the last row; reduceat wants positions inside
    best = np.maximum.reduceat(reduced, np.where(is_end, reduced.size - 1, flat))
    best = np.sort(best.reshape(cuts.shape)[:, :PARTS], axis=1)
    lowest[long] = np.maximum(best[np.arange(long.size), PARTS - wanted[long]], 0.0)
    return lowest
