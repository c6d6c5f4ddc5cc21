"""Noun allocation: semismooth Newton on the prices at one width.

Problem: minimise D_h over the price box. At each step the prices that press against a bound, or
rest on the kink at 0, are held; the others move by conjugate gradients on the generalised Hessian
plus a diagonal floor, which keeps campaigns with few free edges from jumping; it grows tenfold
when no step along the direction descends (Levenberg and Marquardt). The price of
an edge moves by at most its reach (half a width, doubled while it keeps being cut short in one
direction), and no price crosses 0 or a bound in one step. Sources: D. Bertsekas, "Projected
Newton methods", 1982; G. Andrew and J. Gao, "Scalable training of L1-regularized log-linear
models", 2007 (steps within an orthant).
"""

from dataclasses import dataclass

import numpy as np

from shared.allocation.dual import DualPoint, smoothed_dual
from shared.allocation.prices import PriceBox
from shared.allocation.row_edges import Floats, Mask, RowEdges

TRIALS = 5
SUFFICIENT = 1e-4
ROUNDING = 1e-13
CONJUGATE_STEPS = 60
FLOOR = 0.1
HARDER, EASIER, HARDEST = 10.0, 4.0, 1e8
FIRST_REACH = 0.5


@dataclass(frozen=True)
class Descent:
    """Where Newton's steps ended and what they took."""

    point: DualPoint
    steps: int
    evaluations: int
    residual: float  # exposures by which campaigns miss their conditions, over all exposures


def minimise_dual(
    rows: RowEdges,
    box: PriceBox,
    point: DualPoint,
    *,
    width: float,
    scale: Floats,
    tolerance: float,
    max_steps: int,
) -> Descent:
    """Descend on D_h from a point until the exposures meet their conditions.

    Args:
        rows: the edges that count.
        box: feasible prices.
        point: the smoothed dual at this width and the prices to start from.
        width: h > 0.
        scale: (prices) curvature that a price has when nothing is known: exposures over value.
        tolerance: stop at this residual (exposures missed over all exposures).
        max_steps: stop after so many steps.
    """
    evaluations, damping = 0, 1.0
    reach = np.full(point.prices.size, FIRST_REACH * width)
    cut_before = np.zeros(point.prices.size)
    for step in range(max_steps + 1):
        slope = price_slope(box, point)
        residual = _residual(box, point, slope)
        if residual <= tolerance or step == max_steps:
            return Descent(point, step, evaluations, residual)
        floor = FLOOR * scale * damping * min(1.0, residual**0.5)
        wanted = _direction(box, point, slope, floor, residual)
        direction, cut = _cut_short(box, wanted, reach, slope != 0)
        following, tried = _line_search(rows, box, point, slope, direction, width)
        evaluations += tried
        if following is None:
            damping *= HARDER
            if damping > HARDEST:
                return Descent(point, step, evaluations, residual)
            continue
        damping = max(1.0, damping / EASIER) if tried <= 2 else damping
        is_again = (cut != 0) & (cut == cut_before)
        reach = np.where(is_again, 2.0 * reach, FIRST_REACH * width)
        cut_before = cut
        point = following
    raise AssertionError("unreachable: the last step returns")


def price_slope(box: PriceBox, point: DualPoint) -> Floats:
    """Slope of D_h by each price in the direction it may move, 0 where it is held: (prices)."""
    prices, exposures = point.prices, point.exposures
    rising, falling = box.cost_above - exposures, box.cost_below - exposures
    at_zero = np.where((rising < 0) & (box.highest > 0), rising, 0.0)
    at_zero = np.where((falling > 0) & (box.lowest < 0), falling, at_zero)
    slope = np.where(prices > 0, rising, np.where(prices < 0, falling, at_zero))
    return np.where((prices <= box.lowest) & (slope > 0) & (prices < 0), 0.0, slope)


def _residual(box: PriceBox, point: DualPoint, slope: Floats) -> float:
    """Exposures missed, over all exposures wanted or made."""
    campaigns = box.licensor.size
    total = float(np.sum(np.maximum(point.exposures, box.cost_below)[:campaigns]))
    missed = float(np.sum(np.abs(slope)))
    return missed / total if total > 0 else float(missed > 0)


def _direction(
    box: PriceBox, point: DualPoint, slope: Floats, floor: Floats, residual: float
) -> Floats:
    """Solve (H + floor) direction = -slope on the prices that are not held."""
    moving = slope != 0
    curvature = point.curvature
    inverse = np.where(moving, 1.0 / np.maximum(curvature.diagonal() + floor, 1e-300), 0.0)
    answer = np.zeros(slope.size)
    rest = -slope
    scaled = inverse * rest
    search = scaled
    energy = float(rest @ scaled)
    enough = energy * min(1e-2, residual) ** 2
    for _ in range(CONJUGATE_STEPS):
        image = np.where(moving, curvature.times(search) + floor * search, 0.0)
        bend = float(search @ image)
        if bend <= 0:
            break
        length = energy / bend
        answer = answer + length * search
        rest = rest - length * image
        scaled = inverse * rest
        following = float(rest @ scaled)
        if following <= enough:
            break
        search = scaled + (following / energy) * search
        energy = following
    return answer


def _cut_short(box: PriceBox, wanted: Floats, reach: Floats, moving: Mask) -> tuple[Floats, Floats]:
    """Limit how far the price of any edge and any licensor moves; say which were cut, and where to.

    A campaign's price may move further when its licensor's moves against it.
    """
    campaigns = box.licensor.size
    by_edge = np.concatenate((box.edge_price(wanted), wanted[campaigns:]))
    limited = np.clip(by_edge, -reach, reach)
    direction = limited.copy()
    direction[:campaigns] -= limited[campaigns:][box.licensor]
    cut = np.where(np.abs(by_edge) > reach, np.sign(by_edge), 0.0)
    return np.where(moving, direction, 0.0), cut


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
        following = smoothed_dual(rows, box, prices, width, point.threshold)
        expected = float(slope @ (prices - point.prices))
        slack = ROUNDING * abs(point.value)
        if following.value <= point.value + SUFFICIENT * min(expected, 0.0) + slack:
            return following, tried
        overshot = price_slope(box, following) * slope < 0
        if tried % 2 == 0 or not overshot.any():
            step = 0.5 * step
        step = np.where(overshot, 0.5 * step, step)
    return None, TRIALS
