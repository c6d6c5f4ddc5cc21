"""Rows in several shards are solved as rows in one place, and certified exactly."""

import functools
import operator
from dataclasses import replace

import numpy as np
import pytest

from shared.allocation.certificate import certified_bound
from shared.allocation.delivery import shown
from shared.allocation.prices import price_box
from shared.allocation.sample import rows_of, sampled_problem
from shared.allocation.served import served_exposure_share, stored_prices
from shared.allocation.service import serve
from shared.allocation.shards import (
    NARROW,
    NEAR,
    WIDE,
    joined,
    next_width,
    sample_prices,
    shard_sample,
    shard_shortlist,
    stepped_prices,
)
from shared.allocation.solver import solve
from shared.allocation.starts import reachable_exposures
from tests.markets import market_instance
from tests.unit.allocation.constraints import account

pytestmark = pytest.mark.filterwarnings("error")
PROBLEM = market_instance(6, rows=4000, campaigns=120, degree=40, licensors=12)
ANY = 10**9
TARGET, FINE = 2.5e-3, 2e-4
TOLERANCE = 4e-3
"""How much less than in one place may be served of what is solved in shards."""


def parts(problem, shards):
    part = np.random.default_rng(1).integers(shards, size=problem.slots.size)
    chosen = [np.flatnonzero(part == k) for k in range(shards)]
    return [rows_of(problem, rows, problem.slots[rows]) for rows in chosen]


@functools.cache
def solved_in(shards, most=ANY):
    return solved_of(PROBLEM, shards, most=most)


def solved_of(problem, shards, *, most=ANY, steps=2, target_gap=TARGET):
    pieces = parts(problem, shards)
    found = sample_prices(joined(problem, [shard_sample(piece, shards) for piece in pieces]))
    gaps = []
    while True:
        delivery = functools.reduce(
            operator.add, (shown(piece, found.prices).delivery for piece in pieces)
        )
        solution = serve(problem, found.prices, delivery).solution()
        gaps.append(solution.gap)
        if solution.gap <= target_gap or len(gaps) > steps:
            return solution
        shortlists = [shard_shortlist(piece, found.prices, most) for piece in pieces]
        found = stepped_prices(problem, found, shortlists, width=next_width(gaps))


@pytest.mark.parametrize("shards", [1, 2, 5])
def test_shards_come_as_near_as_one_place(shards):
    together = solve(PROBLEM, target_gap=5e-4)

    apart = solved_in(shards)

    assert apart.gap <= TARGET
    assert apart.served_primal == pytest.approx(together.served_primal, rel=TOLERANCE)


@pytest.mark.parametrize("shards", [1, 2, 5])
def test_what_shards_serve_breaks_nothing_and_is_what_the_stored_numbers_serve(shards):
    apart = solved_in(shards)

    served = served_exposure_share(
        PROBLEM, apart.campaign_price, apart.licensor_price, apart.throttle, apart.width
    )
    settled = account(PROBLEM, served)

    assert apart.max_violation == 0
    assert settled.campaign_excess == settled.licensor_excess == settled.row_excess == 0
    assert settled.exposures == pytest.approx(apart.exposures, rel=1e-9)
    assert settled.primal == pytest.approx(apart.served_primal, rel=1e-9)


def test_the_bound_of_shards_is_that_of_all_rows():
    apart = solved_in(5)

    whole = certified_bound(PROBLEM, apart.campaign_price, apart.licensor_price)

    assert apart.dual_bound == pytest.approx(whole, rel=1e-12)


def test_a_shard_without_rows_adds_nothing():
    prices = stored_prices(np.zeros(PROBLEM.cap.size), np.zeros(PROBLEM.licensor_cap.size), 0.1)
    none = rows_of(PROBLEM, np.zeros(0, dtype=np.intp), np.zeros(0))

    alone, with_none = (
        shown(PROBLEM, prices).delivery,
        shown(PROBLEM, prices).delivery + shown(none, prices).delivery,
    )

    assert np.array_equal(alone.exposures, with_none.exposures)
    assert alone.row_bound == with_none.row_bound
    assert shard_shortlist(none, prices, ANY).campaign.size == 0


