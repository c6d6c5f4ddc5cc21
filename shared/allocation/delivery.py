"""Noun allocation: what stored prices would deliver at full throttle, as sums over rows.

Sums of parts of the rows add up to those of all, so shards may be evaluated apart and certified
together: throttles, exposures, worth and bound follow from these sums and the campaigns' terms.
"""

from dataclasses import dataclass

import numpy as np

from shared.allocation.admission import admitted_edges
from shared.allocation.dual import dual_bound
from shared.allocation.prices import price_box
from shared.allocation.problem import AllocationProblem
from shared.allocation.row_edges import Floats, RowEdges, group_sums, row_sums
from shared.allocation.served import StoredPrices, widths_above


@dataclass(frozen=True)
class Delivery:
    """What some rows deliver at stored prices, before any throttle."""

    exposures: Floats  # (campaigns) sum W t
    value: Floats  # (campaigns) sum W t v
    row_bound: float  # what the rows add to D_0
    worst_row: float  # exposures by which a row exceeds its room or an edge its cap, at worst

    def __add__(self, other: "Delivery") -> "Delivery":
        """Return the sums over both."""
        return Delivery(
            self.exposures + other.exposures,
            self.value + other.value,
            self.row_bound + other.row_bound,
            max(self.worst_row, other.worst_row),
        )

    def without(self, part: "Delivery") -> "Delivery":
        """Return the sums over the rows that are not in a part of these."""
        return Delivery(
            np.maximum(self.exposures - part.exposures, 0.0),
            np.maximum(self.value - part.value, 0.0),
            self.row_bound - part.row_bound,
            self.worst_row,
        )


@dataclass(frozen=True)
class Shown:
    """The edges that stored prices show, and their sums."""

    rows: RowEdges  # every edge that has a share, and those that nearly have one
    above: Floats  # (edges of rows) widths by which v - q is above its row's threshold
    share: Floats  # (edges of rows) t, as much of that as lies in [0, 1]
    delivery: Delivery


def shown(
    problem: AllocationProblem,
    prices: StoredPrices,
    threshold: Floats | None = None,
    *,
    margin: float = 1.0,
) -> Shown:
    """Evaluate stored prices on the rows of a problem.

    Args:
        problem: the rows, with all edges.
        prices: as a plan stores them.
        threshold: (rows of the problem) not above the thresholds at these prices.
        margin: widths below its row's threshold down to which an edge is looked at.
    """
    price = prices.edge_price(problem)
    rows = admitted_edges(
        problem,
        price,
        margin=margin * prices.width,
        threshold=threshold,
        is_open=problem.is_open,
    )
    guess = None if threshold is None else threshold[rows.problem_row]
    above = widths_above(rows, price, prices.width, guess)
    share = np.clip(above, 0.0, 1.0)
    amount = rows.weight[rows.row] * share
    campaigns = problem.cap.size
    box = price_box(problem)
    exact = box.clip(prices.exact)
    worst_edge = np.max(np.maximum(share - 1.0, -share), initial=0.0)
    worst_room = np.max(rows.weight * (row_sums(rows, share) - rows.room), initial=0.0)
    delivery = Delivery(
        exposures=group_sums(rows.campaign, amount, campaigns),
        value=group_sums(rows.campaign, amount * rows.value, campaigns),
        row_bound=dual_bound(rows, box, exact) - box.cost(exact),
        worst_row=max(float(worst_room), float(worst_edge * np.max(rows.weight, initial=0.0))),
    )
    return Shown(rows, above, share, delivery)
