"""Noun allocation: what one set of prices serves once stored, and what that is worth."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from shared.allocation.admission import admitted_edges
from shared.allocation.certificate import AllocationValue, allocation_value, certified_gap
from shared.allocation.dual import dual_bound
from shared.allocation.prices import PriceBox
from shared.allocation.problem import AllocationProblem
from shared.allocation.refill import refilled_share
from shared.allocation.row_edges import Float32s, Floats, RowEdges, group_sums, product_sum
from shared.allocation.served import (
    StoredPrices,
    full_share,
    largest_violation,
    stored_prices,
    stored_throttles,
)
from shared.allocation.solution import Level, Solution


@dataclass(frozen=True)
class Service:
    """Stored prices and throttles with the allocation that they serve, and its bound."""

    problem: AllocationProblem
    prices: StoredPrices
    throttle: Float32s  # (campaigns)
    rows: RowEdges  # every edge that has a share, and those that nearly have one
    share: Floats  # (edges of rows) f t
    bound: float  # D_0 at the stored prices
    worth: AllocationValue

    @cached_property
    def refilled(self) -> AllocationValue:
        """Return the value after its free room is refilled; never less than what is served."""
        rows = self.rows
        amount = rows.weight[rows.row] * refilled_share(self.problem, rows, self.share)
        exposures = group_sums(rows.campaign, amount, self.problem.cap.size)
        filled = allocation_value(self.problem, product_sum(amount, rows.value), exposures)
        return filled if filled.primal > self.worth.primal else self.worth

    def solution(self, bound: float, levels: tuple[Level, ...]) -> Solution:
        """Return the answer that serves this, against the best bound known."""
        return Solution(
            campaign_price=self.prices.campaign,
            licensor_price=self.prices.licensor,
            throttle=self.throttle,
            width=self.prices.width,
            primal=self.refilled.primal,
            served_primal=self.worth.primal,
            dual_bound=bound,
            gap=certified_gap(bound, self.worth),
            primal_gap=certified_gap(bound, self.refilled),
            max_violation=largest_violation(self.problem, self.rows, self.share),
            exposures=self.worth.exposures,
            shortfall=self.worth.shortfall,
            levels=levels,
        )


def serve(
    problem: AllocationProblem,
    box: PriceBox,
    prices: Floats,
    width: float,
    *,
    threshold: Floats | None,
) -> Service:
    """Store prices, find the throttles that they need, and value and bound what is served.

    Args:
        problem: the program.
        box: its feasible prices.
        prices: (campaigns + licensors), feasible.
        width: h > 0.
        threshold: (rows of the problem) not above the thresholds at these prices.
    """
    campaigns = problem.cap.size
    stored = stored_prices(prices[:campaigns], prices[campaigns:], width)
    price = stored.edge_price(problem)
    rows = admitted_edges(
        problem, price, margin=stored.width, threshold=threshold, is_open=problem.is_open
    )
    guess = None if threshold is None else threshold[rows.problem_row]
    share, _ = full_share(rows, price, stored.width, guess)
    weight = rows.weight[rows.row]
    throttle = stored_throttles(problem, group_sums(rows.campaign, weight * share, campaigns))
    share *= throttle.astype(np.float64)[rows.campaign]
    amount = weight * share
    exposures = group_sums(rows.campaign, amount, campaigns)
    worth = allocation_value(problem, product_sum(amount, rows.value), exposures)
    exact = np.concatenate((stored.campaign, stored.licensor)).astype(np.float64)
    bound = dual_bound(rows, box, box.clip(exact))
    return Service(problem, stored, throttle, rows, share, bound, worth)
