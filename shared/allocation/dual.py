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
from shared.allocation.row_edges import Floats, Indices, RowEdges, group_sums, product_sum
from shared.allocation.thresholds import row_thresholds

_FreeEdges = tuple[Indices, Indices, Floats, Floats, Indices]


@dataclass(frozen=True)
class DualPoint:
    """The smoothed dual at one vector of prices."""

    prices: Floats  # (campaigns + licensors)
    value: float
    threshold: Floats  # (rows)
    exposures: Floats  # (campaigns + licensors) of t, before any throttle
    curvature: "Curvature"

    def thresholds_near(self, prices: Floats) -> Floats:
        """Return thresholds at other prices, exact where the same edges stay free: (rows)."""
        curvature = self.curvature
        change = curvature.box.edge_price(prices - self.prices)[curvature.campaign]
        near = self.threshold.copy()
        near[curvature.coupled_row] -= curvature.coupled_mean(change)
        return near


@dataclass(frozen=True)
class Curvature:
    """The generalised Hessian by prices, as the free edges it lives on."""

    row: Indices  # (free edges) numbered over rows that have any
    campaign: Indices  # (free edges)
    stiffness: Floats  # (free edges) W/h
    coupling: Floats  # (rows with free edges) 1/n where tau > 0, else 0
    coupled_row: Indices  # (rows with free edges) which they are
    box: PriceBox

    def coupled_mean(self, amounts: Floats) -> Floats:
        """Mean over each row's free edges, 0 where tau = 0: (free edges) -> (rows with any)."""
        return group_sums(self.row, amounts, self.coupling.size) * self.coupling

    def times(self, direction: Floats) -> Floats:
        """Hessian-vector product: (campaigns + licensors) -> same, in exposures."""
        by_edge = self.box.edge_price(direction)[self.campaign]
        by_edge = (by_edge - self.coupled_mean(by_edge)[self.row]) * self.stiffness
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
    price = box.edge_price(prices)
    threshold = np.zeros(rows.start.size)
    exposures = np.zeros(price.size)
    value = box.cost(prices)
    free = []
    for block in rows.blocks:
        part = block.part
        reduced = part.value - price[part.campaign]
        tau = row_thresholds(part, reduced, width, None if guess is None else guess[block.rows])
        threshold[block.rows] = tau
        share = reduced - tau[part.row]
        share /= width
        used = np.flatnonzero(share > 0)
        share, row, campaign = np.minimum(share[used], 1.0), part.row[used], part.campaign[used]
        amount = part.weight[row] * share
        exposures += group_sums(campaign, amount, price.size)
        value += product_sum(amount, reduced[used] - 0.5 * width * share)
        inside = np.flatnonzero(share < 1)
        found = _free_edges(part, row[inside], campaign[inside], tau, width)
        free.append((*found[:4], found[4] + block.rows.start))
    return DualPoint(prices, value, threshold, box.by_licensor(exposures), _joined(free, box))


def dual_bound(rows: RowEdges, box: PriceBox, prices: Floats) -> float:
    """D_0 at feasible prices: an upper bound of the program, in float64.

    A row is worth k tau + sum_j max(r_j - tau, 0) at the least over tau >= 0, which stands at the
    edge that fills its room.

    Args:
        rows: every edge that such a tau may leave above it, at least.
        box: bounds and costs of the prices.
        prices: (campaigns + licensors), feasible.
    """
    price = box.edge_price(prices)
    bound = box.cost(prices)
    for block in rows.blocks:
        part = block.part
        reduced = np.maximum(part.value - price[part.campaign], 0.0)
        tau = _filling_edge(part, reduced)
        above = np.maximum(reduced - tau[part.row], 0.0)
        bound += product_sum(part.weight, part.room * tau + np.add.reduceat(above, part.start))
    return bound


def _filling_edge(rows: RowEdges, reduced: Floats) -> Floats:
    """The reduced value of each row's edge with which its room is full, 0 if it has room left.

    Values that differ by less than 1e-11 of the highest may stand in either order.
    """
    highest = float(np.max(reduced, initial=0.0))
    order = np.argsort(rows.row - reduced * (0.5 / highest if highest > 0 else 0.0))
    count = np.diff(np.append(rows.start, reduced.size))
    filling = np.minimum(np.ceil(rows.room) - 1, count).astype(np.intp)
    edge = order[np.minimum(rows.start + filling, rows.start + count - 1)]
    return np.where(filling < count, reduced[edge], 0.0)


def _free_edges(
    rows: RowEdges, row: Indices, campaign: Indices, threshold: Floats, width: float
) -> _FreeEdges:
    """Number the rows that have free edges and note how each couples them."""
    count = np.bincount(row, minlength=rows.start.size)
    number = np.cumsum(count > 0) - 1
    coupled = np.flatnonzero(count)
    coupling = np.where(threshold[coupled] > 0, 1.0 / count[coupled], 0.0)
    return number[row], campaign, rows.weight[row] / width, coupling, coupled


def _joined(free: list[_FreeEdges], box: PriceBox) -> Curvature:
    """Put the free edges of blocks together, with their rows numbered through."""
    if not free:
        none, nothing = np.zeros(0, dtype=np.intp), np.zeros(0)
        return Curvature(none, none, nothing, nothing, none, box)
    rows = np.cumsum([0, *(part[3].size for part in free)])
    row = np.concatenate([part[0] + first for part, first in zip(free, rows[:-1], strict=True)])
    campaign, stiffness, coupling, coupled = (
        np.concatenate([part[i] for part in free]) for i in range(1, 5)
    )
    return Curvature(row, campaign, stiffness, coupling, coupled, box)
