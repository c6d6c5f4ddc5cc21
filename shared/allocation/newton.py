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

from shared.allocation.admission import admitted_edges
from shared.allocation.dual import DualPoint, smoothed_dual
from shared.allocation.leaps import leaps
from shared.allocation.prices import PriceBox
from shared.allocation.problem import AllocationProblem
from shared.allocation.row_edges import Floats, Mask, RowEdges

TRIALS = 5
SUFFICIENT = 1e-4
ROUNDING = 1e-13
CONJUGATE_STEPS = 60
FLOOR = 0.1
HARDER, EASIER, HARDEST = 10.0, 4.0, 1e8
FIRST_REACH = 0.5
MATERIAL = 0.01
STIFFEST = 15.0
MARGIN = 3.0  # widths below its row's threshold at which an edge is still admitted


@dataclass(frozen=True)
class Descent:
    """Where Newton's steps ended and what they took."""

    prices: Floats  # (campaigns + licensors)
    threshold: Floats  # (rows of the problem) at these prices, of the edges admitted
    steps: int
    evaluations: int
    admissions: int  # passes over all edges
    residual: float  # exposures by which campaigns miss their conditions, over all exposures
    worst_watched: float  # the same of one watched campaign over its own exposures, at worst


def minimise_dual(
    problem: AllocationProblem,
    box: PriceBox,
    prices: Floats,
    *,
    width: float,
    scale: Floats,
    tolerance: float,
    max_steps: int,
    threshold: Floats | None = None,
    watched: Mask | None = None,
    watched_tolerance: float = 0.0,
) -> Descent:
    """Descend on D_h from some prices until the exposures meet their conditions.

    The edges admitted near their row's threshold stand for all until a price has moved so far
    that another might enter; then all edges are looked at again.

    Args:
        problem: the program.
        box: feasible prices.
        prices: (campaigns + licensors) to start from.
        width: h > 0.
        scale: (prices) curvature that a price has when nothing is known: exposures over value.
        tolerance: stop at this residual (exposures missed over all exposures).
        max_steps: stop after so many steps.
        threshold: (rows of the problem) not above the thresholds at these prices.
        watched: (campaigns) those whose own exposures must be right as well.
        watched_tolerance: by which part of its own exposures a watched campaign may miss.
    """
    evaluations = admissions = steps = 0
    damping = 1.0
    reach = np.full(prices.size, FIRST_REACH * width)
    stiffer = np.zeros(prices.size)
    while True:
        rows = admitted_edges(
            problem,
            box.edge_price(prices),
            margin=MARGIN * width,
            threshold=threshold,
            is_open=problem.is_open,
        )
        guess = None if threshold is None else threshold[rows.problem_row]
        point = smoothed_dual(rows, box, prices, width, guess)
        admissions, evaluations = admissions + 1, evaluations + 1
        admitted_at = box.edge_price(prices)
        while True:
            slope = price_slope(box, point)
            residual = _residual(box, point, slope)
            worst = _worst_watched(box, point, slope, watched)
            is_done = residual <= tolerance and worst <= watched_tolerance
            is_done |= steps == max_steps or damping > HARDEST
            moved = np.abs(box.edge_price(point.prices) - admitted_at) > 0.5 * MARGIN * width
            if is_done or scale[: moved.size] @ moved > MATERIAL * scale[: moved.size].sum():
                break
            floor = FLOOR * scale * damping * min(1.0, residual**0.5)
            floor += stiffer * point.curvature.diagonal()
            wanted = _direction(box, point, slope, floor, residual)
            direction, cut = _cut_short(box, wanted, reach, slope != 0)
            leaping = (cut > 0)[: moved.size] & (slope < 0)[: moved.size]
            if leaping.any():
                leap = leaps(rows, box, point, width, leaping)
                direction[: moved.size] = np.where(
                    leaping, np.maximum(direction[: moved.size], leap), direction[: moved.size]
                )
            following, tried = _line_search(rows, box, point, slope, direction, width)
            evaluations, steps = evaluations + tried, steps + 1
            if following is None:
                damping *= HARDER
                continue
            damping = max(1.0, damping / EASIER) if tried <= 2 else damping
            turned = slope * price_slope(box, following) < 0
            reach = np.where(turned, 0.5 * reach, np.where(cut, 2.0 * reach, 0.0))
            reach = np.maximum(reach, FIRST_REACH * width)
            stiffer = _stiffer(stiffer, slope, price_slope(box, following))
            point = following
        prices = point.prices
        threshold = np.zeros(problem.slots.size)
        threshold[rows.problem_row] = point.threshold
        if is_done:
            return Descent(prices, threshold, steps, evaluations, admissions, residual, worst)


def _stiffer(before: Floats, slope: Floats, following: Floats) -> Floats:
    """How much stiffer than its curvature says each price is, from how far it overshot: (prices).

    A price whose slope came out as large with the other sign went twice as far as it should.
    """
    overshot = (slope * following < 0) & (np.abs(following) > 0.3 * np.abs(slope))
    return np.where(overshot, np.minimum(2.0 * before + 1.0, STIFFEST), 0.5 * before)


def price_slope(box: PriceBox, point: DualPoint) -> Floats:
    """Slope of D_h by each price in the direction it may move, 0 where it is held: (prices)."""
    prices, exposures = point.prices, point.exposures
    rising, falling = box.cost_above - exposures, box.cost_below - exposures
    at_zero = np.where((rising < 0) & (box.highest > 0), rising, 0.0)
    at_zero = np.where((falling > 0) & (box.lowest < 0), falling, at_zero)
    slope = np.where(prices > 0, rising, np.where(prices < 0, falling, at_zero))
    return np.where((prices <= box.lowest) & (slope > 0) & (prices < 0), 0.0, slope)


def _residual(box: PriceBox, point: DualPoint, slope: Floats) -> float:
    """Exposures missed, over all that are made, or wanted if none is."""
    campaigns = box.licensor.size
    missed = float(np.sum(np.abs(slope)))
    total = float(np.sum(point.exposures[:campaigns])) or float(np.sum(box.cost_below))
    return missed / total if total > 0 else float(missed > 0)


def _worst_watched(box: PriceBox, point: DualPoint, slope: Floats, watched: Mask | None) -> float:
    """Exposures missed by a watched campaign, over its own, at worst; 0 where none is watched."""
    if watched is None or not watched.any():
        return 0.0
    campaigns = np.flatnonzero(watched)
    own = np.maximum(point.exposures[campaigns], box.cost_below[campaigns])
    missed = np.abs(slope[campaigns])
    return float(np.max(np.where(missed > 0, missed / np.maximum(own, 1e-300), 0.0)))


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
