"""Noun allocation: semismooth Newton on the prices at one width, on the edges admitted.

Problem: minimise D_h over the price box. Prices that press against a bound, or rest on the kink
at 0, are held; no price crosses 0 or a bound in one step. Sources: D. Bertsekas, "Projected
Newton methods", 1982; G. Andrew and J. Gao, "Scalable training of L1-regularized log-linear
models", 2007 (steps within an orthant).
"""

from dataclasses import dataclass

import numpy as np

from shared.allocation.conditions import price_slope, residual, worst_of
from shared.allocation.directions import StepLimits
from shared.allocation.dual import DualPoint, smoothed_dual
from shared.allocation.leaps import leaps
from shared.allocation.prices import PriceBox
from shared.allocation.row_edges import Floats, Mask, RowEdges

TRIALS = 5
SUFFICIENT = 1e-4
ROUNDING = 1e-13
MARGIN = 3.0
"""Widths below its row's threshold at which an edge is admitted."""

MATERIAL = 0.01
SLOW_STEPS, SLOW, NEARLY = 6, 0.7, 5.0
"""A residual that is nearly small enough, and hardly fell in so many steps, is left as it is: where
many values tie, prices creep from kink to kink, and what that costs the next width shows."""


@dataclass(frozen=True)
class Aim:
    """When a descent is good enough."""

    residual: float  # exposures by which campaigns miss their conditions, over all exposures
    max_steps: int
    stake: Floats | None = None  # (prices) how much one short of a minimum counts, at least 1
    watched: Mask | None = None  # (campaigns) those whose own exposures must be right as well
    worst: float = 0.0  # by which part of its own exposures a watched campaign may miss


@dataclass(frozen=True)
class Descent:
    """Where Newton's steps ended and what they took."""

    point: DualPoint
    steps: int
    evaluations: int
    residual: float
    is_stale: bool  # prices have moved so far that edges may be missing


def descend(
    rows: RowEdges,
    box: PriceBox,
    point: DualPoint,
    limits: StepLimits,
    aim: Aim,
    *,
    width: float,
    scale: Floats,
) -> Descent:
    """Descend on D_h until the aim is reached, or prices have moved too far for the edges given.

    Args:
        rows: the edges admitted at the point, with MARGIN.
        box: feasible prices.
        point: the smoothed dual at this width and the prices to start from.
        limits: what earlier steps at this width have shown; it is changed.
        aim: when to stop.
        width: h > 0.
        scale: (prices) curvature to expect where nothing is known: exposures over value.
    """
    campaigns = box.licensor.size
    begun_at = box.edge_price(point.prices)
    weight = scale[:campaigns] / max(float(scale[:campaigns].sum()), 1e-300)
    steps = evaluations = 0
    history: list[float] = []
    while True:
        slope = price_slope(box, point)
        missed = residual(box, point, slope, aim.stake)
        worst = worst_of(box, point, slope, aim.watched)
        is_good = missed <= aim.residual and worst <= aim.worst
        moved = np.abs(box.edge_price(point.prices) - begun_at) > 0.5 * MARGIN * width
        is_stale = not is_good and float(weight @ moved) > MATERIAL
        history.append(missed)
        is_slow = (
            steps >= SLOW_STEPS
            and missed <= NEARLY * aim.residual
            and missed > SLOW * history[-1 - SLOW_STEPS]
        )
        if is_good or is_stale or is_slow or steps == aim.max_steps or limits.is_stuck:
            return Descent(point, steps, evaluations, missed, is_stale)
        direction, cut = limits.direction(box, point, slope, scale, missed)
        leaping = (cut[:campaigns] > 0) & (slope[:campaigns] < 0)
        if leaping.any():
            leap = leaps(rows, box, point, width, leaping)
            direction[:campaigns] = np.maximum(
                direction[:campaigns], np.where(leaping, leap, -np.inf)
            )
        following, tried = _line_search(rows, box, point, slope, direction, width)
        evaluations, steps = evaluations + tried, steps + 1
        if following is None:
            limits.failed()
            continue
        limits.went(slope, price_slope(box, following), cut, tried)
        point = following


def _line_search(
    rows: RowEdges,
    box: PriceBox,
    point: DualPoint,
    slope: Floats,
    direction: Floats,
    width: float,
) -> tuple[DualPoint | None, int]:
    """Shorten the step, most where it overshot, until D_h falls enough; else nothing."""
    side = np.where(point.prices != 0, np.sign(point.prices), -np.sign(slope))
    step = direction
    for tried in range(1, TRIALS + 1):
        prices = point.prices + step
        prices = box.clip(np.where(prices * side > 0, prices, 0.0))
        following = smoothed_dual(rows, box, prices, width, point.thresholds_near(prices))
        expected = float(slope @ (prices - point.prices))
        slack = ROUNDING * abs(point.value)
        if following.value <= point.value + SUFFICIENT * min(expected, 0.0) + slack:
            return following, tried
        overshot = price_slope(box, following) * slope < 0
        if tried % 2 == 0 or not overshot.any():
            step = 0.5 * step
        step = np.where(overshot, 0.5 * step, step)
    return None, TRIALS
