"""Noun allocation: some edges of a problem, grouped by row."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from shared.allocation.problem import AllocationProblem

Floats = NDArray[np.float64]
Float32s = NDArray[np.float32]
Indices = NDArray[np.intp]
Mask = NDArray[np.bool_]

BLOCK_EDGES = 1 << 15
"""Edges of a block: some arrays of so many float64 stay in a core's cache."""


@dataclass(frozen=True)
class RowEdges:
    """Edges in row order; every row has at least one, so that segments can be reduced."""

    start: Indices  # (rows) first edge of the row
    row: Indices  # (edges) numbered over the rows here
    campaign: Indices  # (edges)
    value: Floats  # (edges) v_ij
    weight: Floats  # (rows) W_i = N_i u_i, exposures at t = 1
    room: Floats  # (rows) k_i = s_i / u_i, how many full edges fit
    problem_row: Indices  # (rows) its number in the problem
    edge: Indices  # (edges) its position in the problem

    @cached_property
    def blocks(self) -> "tuple[RowBlock, ...]":
        """Return the rows in blocks of about BLOCK_EDGES edges."""
        return tuple(
            RowBlock(slice(first, last), slice(begin, end), self._part(first, last, begin, end))
            for first, last, begin, end in row_blocks(self.start, self.edge.size, BLOCK_EDGES)
        )

    def _part(self, first: int, last: int, begin: int, end: int) -> "RowEdges":
        return RowEdges(
            start=self.start[first:last] - begin,
            row=self.row[begin:end] - first,
            campaign=self.campaign[begin:end],
            value=self.value[begin:end],
            weight=self.weight[first:last],
            room=self.room[first:last],
            problem_row=self.problem_row[first:last],
            edge=self.edge[begin:end],
        )


@dataclass(frozen=True)
class RowBlock:
    """Some consecutive rows of others: where they stand there, and themselves."""

    rows: slice
    edges: slice
    part: RowEdges


def row_blocks(
    start: NDArray[np.integer], edges: int, block_edges: int
) -> Iterator[tuple[int, int, int, int]]:
    """Cut rows into blocks of about so many edges: first and last row, first and last edge."""
    rows = start.size
    wanted = np.searchsorted(start, np.arange(block_edges, edges, block_edges))
    cuts = np.unique(np.concatenate(([0], wanted, [rows])))
    for first, last in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        yield first, last, int(start[first]), int(start[last]) if last < rows else edges


def row_edges(problem: AllocationProblem, edge: Indices) -> RowEdges:
    """Group edges of a problem, given by rising positions; rows without any are left out."""
    row = np.searchsorted(problem.row_start, edge, side="right") - 1
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
        problem_row=rows,
        edge=edge,
    )


def row_sums(rows: RowEdges, amounts: Floats) -> Floats:
    """Sum an amount per edge over each row: (edges) -> (rows)."""
    if rows.start.size == 0:
        return np.zeros(0)
    return np.add.reduceat(amounts, rows.start)


def group_sums(group: NDArray[np.integer], amounts: Floats, groups: int) -> Floats:
    """Sum amounts by the group that each stands in: (any), (any) -> (groups)."""
    return np.bincount(group, amounts, groups).astype(np.float64, copy=False)


def product_sum(first: Floats, second: Floats) -> float:
    """Sum of products, pairwise and on this thread: BLAS would wake its own for each block."""
    return float(np.sum(first * second))
