"""Noun allocation: the edges that can carry an exposure, grouped by row."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.allocation.problem import AllocationProblem

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class RowEdges:
    """Edges in row order; every row has at least one, so that segments can be reduced."""

    start: Indices  # (rows) first edge of the row
    row: Indices  # (edges)
    campaign: Indices  # (edges)
    value: Floats  # (edges) v_ij
    weight: Floats  # (rows) W_i = N_i u_i, exposures at t = 1
    room: Floats  # (rows) k_i = s_i / u_i, how many full edges fit
    edge: Indices  # (edges) position in the problem


def served_edges(problem: AllocationProblem) -> RowEdges:
    """All edges of rows with u > 0: those that the plan's prices are applied to."""
    return _select(problem, problem.track_cap > 0, np.ones(problem.campaign.size, dtype=np.bool_))


def allocated_edges(problem: AllocationProblem) -> RowEdges:
    """The edges that count in the program.

    Their row has slots, their campaign and licensor may have an exposure, and the edge has a
    value or its campaign a minimum.
    """
    licensor_is_open = problem.licensor_cap > 0
    is_open = (problem.cap > 0) & licensor_is_open[problem.licensor]
    wants_any = problem.minimum > 0
    live = is_open[problem.campaign]
    live &= (problem.value > 0) | wants_any[problem.campaign]
    return _select(problem, problem.slots * problem.track_cap > 0, live)


def _select(problem: AllocationProblem, row_is_live: Mask, edge_is_live: Mask) -> RowEdges:
    """Keep the live edges of live rows, and number the rows that still have any."""
    row = row_of_edge(problem)
    edge = np.flatnonzero(edge_is_live & row_is_live[row])
    row = row[edge]
    is_first = np.ones(edge.size, dtype=np.bool_)
    is_first[1:] = row[1:] != row[:-1]
    start = np.flatnonzero(is_first)
    rows = row[start]
    track_cap = problem.track_cap[rows].astype(np.float64)
    return RowEdges(
        start=start,
        row=np.cumsum(is_first) - 1,
        campaign=problem.campaign[edge].astype(np.intp),
        value=problem.value[edge].astype(np.float64),
        weight=problem.slots[rows] * track_cap,
        room=problem.promoted_share[rows] / track_cap,
        edge=edge,
    )


def row_of_edge(problem: AllocationProblem) -> Indices:
    """The row of every edge of a problem: (edges)."""
    return np.repeat(np.arange(problem.slots.size), np.diff(problem.row_start))


def row_sums(rows: RowEdges, amounts: Floats) -> Floats:
    """Sum an amount per edge over each row: (edges) -> (rows)."""
    if rows.start.size == 0:
        return np.zeros(0)
    return np.add.reduceat(amounts, rows.start)


def group_sums(group: NDArray[np.integer], amounts: Floats, groups: int) -> Floats:
    """Sum amounts by the group that each stands in: (any), (any) -> (groups)."""
    return np.bincount(group, amounts, groups).astype(np.float64, copy=False)
