"""The allocation as a sparse linear program in columns, as general solvers take it.

Columns: x of every edge in exposures a slot, then z of every campaign that has a minimum.
Rows: one a row of the problem, one a cap, one a minimum, one a licensor cap; infinite ones are
left out. Exposures are scaled by the largest row and values by the largest value, which solvers
need for their absolute tolerances.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.allocation.problem import AllocationProblem


@dataclass(frozen=True)
class LinearProgram:
    """maximise cost' x subject to lower <= A x <= upper, 0 <= x <= column_upper."""

    cost: NDArray[np.float64]  # (columns)
    column_upper: NDArray[np.float64]  # (columns)
    lower: NDArray[np.float64]  # (rows)
    upper: NDArray[np.float64]  # (rows)
    start: NDArray[np.int64]  # (columns + 1) of A by columns
    index: NDArray[np.int32]  # (entries) row
    entry: NDArray[np.float64]  # (entries)
    unit: float  # objective of the problem at cost' x = 1


def linear_program(problem: AllocationProblem) -> LinearProgram:
    """Return the problem as a linear program."""
    rows = np.repeat(np.arange(problem.slots.size), np.diff(problem.row_start))
    campaign = problem.campaign.astype(np.int64)
    licensor = problem.licensor[campaign]
    most_slots, most_value = problem.slots.max(), float(problem.value.max())
    exposures = (problem.slots / most_slots)[rows]
    capped, floored = np.isfinite(problem.cap), problem.minimum > 0
    shared = np.isfinite(problem.licensor_cap)
    first = np.cumsum([problem.slots.size, capped.sum(), floored.sum(), shared.sum()])
    numbers = (
        rows,
        _numbered(capped, first[0])[campaign],
        _numbered(floored, first[1])[campaign],
        _numbered(shared, first[2])[licensor],
    )
    index = np.stack(numbers, axis=1)
    entry = np.stack((np.ones(rows.size), exposures, exposures, exposures), axis=1)
    is_there = index >= 0
    short = _numbered(floored, first[1])[floored]
    start = np.concatenate(([0], np.cumsum(is_there.sum(axis=1))))
    return LinearProgram(
        cost=np.concatenate(
            (
                exposures * problem.value.astype(np.float64) / most_value,
                -problem.shortfall_penalty[floored] / most_value,
            )
        ),
        column_upper=np.concatenate((problem.track_cap[rows], np.full(short.size, np.inf))),
        lower=np.concatenate(
            (
                np.full(first[1], -np.inf),
                problem.minimum[floored] / most_slots,
                np.full(first[3] - first[2], -np.inf),
            )
        ),
        upper=np.concatenate(
            (
                problem.promoted_share,
                problem.cap[capped] / most_slots,
                np.full(short.size, np.inf),
                problem.licensor_cap[shared] / most_slots,
            )
        ),
        start=np.concatenate((start, start[-1] + 1 + np.arange(short.size))),
        index=np.concatenate((index[is_there], short)).astype(np.int32),
        entry=np.concatenate((entry[is_there], np.ones(short.size))),
        unit=float(most_slots * most_value),
    )


def _numbered(is_there: NDArray[np.bool_], first: int) -> NDArray[np.int64]:
    """Number what is there from the first number on; -1 where it is not."""
    return np.where(is_there, first + np.cumsum(is_there) - 1, -1)
