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
from shared.allocation.service import Service, repaired
from shared.allocation.solution import Level, Prices, Solution

__all__ = ["AllocationProblemError", "Level", "Prices", "Solution", "solve"]

ROUGH = (0.04, 3e-3)
"""The first width that sees all rows, and the residual that will do."""

WIDTHS = (0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001)
FINER, FINEST = 0.2, 1e-7
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
    continuation = Continuation(problem, warm_start, watched)
    levels: list[Level] = []
    best: tuple[Shown, Service] | None = None
    bound, gap_before, since_better = np.inf, np.inf, 0
    for level, width in _levels(continuation, warm_start, target_gap):
        levels.append(level)
        if width is not None:
            what, service = continuation.look(width)
            bound = min(bound, service.bound)
            if best is None or service.worth.primal >= best[1].worth.primal:
                best = what, service
            gap = certified_gap(bound, best[1].worth)
            levels[-1] = level.looked_at(service.bound, service.worth.primal, gap)
            since_better = since_better + 1 if gap > WORTHWHILE * gap_before else 0
            gap_before = gap if since_better == 0 else gap_before
        if on_progress is not None:
            on_progress(levels[-1])
        if gap_before <= target_gap or since_better >= PATIENCE:
            break
    if warm_start is not None and gap_before > target_gap:
        return solve(problem, target_gap=target_gap, watched=watched, on_progress=on_progress)
    assert best is not None  # noqa: S101 - the first width is always looked at
    what, service = best
    primal = repaired(problem, what, service)
    return service.solution(primal=primal, bound=bound, levels=tuple(levels))


def _levels(
    continuation: Continuation, warm_start: Prices | None, target_gap: float
) -> Iterator[tuple[Level, float | None]]:
    """Go down level by level; a width says that the gap is worth a look there.

    Prices are made finer before the width is made smaller.
    """
    if warm_start is None:
        yield from ((level, None) for level in continuation.come_near())
        yield continuation.go_down(*ROUGH), None
    yield continuation.go_down(WIDTHS[0], max(FINEST, target_gap)), WIDTHS[0]
    for width in WIDTHS:
        yield continuation.go_down(width, max(FINEST, FINER * target_gap)), width
