"""Noun allocation: where a descent starts, and in which units it moves."""

import numpy as np

from shared.allocation.prices import PriceBox
from shared.allocation.problem import AllocationProblem, AllocationProblemError
from shared.allocation.row_edges import Floats, RowEdges, group_sums, row_blocks
from shared.allocation.solution import Prices

ROUNDED = 1e-6
PASS_EDGES = 1 << 16
WIDE, WIDER = 0.1, 4.0


def reachable_exposures(problem: AllocationProblem, box: PriceBox) -> Floats:
    """Exposures if every edge were shown alone: (campaigns + licensors), 0 for what is shut."""
    alone = np.where(problem.is_open, problem.slots * problem.track_cap, 0.0)
    reach = np.zeros(problem.cap.size)
    start = problem.row_start
    for first, last, begin, end in row_blocks(start[:-1], problem.campaign.size, PASS_EDGES):
        amount = np.repeat(alone[first:last], np.diff(start[first : last + 1]))
        reach += group_sums(problem.campaign[begin:end], amount, reach.size)
    is_shut = (problem.cap == 0) | (problem.licensor_cap == 0)[problem.licensor]
    return box.by_licensor(np.where(is_shut, 0.0, reach))


def first_prices(
    problem: AllocationProblem, box: PriceBox, reach: Floats, warm_start: Prices | None
) -> Floats:
    """Start at 0, or warm; what has no edges, or an unreachable minimum, has its price at once.

    What may have nothing is priced out: such prices cost nothing.

    Raises:
        AllocationProblemError: the warm start is for other campaigns or licensors.
    """
    campaigns = box.licensor.size
    prices = np.zeros(box.lowest.size)
    if warm_start is not None:
        parts = (warm_start.campaign_price, warm_start.licensor_price)
        if parts[0].size != campaigns or parts[1].size != prices.size - campaigns:
            raise AllocationProblemError("the warm start has other campaigns or licensors")
        prices = box.clip(np.concatenate(parts).astype(np.float64))
        # Stored prices were rounded: what was held at a bound is held there again.
        prices = np.where(prices < (1.0 - ROUNDED) * box.lowest, box.lowest, prices)
        prices = np.where(reach > 0, prices, 0.0)
    prices = np.where((reach <= box.cost_below) & (box.lowest < 0), box.lowest, prices)
    highest = float(np.max(problem.value, initial=np.float32(0)))
    is_shut = problem.cap == 0
    prices[:campaigns] = np.where(is_shut, highest, prices[:campaigns])
    needed = np.zeros(problem.licensor_cap.size)
    np.maximum.at(needed, problem.licensor, np.maximum(highest - prices[:campaigns], 0.0))
    needed *= 1.0 + 1e-6  # storing may round a price down
    prices[campaigns:] = np.where(problem.licensor_cap == 0, needed, prices[campaigns:])
    return prices


def price_unit(problem: AllocationProblem, rows: RowEdges) -> float:
    """The price that widths are relative to: the mean promoted value, else the mean penalty.

    The mean value of an exposure where each row promotes its best edges, as if prices were 0.

    Args:
        problem: gives the penalties.
        rows: every edge that may fill a row at price 0, at least.
    """
    order = np.lexsort((-rows.value, rows.row))
    position = np.arange(order.size) - rows.start[rows.row]
    share = np.clip(rows.room[rows.row] - position, 0.0, 1.0) * (rows.value[order] > 0)
    amount = rows.weight[rows.row] * share
    total = float(np.sum(amount))
    value = float(amount @ rows.value[order]) / total if total > 0 else 0.0
    if value > 0:
        return value
    penalties = problem.shortfall_penalty[problem.minimum > 0]
    return float(penalties.mean()) if np.any(penalties > 0) else 1.0


def price_scale(box: PriceBox, reach: Floats, unit: float) -> Floats:
    """Curvature to expect of each price: the exposures it can steer, over the price unit."""
    steered = np.minimum(reach, np.maximum(box.cost_above, box.cost_below))
    least = 1e-12 * float(np.max(reach, initial=0.0))
    return np.maximum(np.maximum(steered, 1e-6 * reach), least) / unit


def wide_widths(box: PriceBox, first: float) -> list[float]:
    """Widths before the first, falling, where penalties are far above values."""
    widths: list[float] = []
    highest = WIDE * float(-np.min(box.lowest, initial=0.0))
    while (widths[0] if widths else first) < highest:
        widths.insert(0, WIDER * (widths[0] if widths else first))
    return widths
