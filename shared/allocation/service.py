"""Noun allocation: what one set of prices serves once stored, and what that is worth."""

from dataclasses import dataclass

import numpy as np

from shared.allocation.certificate import AllocationValue, allocation_value
from shared.allocation.problem import AllocationProblem
from shared.allocation.refill import refilled_share
from shared.allocation.row_edges import Floats, RowEdges, group_sums, row_of_edge
from shared.allocation.served import (
    Float32s,
    StoredPrices,
    campaign_exposures,
    full_share,
    stored_prices,
    stored_throttles,
    throttled_exposure_share,
)


@dataclass(frozen=True)
class Service:
    """Stored prices and throttles with the allocation that they serve."""

    prices: StoredPrices
    throttle: Float32s  # (campaigns)
    exposure_share: Floats  # (edges) x
    worth: AllocationValue


def serve(problem: AllocationProblem, rows: RowEdges, prices: Floats, width: float) -> Service:
    """Store prices, find the throttles that they need, and value what is served.

    Args:
        problem: the program.
        rows: ``served_edges`` of the problem.
        prices: (campaigns + licensors), feasible.
        width: h > 0.
    """
    campaigns = problem.cap.size
    shut = shut_prices(problem, prices)
    stored = stored_prices(shut[:campaigns], shut[campaigns:], width)
    share = full_share(problem, rows, stored)
    full = throttled_exposure_share(problem, share, np.ones(campaigns))
    throttle = stored_throttles(problem, campaign_exposures(problem, full))
    served = throttled_exposure_share(problem, share, throttle)
    promoted = float(np.sum(problem.slots[row_of_edge(problem)] * served * problem.value))
    worth = allocation_value(problem, promoted, campaign_exposures(problem, served))
    return Service(stored, throttle, served, worth)


def refilled_value(problem: AllocationProblem, rows: RowEdges, service: Service) -> AllocationValue:
    """The value after repair: what is served, with its free room refilled; never less.

    Args:
        problem: the program.
        rows: ``allocated_edges`` of the problem.
        service: what is served.
    """
    row = row_of_edge(problem)[rows.edge]
    share = service.exposure_share[rows.edge] / problem.track_cap[row]
    amount = rows.weight[rows.row] * refilled_share(problem, rows, share)
    exposures = group_sums(rows.campaign, amount, problem.cap.size)
    refilled = allocation_value(problem, float(amount @ rows.value), exposures)
    return refilled if refilled.primal > service.worth.primal else service.worth


def shut_prices(problem: AllocationProblem, prices: Floats) -> Floats:
    """Raise the prices of campaigns and licensors that may have nothing until nothing enters."""
    campaigns = problem.cap.size
    highest = np.zeros(campaigns)
    np.maximum.at(highest, problem.campaign, problem.value.astype(np.float64))
    shut = prices.copy()
    shut[:campaigns] = np.where(problem.cap == 0, highest, shut[:campaigns])
    wanted = np.zeros(problem.licensor_cap.size)
    np.maximum.at(wanted, problem.licensor, np.maximum(highest - shut[:campaigns], 0.0))
    wanted *= 1.0 + 1e-6  # storing may round a price down
    shut[campaigns:] = np.where(problem.licensor_cap == 0, wanted, shut[campaigns:])
    return shut
