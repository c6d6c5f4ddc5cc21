"""Noun allocation: two primals and one bound, and the gap between them.

The bound is D_0 at feasible prices (weak duality), so no reference solver is needed. Both primals
are values of allocations that break nothing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.allocation.admission import admitted_edges
from shared.allocation.dual import dual_bound
from shared.allocation.prices import price_box
from shared.allocation.problem import AllocationProblem
from shared.allocation.row_edges import Floats


@dataclass(frozen=True)
class AllocationValue:
    """What an allocation is worth, and where."""

    primal: float  # sum N v x - sum pi z
    promoted: float  # sum N v x
    exposures: Floats  # (campaigns)
    shortfall: Floats  # (campaigns) z = max(0, m - exposures)


def allocation_value(
    problem: AllocationProblem, promoted: float, exposures: Floats
) -> AllocationValue:
    """Value an allocation by sum N v x and its exposures (campaigns)."""
    shortfall = np.maximum(problem.minimum - exposures, 0.0)
    primal = promoted - float(problem.shortfall_penalty @ shortfall)
    return AllocationValue(primal, promoted, exposures, shortfall)


def certified_gap(bound: float, worth: AllocationValue) -> float:
    """(bound - primal) / sum N v x; 0 if both are 0 to rounding, inf if only the last is 0."""
    missing = bound - worth.primal
    rounding = 1e-14 * max(abs(bound), abs(worth.primal), worth.promoted)
    if missing <= rounding:
        return 0.0
    return missing / worth.promoted if worth.promoted > 0 else float("inf")


def certified_bound(
    problem: AllocationProblem,
    campaign_price: NDArray[np.floating],
    licensor_price: NDArray[np.floating],
) -> float:
    """Upper bound of the program by any prices; those outside the feasible box are clipped first.

    Args:
        problem: the program.
        campaign_price: (campaigns) lambda, in value per exposure.
        licensor_price: (licensors) mu, in value per exposure.
    """
    box = price_box(problem)
    prices = box.clip(np.concatenate((campaign_price, licensor_price)).astype(np.float64))
    rows = admitted_edges(problem, box.edge_price(prices), margin=0.0, is_open=problem.is_open)
    return dual_bound(rows, box, prices)
