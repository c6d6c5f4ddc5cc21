"""Noun allocation: solve the program by continuation in the width.

    minimise D_h over prices for h falling from 0.3 of the mean promoted value; after each width
    the bound is D_0 at its prices, and the served primal is what its stored prices serve.

Sources: Y. Nesterov, "Smooth minimization of non-smooth functions", 2005 (bound on D_h - D_0);
L. Qi and J. Sun, "A nonsmooth version of Newton's method", 1993 (the steps).
"""

from collections.abc import Callable

import numpy as np

from shared.allocation.certificate import certified_gap
from shared.allocation.dual import (
    dual_bound,
    promoted_value,
    reachable_exposures,
    smoothed_dual,
)
from shared.allocation.newton import minimise_dual
from shared.allocation.prices import PriceBox, aimed_box, price_box
from shared.allocation.problem import AllocationProblem, AllocationProblemError
from shared.allocation.row_edges import Floats, RowEdges, allocated_edges, served_edges
from shared.allocation.served import largest_violation
from shared.allocation.service import Service, refilled_value, serve
from shared.allocation.solution import Level, Prices, Solution

__all__ = ["Level", "Prices", "Solution", "price_unit", "solve"]

WIDTHS = (0.3, 0.1, 0.04, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001)
WARM_WIDTHS = WIDTHS[2:]
LAST_ROUGH = 0.05
ROUGH, FINE = 1e-2, 1e-7
WIDE, WIDER = 0.1, 4.0
STEPS = 60
PATIENCE = 3
WORTHWHILE = 0.95


def solve(
    problem: AllocationProblem,
    *,
    target_gap: float,
    warm_start: Prices | None = None,
    on_progress: Callable[[Level], None] | None = None,
) -> Solution:
    """Solve the allocation until the served gap is at most the target, or cannot be made smaller.

    Equal inputs give equal outputs, bit by bit.

    Args:
        problem: the program.
        target_gap: served gap at which to stop, as a fraction of the value served.
        warm_start: prices of the same campaigns and licensors to start from.
        on_progress: called after each width.

    Raises:
        AllocationProblemError: the warm start is for other campaigns or licensors.
    """
    rows = allocated_edges(problem)
    box = price_box(problem)
    unit = price_unit(problem, rows)
    reachable = reachable_exposures(rows, box)
    prices = _first_prices(box, reachable, warm_start)
    served_rows = served_edges(problem)
    best = serve(problem, served_rows, prices, WIDTHS[0] * unit)
    bound = dual_bound(rows, box, prices)
    levels: list[Level] = []
    aim = aimed_box(box)
    scale = _price_scale(box, reachable, unit)
    widths = [unit * width for width in (WIDTHS if warm_start is None else WARM_WIDTHS)]
    if warm_start is None:
        widths = _wide_widths(box, widths[0]) + widths
    since_better, gap_before, threshold = 0, np.inf, None
    for width in widths if rows.row.size else ():
        is_rough = warm_start is None and width > LAST_ROUGH * unit
        point = smoothed_dual(rows, aim, prices, width, threshold)
        descent = minimise_dual(
            rows,
            aim,
            point,
            width=width,
            scale=scale,
            tolerance=ROUGH if is_rough else FINE,
            max_steps=STEPS,
        )
        prices, threshold = descent.point.prices, descent.point.threshold
        bound = min(bound, level_bound := dual_bound(rows, box, prices))
        service = serve(problem, served_rows, prices, width)
        best = service if not levels or service.worth.primal >= best.worth.primal else best
        gap = certified_gap(bound, best.worth)
        since_better = since_better + 1 if gap > WORTHWHILE * gap_before and not is_rough else 0
        gap_before = gap if since_better == 0 else gap_before
        levels.append(
            Level(
                width,
                descent.steps,
                descent.evaluations,
                descent.residual,
                level_bound,
                service.worth.primal,
                gap,
            )
        )
        if on_progress is not None:
            on_progress(levels[-1])
        if (gap <= target_gap and not is_rough) or since_better >= PATIENCE:
            break
    stored = box.clip(np.concatenate((best.prices.campaign, best.prices.licensor)))
    bound = min(bound, dual_bound(rows, box, stored.astype(np.float64)))
    return _solution(problem, rows, best, bound, tuple(levels))


def price_unit(problem: AllocationProblem, rows: RowEdges) -> float:
    """The price that widths are relative to: the mean promoted value, else the mean penalty."""
    value = promoted_value(rows)
    if value > 0:
        return value
    penalties = problem.shortfall_penalty[problem.minimum > 0]
    return float(penalties.mean()) if np.any(penalties > 0) else 1.0


def _first_prices(box: PriceBox, reachable: Floats, warm_start: Prices | None) -> Floats:
    """Start at 0, or warm; what has no edges, or an unreachable minimum, has its price at once."""
    campaigns = box.licensor.size
    prices = np.zeros(box.lowest.size)
    if warm_start is not None:
        parts = (warm_start.campaign_price, warm_start.licensor_price)
        if parts[0].size != campaigns or parts[1].size != prices.size - campaigns:
            raise AllocationProblemError("the warm start has other campaigns or licensors")
        prices = box.clip(np.concatenate(parts).astype(np.float64))
        prices = np.where(reachable > 0, prices, 0.0)
    return np.where((reachable <= box.cost_below) & (box.lowest < 0), box.lowest, prices)


def _price_scale(box: PriceBox, reachable: Floats, unit: float) -> Floats:
    """Curvature to expect of each price: the exposures it can steer, over the price unit."""
    steered = np.minimum(reachable, np.maximum(box.cost_above, box.cost_below))
    least = 1e-12 * float(np.max(reachable, initial=0.0))
    return np.maximum(np.maximum(steered, 1e-6 * reachable), least) / unit


def _wide_widths(box: PriceBox, first: float) -> list[float]:
    """Widths before the first, falling, where penalties are far above values."""
    widths: list[float] = []
    highest = WIDE * float(-np.min(box.lowest, initial=0.0))
    while (widths[0] if widths else first) < highest:
        widths.insert(0, WIDER * (widths[0] if widths else first))
    return widths


def _solution(
    problem: AllocationProblem,
    rows: RowEdges,
    service: Service,
    bound: float,
    levels: tuple[Level, ...],
) -> Solution:
    """Refill for the primal, and put the answer together."""
    worth = service.worth
    refilled = refilled_value(problem, rows, service)
    return Solution(
        campaign_price=service.prices.campaign,
        licensor_price=service.prices.licensor,
        throttle=service.throttle,
        width=service.prices.width,
        primal=refilled.primal,
        served_primal=worth.primal,
        dual_bound=bound,
        gap=certified_gap(bound, worth),
        primal_gap=certified_gap(bound, refilled),
        max_violation=largest_violation(problem, service.exposure_share),
        exposures=worth.exposures,
        shortfall=worth.shortfall,
        levels=levels,
    )
