"""Noun allocation: which prices are feasible, and what a price costs beside the rows.

Prices are one vector: the campaigns' lambda, then the licensors' mu. The price of an edge is
q_j = lambda_j + mu_L(j).
"""

from dataclasses import dataclass, replace

import numpy as np

from shared.allocation.problem import AllocationProblem
from shared.allocation.row_edges import Floats, Indices, group_sums

AIM_BELOW = 1e-5


@dataclass(frozen=True)
class PriceBox:
    """Bounds and the piecewise linear cost sum_j (B_j lambda_j+ - m_j lambda_j-) + sum F mu."""

    lowest: Floats  # (campaigns + licensors) -pi_j where a minimum pays, else 0
    highest: Floats  # (campaigns + licensors) 0 where there is no cap, else inf
    cost_above: Floats  # (campaigns + licensors) slope of the cost at positive prices: B_j, F_L
    cost_below: Floats  # (campaigns + licensors) slope at negative prices: m_j
    licensor: Indices  # (campaigns)

    def edge_price(self, prices: Floats) -> Floats:
        """q of every campaign: (campaigns)."""
        campaigns = self.licensor.size
        return prices[:campaigns] + prices[campaigns:][self.licensor]

    def cost(self, prices: Floats) -> float:
        """What the prices add to the dual beside the rows, in value."""
        above, below = np.maximum(prices, 0.0), np.minimum(prices, 0.0)
        return float(self.cost_above @ above + self.cost_below @ below)

    def clip(self, prices: Floats) -> Floats:
        """The nearest feasible prices; nan counts as 0."""
        return np.clip(np.nan_to_num(prices, nan=0.0), self.lowest, self.highest)

    def by_licensor(self, amounts: Floats) -> Floats:
        """Append sums over licensors: (campaigns) -> (campaigns + licensors)."""
        licensors = self.lowest.size - self.licensor.size
        return np.concatenate((amounts, group_sums(self.licensor, amounts, licensors)))


def price_box(problem: AllocationProblem) -> PriceBox:
    """The feasible prices of a problem: lambda >= -pi, mu >= 0, no positive price without a cap."""
    bound = np.concatenate((problem.cap, problem.licensor_cap)).astype(np.float64)
    has_cap = np.isfinite(bound)
    no_minimum = np.zeros(problem.licensor_cap.size)
    penalty = np.where(problem.minimum > 0, problem.shortfall_penalty, 0.0)
    return PriceBox(
        lowest=-np.concatenate((penalty, no_minimum)),
        highest=np.where(has_cap, np.inf, 0.0),
        cost_above=np.where(has_cap, bound, 0.0),
        cost_below=np.concatenate((problem.minimum, no_minimum)).astype(np.float64),
        licensor=problem.licensor.astype(np.intp),
    )


def aimed_box(box: PriceBox) -> PriceBox:
    """The same box with caps a hair lower, so that a price and not a throttle keeps them."""
    above = box.cost_above * (1.0 - AIM_BELOW)
    below = np.where(box.highest > 0, np.minimum(box.cost_below, above), box.cost_below)
    return replace(box, cost_above=above, cost_below=below)
