"""Counts of a problem are those of a loop over its rows, and parts add up to the whole."""

from functools import reduce
from operator import add

import numpy as np
import pytest

from shared.allocation.problem import AllocationProblem
from shared.allocation.row_edges import BLOCK_EDGES
from shared.allocation.sample import rows_of
from shared.plan.tallies import Tally, tally_of
from tests.unit.allocation.instances import contended_instance, odd_instance


def looped(problem: AllocationProblem) -> Tally:
    """Count by a loop over rows and their edges."""
    edges = [0] * problem.cap.size
    reach = [0.0] * problem.cap.size
    highest = 0.0
    for row in range(problem.slots.size):
        for edge in range(problem.row_start[row], problem.row_start[row + 1]):
            campaign = int(problem.campaign[edge])
            edges[campaign] += 1
            reach[campaign] += float(problem.slots[row] * problem.track_cap[row])
            highest = max(highest, float(problem.value[edge]))
    return Tally(problem.slots.size, np.array(edges), np.array(reach), highest)


def assert_equal(found: Tally, expected: Tally) -> None:
    """Check counts to the last one, and reach to rounding."""
    assert found.rows == expected.rows
    assert found.edges.tolist() == expected.edges.tolist()
    assert found.edges.dtype == np.int64
    assert found.reach.shape == expected.reach.shape
    assert found.reach == pytest.approx(expected.reach, rel=1e-11)
    assert found.highest_value == expected.highest_value


def many_blocks(seed: int) -> AllocationProblem:
    """Return a problem of more edges than one block has, some of its rows without any."""
    dense = contended_instance(seed, rows=3200, campaigns=17, degree=25)
    rng = np.random.default_rng(seed)
    has = rng.random(dense.slots.size) < 0.9
    kept = np.repeat(has, np.diff(dense.row_start))
    counts = np.where(has, np.diff(dense.row_start), 0)
    thinned = AllocationProblem(
        row_start=np.concatenate(([0], np.cumsum(counts))),
        campaign=dense.campaign[kept],
        value=dense.value[kept],
        slots=dense.slots,
        promoted_share=dense.promoted_share,
        track_cap=rng.uniform(0, 0.1, dense.slots.size),
        cap=dense.cap,
        minimum=dense.minimum,
        shortfall_penalty=dense.shortfall_penalty,
        licensor=dense.licensor,
        licensor_cap=dense.licensor_cap,
    )
    assert thinned.campaign.size > 2 * BLOCK_EDGES
    return thinned


@pytest.mark.parametrize("seed", range(40))
def test_a_tally_is_that_of_a_loop(seed: int) -> None:
    problem = odd_instance(seed)

    assert_equal(tally_of(problem), looped(problem))


@pytest.mark.parametrize("seed", range(2))
def test_a_tally_of_many_blocks_is_that_of_a_loop(seed: int) -> None:
    problem = many_blocks(seed)

    assert_equal(tally_of(problem), looped(problem))


@pytest.mark.parametrize("seed", range(20))
def test_tallies_of_parts_add_up_to_that_of_the_whole(seed: int) -> None:
    problem = odd_instance(seed)
    part = np.random.default_rng(seed).integers(4, size=problem.slots.size)
    chosen = [np.flatnonzero(part == number) for number in range(5)]  # nothing is in the fifth

    parts = [tally_of(rows_of(problem, rows, problem.slots[rows])) for rows in chosen]

    assert_equal(reduce(add, parts), tally_of(problem))


def test_the_highest_value_of_parts_does_not_depend_on_their_order() -> None:
    low = Tally(1, np.array([1]), np.array([2.0]), 0.25)
    high = Tally(2, np.array([3]), np.array([4.0]), 0.75)

    for both in (low + high, high + low):
        assert_equal(both, Tally(3, np.array([4]), np.array([6.0]), 0.75))


def test_a_problem_without_rows_has_campaigns_that_reach_nobody() -> None:
    problem = odd_instance(0)
    nobody = rows_of(problem, np.zeros(0, dtype=np.intp), np.zeros(0))

    tally = tally_of(nobody)

    campaigns = problem.cap.size
    assert_equal(tally, Tally(0, np.zeros(campaigns, np.int64), np.zeros(campaigns), 0.0))
