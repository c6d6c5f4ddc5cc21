"""Noun allocation: what a plan's stored numbers serve, rebuilt from those numbers alone.

    x_ij = u_i f_j clip((v_ij - lambda_j - mu_L(j) - tau_i)/h, 0, 1)

Prices and throttles are float32, as a plan stores them; everything is evaluated in float64. Throttles
only scale down, and are rounded down, so that no cap is exceeded.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.allocation.problem import AllocationProblem
from shared.allocation.row_edges import Floats, RowEdges, served_edges
from shared.allocation.thresholds import row_thresholds

Float32s = NDArray[np.float32]
CLOSE = 1e-12


@dataclass(frozen=True)
class StoredPrices:
    """Prices and width exactly as a plan stores them."""

    campaign: Float32s  # (campaigns) lambda, value per exposure
    licensor: Float32s  # (licensors) mu, value per exposure
    width: float  # h > 0, a float32 number


def stored_prices(campaign_price: Floats, licensor_price: Floats, width: float) -> StoredPrices:
    """Round prices and width to what a plan stores."""
    smallest = float(np.finfo(np.float32).tiny)
    return StoredPrices(
        campaign_price.astype(np.float32),
        licensor_price.astype(np.float32),
        float(np.float32(max(width, smallest))),
    )


def served_exposure_share(
    problem: AllocationProblem,
    campaign_price: NDArray[np.floating],
    licensor_price: NDArray[np.floating],
    throttle: NDArray[np.floating],
    width: float,
) -> Floats:
    """x of every edge, from stored prices, throttles and width: (edges), in shares of the slots.

    Each is at most u_i, and each row's sum at most s_i. Rows without slots are served too.

    Raises:
        ValueError: the width is not positive.
    """
    if not width > 0:
        raise ValueError(f"width is {width}, expected a positive number")
    rows = served_edges(problem)
    price = campaign_price.astype(np.float64)
    price += licensor_price.astype(np.float64)[problem.licensor]
    share = untouched_share(rows, price, width)
    answer = np.zeros(problem.campaign.size)
    scale = throttle.astype(np.float64)[rows.campaign]
    track_cap = problem.track_cap.astype(np.float64)[_rows_of(problem)[rows.edge]]
    answer[rows.edge] = track_cap * (scale * share)
    return answer


def untouched_share(rows: RowEdges, price: Floats, width: float) -> Floats:
    """t of every edge before any throttle, from the price of every campaign: (edges), in [0, 1]."""
    reduced = rows.value - price[rows.campaign]
    threshold = row_thresholds(rows, reduced, width)
    return np.clip((reduced - threshold[rows.row]) / width, 0.0, 1.0)


def campaign_exposures(problem: AllocationProblem, exposure_share: Floats) -> Floats:
    """Exposures of every campaign: (edges) x -> (campaigns)."""
    amount = problem.slots[_rows_of(problem)] * exposure_share
    return np.bincount(problem.campaign, amount, problem.cap.size)


def stored_throttles(problem: AllocationProblem, exposures: Floats) -> Float32s:
    """The largest float32 throttles under which no campaign or licensor exceeds its cap.

    Args:
        problem: gives the caps.
        exposures: (campaigns) at full throttle.
    """
    own = _fraction(problem.cap, exposures)
    licensors = problem.licensor_cap.size
    together = np.bincount(problem.licensor, own * exposures, licensors)
    throttle = own * _fraction(problem.licensor_cap, together)[problem.licensor]
    stored = throttle.astype(np.float32)
    below = np.nextafter(stored, np.float32(0))
    stored = np.where(stored > throttle, below, stored)
    return np.where(throttle < 1, np.nextafter(stored, np.float32(0)), stored)


def largest_violation(problem: AllocationProblem, exposure_share: Floats) -> float:
    """How far x breaks any constraint of the program, at worst, in exposures; 0 if none."""
    row = _rows_of(problem)
    exposures = campaign_exposures(problem, exposure_share)
    by_licensor = np.bincount(problem.licensor, exposures, problem.licensor_cap.size)
    by_row = np.bincount(row, exposure_share, problem.slots.size)
    excess = (
        exposures - problem.cap,
        by_licensor - problem.licensor_cap,
        problem.slots * (by_row - problem.promoted_share),
        problem.slots[row] * (exposure_share - problem.track_cap[row]),
        -problem.slots[row] * exposure_share,
    )
    return max(0.0, *(float(np.max(part, initial=0.0)) for part in excess))


def _fraction(cap: Floats, exposures: Floats) -> Floats:
    """The share of the exposures that a cap lets through, 1 where it is not reached."""
    over = exposures > cap * (1.0 - CLOSE)
    return np.where(over, np.minimum(cap, exposures), 1.0) / np.where(over, exposures, 1.0)


def _rows_of(problem: AllocationProblem) -> NDArray[np.intp]:
    """The row of every edge."""
    return np.repeat(np.arange(problem.slots.size), np.diff(problem.row_start))
