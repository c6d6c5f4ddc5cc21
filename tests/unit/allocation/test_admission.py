"""The pass over all edges keeps every edge that can carry an exposure, and bounds exactly."""

import numpy as np
import pytest

from shared.allocation import admission, row_edges
from shared.allocation.admission import admitted_edges
from shared.allocation.certificate import certified_bound
from shared.allocation.served import served_exposure_share
from tests.markets import market_instance
from tests.unit.allocation.instances import odd_instance

pytestmark = pytest.mark.filterwarnings("error")
MARKET = market_instance(8, rows=300, campaigns=50, degree=40, licensors=6)


def bound_by_sorting(problem, prices):
    """D_0, row by row, each filled by falling reduced value."""
    campaigns = problem.cap.size
    price = prices[:campaigns] + prices[campaigns:][problem.licensor]
    total = 0.0
    for i in range(problem.slots.size):
        edges = slice(problem.row_start[i], problem.row_start[i + 1])
        weight = problem.slots[i] * problem.track_cap[i]
        if weight == 0:
            continue
        reduced = problem.value[edges].astype(float) - price[problem.campaign[edges]]
        reduced = np.sort(np.maximum(reduced, 0))[::-1]
        room = problem.promoted_share[i] / problem.track_cap[i]
        total += weight * float(np.clip(room - np.arange(reduced.size), 0, 1) @ reduced)
    above, below = np.maximum(prices[:campaigns], 0), np.minimum(prices[:campaigns], 0)
    cap = np.where(np.isfinite(problem.cap), problem.cap, 0)
    licensor_cap = np.where(np.isfinite(problem.licensor_cap), problem.licensor_cap, 0)
    return total + cap @ above + problem.minimum @ below + licensor_cap @ prices[campaigns:]


def feasible_prices(problem, seed):
    rng = np.random.default_rng(seed)
    scale = max(float(np.max(problem.value, initial=0.0)), 0.1)
    campaign = rng.uniform(-1, 1, problem.cap.size) * scale
    lowest = np.where(problem.minimum > 0, -problem.shortfall_penalty, 0.0)
    campaign = np.clip(campaign, lowest, np.where(np.isfinite(problem.cap), np.inf, 0.0))
    licensor = rng.uniform(0, 0.3, problem.licensor_cap.size) * scale
    return np.concatenate((campaign, np.where(np.isfinite(problem.licensor_cap), licensor, 0.0)))


@pytest.mark.parametrize("seed", range(30))
def test_the_bound_is_that_of_every_row_sorted(seed):
    problem = odd_instance(seed) if seed else MARKET
    prices = feasible_prices(problem, seed)

    bound = certified_bound(problem, prices[: problem.cap.size], prices[problem.cap.size :])

    assert bound == pytest.approx(bound_by_sorting(problem, prices), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("margin", [0.0, 0.1, 1.0])
def test_every_edge_with_a_share_is_admitted(margin):
    prices = feasible_prices(MARKET, 3)
    campaigns = MARKET.cap.size
    price = prices[:campaigns] + prices[campaigns:][MARKET.licensor]
    share = served_exposure_share(
        MARKET, prices[:campaigns], prices[campaigns:], np.ones(campaigns), max(margin, 1e-6)
    )

    rows = admitted_edges(MARKET, price, margin=max(margin, 1e-6))

    assert set(np.flatnonzero(share > 0)) <= set(rows.edge)
    assert np.all(np.diff(rows.edge) > 0)


def test_few_edges_are_admitted_of_long_rows():
    long = market_instance(2, rows=200, campaigns=400, degree=100, licensors=6)

    rows = admitted_edges(long, np.zeros(400), margin=0.0)

    assert rows.edge.size < 0.25 * long.campaign.size


def test_rows_that_are_not_open_are_left_out():
    is_open = np.arange(MARKET.slots.size) % 3 == 0

    rows = admitted_edges(MARKET, np.zeros(MARKET.cap.size), margin=9.0, is_open=is_open)

    assert set(rows.problem_row) == set(np.flatnonzero(is_open))


@pytest.mark.parametrize("edges", [1, 7, 1000])
def test_blocks_of_rows_are_the_rows(edges):
    start = MARKET.row_start[:-1]

    cuts = list(row_edges.row_blocks(start, MARKET.campaign.size, edges))

    assert [c[0] for c in cuts[1:]] == [c[1] for c in cuts[:-1]]
    assert [c[2] for c in cuts[1:]] == [c[3] for c in cuts[:-1]]
    assert (cuts[0][0], cuts[-1][1]) == (0, start.size)
    assert (cuts[0][2], cuts[-1][3]) == (0, MARKET.campaign.size)


def test_a_row_shorter_than_its_parts_is_admitted_whole():
    short = market_instance(2, rows=40, campaigns=9, degree=6, licensors=2)
    assert np.diff(short.row_start).max() < admission.PARTS

    rows = admitted_edges(short, np.zeros(9), margin=0.0)

    assert rows.edge.size == np.count_nonzero(short.value > 0)
