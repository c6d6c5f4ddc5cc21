"""Noun allocation: what a plan's stored numbers serve, rebuilt from those numbers alone.

    x_ij = u_i f_j clip((v_ij - lambda_j - mu_L(j) - tau_i)/h, 0, 1)

Prices and throttles are float32, as a plan stores them; everything is evaluated in float64.
Throttles only scale down, and are rounded down, so that no cap is exceeded.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.allocation.admission import admitted_edges
from shared.allocation.problem import AllocationProblem
from shared.allocation.row_edges import Float32s, Floats, RowEdges, group_sums
from shared.allocation.thresholds import row_thresholds

CLOSE = 1e-10


@dataclass(frozen=True)
class StoredPrices:
    """Prices and width exactly as a plan stores them."""

    campaign_price: Float32s  # (campaigns) lambda, value per exposure
    licensor_price: Float32s  # (licensors) mu, value per exposure
    width: float  # h > 0, a float32 number

    @property
    def exact(self) -> Floats:
        """Return all prices in float64: (campaigns + licensors)."""
        return np.concatenate((self.campaign_price, self.licensor_price)).astype(np.float64)

    def edge_price(self, problem: AllocationProblem) -> Floats:
        """Return q of every campaign, in float64: (campaigns)."""
        price = self.campaign_price.astype(np.float64)
        price += self.licensor_price.astype(np.float64)[problem.licensor]
        return price


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
    price = stored.edge_price(problem)
    rows = admitted_edges(problem, price, margin=width, is_open=problem.track_cap > 0)
    share = np.clip(widths_above(rows, price, width), 0.0, 1.0)
    share *= throttle.astype(np.float64)[rows.campaign]
    answer = np.zeros(problem.campaign.size)
    answer[rows.edge] = problem.track_cap[rows.problem_row][rows.row] * share
    return answer


def widths_above(
    rows: RowEdges, price: Floats, width: float, guess: Floats | None = None
) -> Floats:
    """How many widths each edge's v - q is above its row's threshold: (edges); t is it in [0, 1].

    Args:
        rows: every edge that may have a share, at least.
        price: (campaigns) q.
        width: h > 0.
        guess: (rows) thresholds nearby, to save steps.
    """
    above = np.empty(rows.edge.size)
    for block in rows.blocks:
        part = block.part
        reduced = part.value - price[part.campaign]
        tau = row_thresholds(part, reduced, width, None if guess is None else guess[block.rows])
        above[block.edges] = (reduced - tau[part.row]) / width
    return above


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


def _fraction(cap: Floats, exposures: Floats) -> Floats:
    """The share of the exposures that a cap lets through, 1 where it is not reached."""
    over = exposures > cap * (1.0 - CLOSE)
    return np.where(over, np.minimum(cap, exposures), 1.0) / np.where(over, exposures, 1.0)
