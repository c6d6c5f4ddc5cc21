"""Noun allocation: what stored prices serve once throttled, what that is worth, and its bound."""

from dataclasses import dataclass

import numpy as np

from shared.allocation.certificate import AllocationValue, allocation_value, certified_gap
from shared.allocation.delivery import Delivery, Shown
from shared.allocation.prices import price_box
from shared.allocation.problem import AllocationProblem
from shared.allocation.refill import refilled_share
from shared.allocation.row_edges import Float32s, Floats, group_sums, product_sum
from shared.allocation.served import StoredPrices, stored_throttles
from shared.allocation.solution import Level, Solution


@dataclass(frozen=True)
class Service:
    """Stored prices and throttles with what they serve, from sums over rows alone."""

    terms: AllocationProblem  # its campaigns and licensors; the rows need not be there
    prices: StoredPrices
    throttle: Float32s  # (campaigns)
    delivery: Delivery
    bound: float  # D_0 at the stored prices
    worth: AllocationValue

    @property
    def largest_violation(self) -> float:
        """How far anything served breaks a constraint, at worst, in exposures; 0 if nothing."""
        exposures, licensor = self.worth.exposures, self.terms.licensor
        by_licensor = group_sums(licensor, exposures, self.terms.licensor_cap.size)
        over_cap = np.max(exposures - self.terms.cap, initial=0.0)
        over_licensor = np.max(by_licensor - self.terms.licensor_cap, initial=0.0)
        return max(float(over_cap), float(over_licensor), self.delivery.worst_row)

    def solution(
        self,
        *,
        primal: AllocationValue | None = None,
        bound: float = np.inf,
        levels: tuple[Level, ...] = (),
    ) -> Solution:
        """Return the answer that serves this.

        Args:
            primal: a better allocation, after repair; what is served unless given.
            bound: the least bound known beside this one.
            levels: how it came about.
        """
        repaired, bound = primal or self.worth, min(bound, self.bound)
        return Solution(
            campaign_price=self.prices.campaign_price,
            licensor_price=self.prices.licensor_price,
            throttle=self.throttle,
            width=self.prices.width,
            primal=repaired.primal,
            served_primal=self.worth.primal,
            dual_bound=bound,
            gap=certified_gap(bound, self.worth),
            primal_gap=certified_gap(bound, repaired),
            max_violation=self.largest_violation,
            exposures=self.worth.exposures,
            shortfall=self.worth.shortfall,
            delivery=self.delivery,
            levels=levels,
        )


def serve(terms: AllocationProblem, prices: StoredPrices, delivery: Delivery) -> Service:
    """Find the throttles that what is delivered needs, value it and bound it.

    Args:
        terms: caps, minima, penalties and licensors of the campaigns.
        prices: as stored.
        delivery: sums over all rows at these prices.
    """
    throttle = stored_throttles(terms, delivery.exposures)
    fraction = throttle.astype(np.float64)
    promoted = product_sum(fraction, delivery.value)
    worth = allocation_value(terms, promoted, fraction * delivery.exposures)
    box = price_box(terms)
    exact = box.clip(
        np.concatenate((prices.campaign_price, prices.licensor_price)).astype(np.float64)
    )
    bound = delivery.row_bound + box.cost(exact)
    return Service(terms, prices, throttle, delivery, bound, worth)


def repaired(problem: AllocationProblem, what: Shown, service: Service) -> AllocationValue:
    """Return the value after free room is refilled; never less than what is served."""
    rows = what.rows
    served: Floats = what.share * service.throttle.astype(np.float64)[rows.campaign]
    amount = rows.weight[rows.row] * refilled_share(problem, rows, served)
    exposures = group_sums(rows.campaign, amount, problem.cap.size)
    filled = allocation_value(problem, product_sum(amount, rows.value), exposures)
    return filled if filled.primal > service.worth.primal else service.worth
