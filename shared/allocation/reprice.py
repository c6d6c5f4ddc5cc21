"""Noun allocation: one campaign changed: its price alone is found anew, on its own rows.

Problem: with all other prices held, the price at which the campaign's exposures meet its
condition; they fall as its price rises, so its bracket is halved or cut by a secant. Only the
rows that have an edge of it are looked at, before and after; what they add to the sums of the
last solution is exchanged, so the certificate is that of all rows.
"""

import numpy as np

from shared.allocation.admission import admitted_edges
from shared.allocation.conditions import price_slope
from shared.allocation.delivery import shown
from shared.allocation.dual import DualPoint, smoothed_dual
from shared.allocation.prices import PriceBox, aimed_box, price_box
from shared.allocation.problem import AllocationProblem
from shared.allocation.row_edges import Floats, Indices
from shared.allocation.sample import rows_of
from shared.allocation.served import StoredPrices, stored_prices
from shared.allocation.service import serve
from shared.allocation.solution import Solution

WITHIN = 0.002  # of its own exposures
STEPS = 40


def reprice(problem: AllocationProblem, before: Solution, campaign: int) -> Solution:
    """Return a solution in which one campaign's price fits its changed cap, minimum or penalty.

    Args:
        problem: the last one but for the cap, minimum and penalty of that campaign.
        before: the solution of the last one.
        campaign: its index.

    Its certificate is exact; its gap grows with what the campaign's change would have moved
    elsewhere, so a large one may want a solve from this warm start.
    """
    rows = _rows_with(problem, campaign)
    part = rows_of(problem, rows, problem.slots[rows])
    old = StoredPrices(before.campaign_price, before.licensor_price, before.width)
    rest = before.delivery.without(shown(part, old).delivery)
    box = aimed_box(price_box(problem))
    prices = np.concatenate((old.campaign_price, old.licensor_price)).astype(np.float64)
    prices[campaign] = _price(part, box, prices, before.width, campaign)
    campaigns = problem.cap.size
    new = stored_prices(prices[:campaigns], prices[campaigns:], before.width)
    return serve(problem, new, rest + shown(part, new).delivery).solution()


def _rows_with(problem: AllocationProblem, campaign: int) -> Indices:
    edges = np.flatnonzero(problem.campaign == campaign)
    return np.unique(np.searchsorted(problem.row_start, edges, side="right") - 1)


def _price(
    part: AllocationProblem, box: PriceBox, prices: Floats, width: float, campaign: int
) -> float:
    """Return the price of one campaign at which its slope vanishes, the others held."""
    low, high = float(box.lowest[campaign]), float(box.highest[campaign])
    if np.isinf(high):
        high = max(float(np.max(part.value, initial=np.float32(0))), float(prices[campaign]))
    price = min(max(float(prices[campaign]), low), high)
    threshold: Floats | None = None
    for _ in range(STEPS):
        point, threshold = _at(part, box, prices, width, campaign, price, threshold)
        slope = float(price_slope(box, point)[campaign])
        own = max(float(point.exposures[campaign]), float(box.cost_below[campaign]))
        if abs(slope) <= WITHIN * own or high - low <= 1e-9 * width:
            break
        low, high = (low, price) if slope > 0 else (price, high)
        free = point.curvature.campaign == campaign
        bend = float(np.sum(point.curvature.stiffness[free]))
        step = price - slope / bend if bend > 0 else np.nan
        price = step if low < step < high else 0.5 * (low + high)
        if low < 0 < high and point.prices[campaign] * price < 0:
            price = 0.0
    return price


def _at(
    part: AllocationProblem,
    box: PriceBox,
    prices: Floats,
    width: float,
    campaign: int,
    price: float,
    threshold: Floats | None,
) -> tuple[DualPoint, Floats]:
    """The smoothed dual on the part where the campaign has that price."""
    moved = prices.copy()
    moved[campaign] = price
    rows = admitted_edges(part, box.edge_price(moved), margin=width, is_open=part.is_open)
    guess = None if threshold is None else threshold[rows.problem_row]
    point = smoothed_dual(rows, box, moved, width, guess)
    found = np.zeros(part.slots.size)
    found[rows.problem_row] = point.threshold
    return point, found
