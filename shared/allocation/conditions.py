"""Noun allocation: the conditions of optimal prices, and how far exposures are from them.

A positive price wants its cap met, a negative one its minimum, a price at 0 anything between.
"""

import numpy as np

from shared.allocation.dual import DualPoint
from shared.allocation.prices import PriceBox
from shared.allocation.row_edges import Floats, Mask


def price_slope(box: PriceBox, point: DualPoint) -> Floats:
    """Slope of D_h by each price in the direction it may move, 0 where it is held: (prices)."""
    prices, exposures = point.prices, point.exposures
    rising, falling = box.cost_above - exposures, box.cost_below - exposures
    at_zero = np.where((rising < 0) & (box.highest > 0), rising, 0.0)
    at_zero = np.where((falling > 0) & (box.lowest < 0), falling, at_zero)
    slope = np.where(prices > 0, rising, np.where(prices < 0, falling, at_zero))
    return np.where((prices <= box.lowest) & (slope > 0) & (prices < 0), 0.0, slope)


def residual(box: PriceBox, point: DualPoint, slope: Floats, stake: Floats | None = None) -> float:
    """Exposures missed, over all that are made, or wanted if none is.

    Args:
        box: what each price wants.
        point: where the prices stand.
        slope: (prices) exposures missed, signed.
        stake: (prices) how much an exposure short of a minimum counts; 1 unless given.
    """
    campaigns = box.licensor.size
    missed = float(np.sum(np.abs(slope)))
    if stake is not None:
        is_short = (slope > 0) & (point.prices <= 0)
        missed += float(np.sum((stake[is_short] - 1.0) * slope[is_short]))
    total = float(np.sum(point.exposures[:campaigns])) or float(np.sum(box.cost_below))
    return missed / total if total > 0 else float(missed > 0)


def worst_of(box: PriceBox, point: DualPoint, slope: Floats, watched: Mask | None) -> float:
    """Exposures missed by a watched campaign over its own, at worst; 0 where none is watched."""
    if watched is None or not watched.any():
        return 0.0
    campaigns = np.flatnonzero(watched)
    own = np.maximum(point.exposures[campaigns], box.cost_below[campaigns])
    missed = np.abs(slope[campaigns])
    return float(np.max(np.where(missed > 0, missed / np.maximum(own, 1e-300), 0.0)))