def test_shortlists_are_a_small_part_of_the_edges_in_8_bytes_each():
    wide, narrow = solved_in(1), solved_of(PROBLEM, 1, steps=4, target_gap=FINE)

    wider, shortlist = (
        shard_shortlist(PROBLEM, stored_prices(p.campaign_price, p.licensor_price, p.width), ANY)
        for p in (wide, narrow)
    )

    assert shortlist.campaign.size < 0.3 * PROBLEM.campaign.size
    assert wider.campaign.size < 0.6 * PROBLEM.campaign.size
    assert shortlist.campaign.itemsize + shortlist.value.itemsize == 8


def test_a_sample_is_unbiased_in_the_slots_that_promote():
    sample = sampled_problem(PROBLEM, 20_000)

    assert sample.campaign.size < 0.3 * PROBLEM.campaign.size
    promoted, of_sample = (float(each.slots @ each.promoted_share) for each in (PROBLEM, sample))
    assert of_sample == pytest.approx(promoted, rel=0.02)


def test_a_sample_of_nearly_all_rows_is_the_problem_itself():
    assert sampled_problem(PROBLEM, PROBLEM.campaign.size // 2) is PROBLEM


def test_shortlists_of_a_sample_of_the_rows_do_nearly_as_well():
    everything, some = solved_in(2), solved_in(2, most=16_000)

    assert some.gap <= everything.gap + 2 * TOLERANCE
    assert some.max_violation == 0


@pytest.mark.parametrize(("wanted", "edges"), [(1e5, 5), (3.0, 40)])
def test_minima_of_campaigns_that_no_sample_knows_cost_no_gap(wanted, edges):
    rng = np.random.default_rng(4)
    rare = rng.choice(PROBLEM.cap.size, 30, replace=False)
    edge = np.flatnonzero(np.isin(PROBLEM.campaign, rare))
    kept = np.concatenate([edge[PROBLEM.campaign[edge] == j][:edges] for j in rare])
    campaign = PROBLEM.campaign.copy()
    others = np.setdiff1d(np.arange(PROBLEM.cap.size), rare)
    moved = np.setdiff1d(edge, kept)
    campaign[moved] = rng.choice(others, moved.size)
    minimum = PROBLEM.minimum.copy()
    minimum[rare] = np.minimum(wanted, PROBLEM.cap[rare])
    problem = replace(PROBLEM, campaign=campaign, minimum=minimum)

    apart = solved_of(problem, 3, steps=3)

    assert apart.gap <= TARGET
    assert apart.max_violation == 0


@pytest.mark.parametrize(("many", "edges", "part"), [(40, 40, 0.8), (80, 20, 0.5)])
def test_minima_of_many_campaigns_that_samples_hardly_know_are_near_after_a_few_steps(
    many, edges, part
):
    rare = PROBLEM.cap.size + np.arange(many)
    campaign = PROBLEM.campaign.copy()
    drawn = np.random.default_rng(4).choice(campaign.size, many * edges, replace=False)
    campaign[drawn] = np.repeat(rare, edges)
    problem = replace(
        PROBLEM,
        campaign=campaign,
        cap=np.append(PROBLEM.cap, np.full(many, np.inf)),
        minimum=np.append(PROBLEM.minimum, np.ones(many)),
        shortfall_penalty=np.append(
            PROBLEM.shortfall_penalty, np.full(many, PROBLEM.shortfall_penalty.max())
        ),
        licensor=np.append(PROBLEM.licensor, np.zeros(many, PROBLEM.licensor.dtype)),
    )
    goal = part * reachable_exposures(problem, price_box(problem))[rare]
    problem = replace(
        problem,
        cap=np.append(PROBLEM.cap, 1.1 * goal),
        minimum=np.append(PROBLEM.minimum, goal),
    )

    apart = solved_of(problem, 3, steps=4)

    assert apart.gap <= TARGET
    assert apart.max_violation == 0


def test_a_finer_target_is_reached_by_narrow_prices():
    assert solved_of(PROBLEM, 3, steps=4, target_gap=FINE).gap <= FINE


@pytest.mark.parametrize(
    ("gaps", "width"),
    [([0.1], WIDE), ([0.1, 0.04], WIDE), ([0.1, 0.06], NARROW), ([0.1, 0.06, 0.02], NARROW)],
)
def test_prices_are_narrow_once_wide_ones_win_little(gaps, width):
    assert next_width(gaps) == width
    assert next_width([*gaps, NEAR]) == NARROW
