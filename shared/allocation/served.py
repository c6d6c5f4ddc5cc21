"""Noun allocation: what a plan's stored numbers serve, rebuilt from those numbers alone.

    x_ij = u_i f_j clip((v_ij - lambda_j - mu_L(j) - tau_i)/h, 0, 1)

Prices and throttles are float32, as a plan stores them; everything is evaluated in float64.
Throttles only scale down, and are rounded down, so that no cap is exceeded.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.allocation.problem import AllocationProblem
from shared.allocation.row_edges import Floats, RowEdges, group_sums, row_of_edge, served_edges
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
    stored = StoredPrices(
        campaign_price.astype(np.float32), licensor_price.astype(np.float32), width
    )
    share = full_share(problem, served_edges(problem), stored)
    return throttled_exposure_share(problem, share, throttle)


def full_share(problem: AllocationProblem, rows: RowEdges, prices: StoredPrices) -> Floats:
    """t of every edge before any throttle: (edges of the problem), in [0, 1].

    Args:
        problem: gives each campaign's licensor.
        rows: ``served_edges`` of the problem.
        prices: as stored.
    """
    price = prices.campaign.astype(np.float64)
    price += prices.licensor.astype(np.float64)[problem.licensor]
    reduced = rows.value - price[rows.campaign]
    threshold = row_thresholds(rows, reduced, prices.width)
    answer = np.zeros(problem.campaign.size)
    answer[rows.edge] = np.clip((reduced - threshold[rows.row]) / prices.width, 0.0, 1.0)
    return answer


def throttled_exposure_share(
    problem: AllocationProblem, share: Floats, throttle: NDArray[np.floating]
) -> Floats:
    """x = u_i f_j t_ij of every edge: (edges), from t and the throttles (campaigns)."""
    track_cap = problem.track_cap.astype(np.float64)[row_of_edge(problem)]
    return track_cap * (throttle.astype(np.float64)[problem.campaign] * share)


def campaign_exposures(problem: AllocationProblem, exposure_share: Floats) -> Floats:
    """Exposures of every campaign: (edges) x -> (campaigns)."""
    amount = problem.slots[row_of_edge(problem)] * exposure_share
    return group_sums(problem.campaign, amount, problem.cap.size)


def stored_throttles(problem: AllocationProblem, exposures: Floats) -> Float32s:
    """The largest float32 throttles under which no campaign or licensor exceeds its cap.

    Args:
        problem: gives the caps.
        exposures: (campaigns) at full throttle.
    """
    own = _fraction(problem.cap, exposures)
    licensors = problem.licensor_cap.size
    together = group_sums(problem.licensor, own * exposures, licensors)
    throttle = own * _fraction(problem.licensor_cap, together)[problem.licensor]
    stored = throttle.astype(np.float32)
    below = np.nextafter(stored, np.float32(0))
    stored = np.where(stored > throttle, below, stored)
    return np.where(throttle < 1, np.nextafter(stored, np.float32(0)), stored)


def largest_violation(problem: AllocationProblem, exposure_share: Floats) -> float:
    """How far x breaks any constraint of the program, at worst, in exposures; 0 if none."""
    row = row_of_edge(problem)
    exposures = campaign_exposures(problem, exposure_share)
    by_licensor = group_sums(problem.licensor, exposures, problem.licensor_cap.size)
    by_row = group_sums(row, exposure_share, problem.slots.size)
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
