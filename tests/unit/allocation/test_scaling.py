"""Laws of the program: units of value and of exposures do not matter, nor do repeated runs."""

import dataclasses

import numpy as np
import pytest

from shared.allocation.solver import solve
from tests.markets import market_instance
from tests.unit.allocation.instances import odd_instance

pytestmark = pytest.mark.filterwarnings("error")
PROBLEM = market_instance(seed=3, rows=200, campaigns=40, degree=20, licensors=5)


def test_equal_inputs_give_equal_answers_bit_by_bit():
    first = solve(PROBLEM, target_gap=1e-3)
    second = solve(PROBLEM, target_gap=1e-3)

    assert first.campaign_price.tobytes() == second.campaign_price.tobytes()
    assert first.throttle.tobytes() == second.throttle.tobytes()
    assert first.exposures.tobytes() == second.exposures.tobytes()
    assert first.levels == second.levels


@pytest.mark.parametrize("factor", [2.0**-40, 0.5, 2.0**40])
def test_values_times_c_give_prices_times_c_and_the_same_exposures(factor):
    scaled = dataclasses.replace(
        PROBLEM,
        value=PROBLEM.value * np.float32(factor),
        shortfall_penalty=PROBLEM.shortfall_penalty * factor,
    )

    plain, other = solve(PROBLEM, target_gap=1e-3), solve(scaled, target_gap=1e-3)

    assert np.array_equal(other.campaign_price, plain.campaign_price * np.float32(factor))
    assert np.array_equal(other.licensor_price, plain.licensor_price * np.float32(factor))
    assert np.array_equal(other.exposures, plain.exposures)
    assert other.dual_bound == plain.dual_bound * factor


@pytest.mark.parametrize("factor", [2.0**-60, 4.0, 2.0**60])
def test_slots_and_caps_times_c_give_the_same_prices(factor):
    scaled = dataclasses.replace(
        PROBLEM,
        slots=PROBLEM.slots * factor,
        cap=PROBLEM.cap * factor,
        minimum=PROBLEM.minimum * factor,
        licensor_cap=PROBLEM.licensor_cap * factor,
    )

    plain, other = solve(PROBLEM, target_gap=1e-3), solve(scaled, target_gap=1e-3)

    assert np.array_equal(other.campaign_price, plain.campaign_price)
    assert np.array_equal(other.throttle, plain.throttle)
    assert np.array_equal(other.exposures, plain.exposures * factor)


@pytest.mark.parametrize("factor", [3e-12, 7e9])
def test_any_unit_of_value_is_certified(factor):
    scaled = dataclasses.replace(
        PROBLEM,
        value=PROBLEM.value * np.float32(factor),
        shortfall_penalty=PROBLEM.shortfall_penalty * factor,
    )

    solution = solve(scaled, target_gap=1e-3)

    assert solution.gap <= 1e-3
    assert solution.max_violation == 0


def test_the_order_of_rows_does_not_matter():
    order = np.random.default_rng(0).permutation(PROBLEM.slots.size)
    counts = np.diff(PROBLEM.row_start)[order]
    edge = np.concatenate(
        [np.arange(PROBLEM.row_start[i], PROBLEM.row_start[i + 1]) for i in order]
    )
    shuffled = dataclasses.replace(
        PROBLEM,
        row_start=np.concatenate(([0], np.cumsum(counts))),
        campaign=PROBLEM.campaign[edge],
        value=PROBLEM.value[edge],
        slots=PROBLEM.slots[order],
        promoted_share=PROBLEM.promoted_share[order],
        track_cap=PROBLEM.track_cap[order],
    )

    plain, other = solve(PROBLEM, target_gap=1e-3), solve(shuffled, target_gap=1e-3)

    total = PROBLEM.minimum.sum() + plain.exposures.sum()
    assert np.abs(other.exposures - plain.exposures).sum() <= 1e-3 * total
    assert other.dual_bound == pytest.approx(plain.dual_bound, rel=1e-4)


def test_a_warm_start_needs_fewer_steps_and_certifies_as_well():
    cold = solve(PROBLEM, target_gap=1e-3)
    cap = PROBLEM.cap.copy()
    cap[7] *= 0.8
    changed = dataclasses.replace(PROBLEM, cap=cap, minimum=np.minimum(PROBLEM.minimum, cap))

    warm = solve(changed, target_gap=1e-3, warm_start=cold)
    fresh = solve(changed, target_gap=1e-3)

    assert warm.gap <= 1e-3
    assert warm.max_violation == 0
    assert warm.iterations < fresh.iterations


@pytest.mark.parametrize("seed", range(8))
def test_a_wild_warm_start_is_certified_all_the_same(seed):
    problem = odd_instance(seed)
    wild = dataclasses.replace(
        solve(problem, target_gap=1e-2),
        campaign_price=np.random.default_rng(seed).normal(0, 9, problem.cap.size),
        licensor_price=np.random.default_rng(seed).normal(0, 9, problem.licensor_cap.size),
    )

    solution = solve(problem, target_gap=2e-3, warm_start=wild)

    assert solution.gap <= 2e-3
    assert solution.max_violation == 0
