"""Noun allocation: solve the program by continuation in the width.

    minimise D_h over prices for h falling from 0.3 of the mean promoted value

The widest widths see samples of the rows, the others all. From a width on that may do, prices are
stored as a plan would store them, served, and bounded by D_0, until the gap is small enough.

Sources: Y. Nesterov, "Smooth minimization of non-smooth functions", 2005 (bound on D_h - D_0);
L. Qi and J. Sun, "A nonsmooth version of Newton's method", 1993 (the steps).
"""

from collections.abc import Callable, Iterator

import numpy as np

from shared.allocation.certificate import certified_gap
from shared.allocation.continuation import Continuation
from shared.allocation.delivery import Shown
from shared.allocation.problem import AllocationProblem, AllocationProblemError
from shared.allocation.row_edges import Mask
from shared.allocation.schedule import Schedule
from shared.allocation.service import Service, repaired
from shared.allocation.solution import Level, Prices, Solution

__all__ = ["AllocationProblemError", "Level", "Prices", "Solution", "solve"]

ROUGH = (0.04, 3e-3)
"""The first width that sees all rows, and the residual that will do."""

PATIENCE = 3
WORTHWHILE = 0.95


def solve(
    problem: AllocationProblem,
    *,
    target_gap: float,
    warm_start: Prices | None = None,
    watched: Mask | None = None,
    on_progress: Callable[[Level], None] | None = None,
) -> Solution:
    """Solve the allocation until the served gap is at most the target, or cannot be made smaller.

    Equal inputs give equal outputs, bit by bit.

    Args:
        problem: the program.
        target_gap: served gap at which to stop, as a fraction of the value served.
        warm_start: prices of the same campaigns and licensors to start from.
        watched: (campaigns) those whose own exposures must be right within half a percent as
            well, such as those that changed since the warm start: the gap hardly notices one.
        on_progress: called after each level.

    A warm start from which the target is not reached is forgotten, and all is solved anew.

    Raises:
        AllocationProblemError: the warm start is for other campaigns or licensors.
    """
    problem = problem.without_empty_rows()
    continuation = Continuation(problem, warm_start, watched)
    levels: list[Level] = []
    best: tuple[Shown, Service] | None = None
    bound, gap_before, since_better = np.inf, np.inf, 0
    for level in _rough_levels(continuation, warm_start):
        levels.append(level)
        if on_progress is not None:
            on_progress(level)
    schedule, is_careful = Schedule(target_gap), False
    while True:
        level = continuation.go_down(schedule.width, schedule.residual)
        what, service = continuation.look(schedule.width)
        bound = min(bound, service.bound)
        if best is None or service.worth.primal >= best[1].worth.primal:
            best = what, service
        gap = certified_gap(bound, best[1].worth)
        levels.append(level.looked_at(service.bound, service.worth.primal, gap))
        if on_progress is not None:
            on_progress(levels[-1])
        since_better = since_better + 1 if gap > WORTHWHILE * gap_before else 0
        gap_before = gap if since_better == 0 else gap_before
        if gap_before <= target_gap:
            break
        if since_better < PATIENCE and not schedule.is_over:
            schedule.go_on(gap)
        elif is_careful:
            break
        else:
            is_careful, since_better = True, 0
            schedule = Schedule(target_gap, is_careful=True)
    if warm_start is not None and gap_before > target_gap:
        return solve(problem, target_gap=target_gap, watched=watched, on_progress=on_progress)
    assert best is not None  # noqa: S101 - the first width is always looked at
    what, service = best
    primal = repaired(problem, what, service)
    return service.solution(primal=primal, bound=bound, levels=tuple(levels))


def _rough_levels(continuation: Continuation, warm_start: Prices | None) -> Iterator[Level]:
    """Come near the prices, unless a warm start is near already."""
    if warm_start is None:
        yield from continuation.come_near()
        yield continuation.go_down(*ROUGH)
