"""What a solution's stored numbers serve, found by bisection in float64, row block by row block.

It shares no code with the solver: thresholds are bisected, and exposures summed from the original
arrays.
"""

import numpy as np

from shared.allocation.problem import AllocationProblem
from shared.allocation.solution import Solution

BLOCK_ROWS = 5000
HALVINGS = 64


def largest_excess(problem: AllocationProblem, solution: Solution) -> float:
    """Return by how many exposures anything served breaks its constraint, at worst; 0 if none."""
    campaigns = problem.cap.size
    price = solution.campaign_price.astype(float)
    price = price + solution.licensor_price.astype(float)[problem.licensor]
    exposures, worst = np.zeros(campaigns), 0.0
    for first in range(0, problem.slots.size, BLOCK_ROWS):
        last = min(first + BLOCK_ROWS, problem.slots.size)
        begin, end = problem.row_start[first], problem.row_start[last]
        row = np.repeat(np.arange(last - first), np.diff(problem.row_start[first : last + 1]))
        campaign = problem.campaign[begin:end]
        reduced = problem.value[begin:end].astype(float) - price[campaign]
        room = problem.promoted_share[first:last] / problem.track_cap[first:last]
        low, high = np.zeros(room.size), np.full(room.size, max(reduced.max(initial=0.0), 0.0))
        for _ in range(HALVINGS):
            tau = 0.5 * (low + high)
            share = np.clip((reduced - tau[row]) / solution.width, 0, 1)
            over = np.bincount(row, share, room.size) > room
            low, high = np.where(over, tau, low), np.where(over, high, tau)
        at_zero = np.clip(reduced / solution.width, 0, 1)
        high = np.where(np.bincount(row, at_zero, room.size) <= room, 0.0, high)
        share = np.clip((reduced - high[row]) / solution.width, 0, 1)
        share *= solution.throttle.astype(float)[campaign]
        weight = (problem.slots * problem.track_cap)[first:last]
        exposures += np.bincount(campaign, weight[row] * share, campaigns)
        total = np.bincount(row, share, room.size)
        worst = max(worst, float(np.max(weight * (total - room), initial=0.0)))
    by_licensor = np.bincount(problem.licensor, exposures, problem.licensor_cap.size)
    over_cap = float(np.max(exposures - problem.cap, initial=0.0))
    return max(worst, over_cap, float(np.max(by_licensor - problem.licensor_cap, initial=0.0)))
