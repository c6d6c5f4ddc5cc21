"""Noun allocation: the smoothed dual, its gradient and its curvature.

    D_h(q) = sum_i W_i max {sum_j (v_ij - q_j) t_ij - h t_ij^2/2 : 0 <= t <= 1, sum_j t_ij <= k_i}
             + sum_j (B_j lambda_j+ - m_j lambda_j-) + sum_L F_L mu_L

The maximiser is t = clip((v - q - tau)/h, 0, 1). The gradient by q_j is minus the campaign's
exposures; the generalised Hessian is a sum over rows of W/h (diag - 1 1'/n) on the n free edges
(0 < t < 1), without the rank-one part where tau = 0. Source: Y. Nesterov, "Smooth minimization of
non-smooth functions", 2005, eq. 2.5; K. Ramanath et al., "ECLIPSE", 2020 (box-cut rows).
"""

from dataclasses import dataclass

import numpy as np

from shared.allocation.prices import PriceBox
from shared.allocation.row_edges import Floats, Indices, RowEdges, group_sums
from shared.allocation.thresholds import row_thresholds


@dataclass(frozen=True)
class DualPoint:
    """The smoothed dual at one vector of prices."""

    prices: Floats  # (campaigns + licensors)
    value: float
    threshold: Floats  # (rows)
    exposures: Floats  # (campaigns + licensors) of t, before any throttle
    curvature: "Curvature"


@dataclass(frozen=True)
class Curvature:
    """The generalised Hessian by prices, as the free edges it lives on."""

    row: Indices  # (free edges) numbered over rows that have any
    campaign: Indices  # (free edges)
    stiffness: Floats  # (free edges) W/h
    coupling: Floats  # (rows with free edges) 1/n where tau > 0, else 0
    box: PriceBox

    def times(self, direction: Floats) -> Floats:
        """Hessian-vector product: (campaigns + licensors) -> same, in exposures."""
        by_edge = self.box.edge_price(direction)[self.campaign]
        mean = group_sums(self.row, by_edge, self.coupling.size) * self.coupling
        by_edge = (by_edge - mean[self.row]) * self.stiffness
        campaigns = self.box.licensor.size
        return self.box.by_licensor(group_sums(self.campaign, by_edge, campaigns))

    def diagonal(self) -> Floats:
        """Diagonal of the Hessian; the licensors' part leaves out the coupling: (prices)."""
        own = self.stiffness * (1.0 - self.coupling[self.row])
        campaigns = self.box.licensor.size
        return self.box.by_licensor(group_sums(self.campaign, own, campaigns))


def smoothed_dual(
    rows: RowEdges, box: PriceBox, prices: Floats, width: float, guess: Floats | None = None
) -> DualPoint:
    """Evaluate D_h with everything that a Newton step needs.

    Args:
        rows: the edges that count.
        box: bounds and costs of the prices.
        prices: (campaigns + licensors), feasible.
        width: h > 0.
        guess: (rows) thresholds nearby, to save steps.
    """
    reduced = rows.value - box.edge_price(prices)[rows.campaign]
    threshold = row_thresholds(rows, reduced, width, guess)
    share = np.clip((reduced - threshold[rows.row]) / width, 0.0, 1.0)
    used = np.flatnonzero(share > 0)
    share, row, campaign = share[used], rows.row[used], rows.campaign[used]
    amount = rows.weight[row] * share
    exposures = box.by_licensor(group_sums(campaign, amount, box.licensor.size))
    value = float(amount @ (reduced[used] - 0.5 * width * share)) + box.cost(prices)
    free = np.flatnonzero(share < 1)
    curvature = _curvature(rows, box, row[free], campaign[free], threshold, width)
    return DualPoint(prices, value, threshold, exposures, curvature)


def dual_bound(rows: RowEdges, box: PriceBox, prices: Floats) -> float:
    """D_0 at feasible prices: an upper bound of the program, exact in float64.

    Rows are filled by falling reduced value, each edge up to 1, until k is reached.
    """
    reduced = rows.value - box.edge_price(prices)[rows.campaign]
    used = np.flatnonzero(reduced > 0)
    order = used[np.lexsort((-reduced[used], rows.row[used]))]
    row = rows.row[order]
    position = np.arange(order.size)
    is_first = np.ones(order.size, dtype=np.bool_)
    is_first[1:] = row[1:] != row[:-1]
    first = np.maximum.accumulate(np.where(is_first, position, 0))
    share = np.clip(rows.room[row] - (position - first), 0.0, 1.0)
    return float((rows.weight[row] * share) @ reduced[order]) + box.cost(prices)


def _curvature(
    rows: RowEdges, box: PriceBox, row: Indices, campaign: Indices, threshold: Floats, width: float
) -> Curvature:
    """Number the rows that have free edges and note how each couples them."""
    count = np.bincount(row, minlength=rows.start.size)
    number = np.cumsum(count > 0) - 1
    coupling = np.where(threshold > 0, 1.0 / np.maximum(count, 1), 0.0)[count > 0]
    return Curvature(number[row], campaign, rows.weight[row] / width, coupling, box)


def promoted_value(rows: RowEdges) -> float:
    """Mean value of an exposure when prices are 0: the unit in which widths are given."""
    order = np.lexsort((-rows.value, rows.row))
    position = np.arange(order.size) - rows.start[rows.row]
    share = np.clip(rows.room[rows.row] - position, 0.0, 1.0) * (rows.value[order] > 0)
    amount = rows.weight[rows.row] * share
    total = float(np.sum(amount))
    return float(amount @ rows.value[order]) / total if total > 0 else 0.0


def reachable_exposures(rows: RowEdges, box: PriceBox) -> Floats:
    """Exposures if every edge were shown alone, held to the row's room: (prices)."""
    alone = rows.weight * np.minimum(1.0, rows.room)
    return box.by_licensor(group_sums(rows.campaign, alone[rows.row], box.licensor.size))
