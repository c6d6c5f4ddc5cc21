"""The answer lies where the mathematics says: between what is feasible and what is possible."""

import functools

import numpy as np
import pytest

from shared.allocation.certificate import certified_bound
from shared.allocation.served import served_exposure_share
from shared.allocation.solver import solve
from tests.markets import market_instance
from tests.unit.allocation.constraints import account
from tests.unit.allocation.instances import contended_instance, odd_instance
from tests.unit.allocation.oracle import optimum
from tests.unit.allocation.stretched_instances import STRETCHED, stretched_instance

pytestmark = pytest.mark.filterwarnings("error")
TARGET = 2e-3
ROUNDING = 1e-7  # what HiGHS promises of its optimum, relative


@functools.cache
def solved(make, **arguments):
    """Problem, solution and what is served, once per instance."""
    problem = make(**arguments)
    solution = solve(problem, target_gap=TARGET)
    served = served_exposure_share(
        problem,
        solution.campaign_price,
        solution.licensor_price,
        solution.throttle,
        solution.width,
    )
    return problem, solution, served


ODD = [(odd_instance, {"seed": seed}) for seed in range(40)]
CONTENDED = [
    (contended_instance, {"seed": seed, "rows": rows, "campaigns": campaigns, "degree": degree})
    for seed, (rows, campaigns, degree) in enumerate(
        [(68, 3, 3), (68, 8, 5), (68, 37, 20), (400, 10, 2), (1000, 40, 2), (60, 60, 20)]
    )
]
SMALL_MARKET = (
    market_instance,
    {"seed": 5, "rows": 300, "campaigns": 60, "degree": 30, "licensors": 8},
)
ALL_STRETCHED = [(stretched_instance, {"kind": kind}) for kind in STRETCHED]
INSTANCES = pytest.mark.parametrize(
    ("make", "arguments"),
    [*ODD, *CONTENDED, *ALL_STRETCHED, SMALL_MARKET],
    ids=lambda part: "-".join(map(str, part.values())) if isinstance(part, dict) else part.__name__,
)


@INSTANCES
def test_the_optimum_lies_between_primal_and_bound(make, arguments):
    problem, solution, _ = solved(make, **arguments)

    best = optimum(problem)

    slack = ROUNDING * max(abs(best), solution.dual_bound)
    assert solution.served_primal <= solution.primal <= best + slack
    assert best <= solution.dual_bound + slack


@INSTANCES
def test_the_served_gap_reaches_its_target(make, arguments):
    _, solution, _ = solved(make, **arguments)

    assert 0 <= solution.primal_gap <= solution.gap <= TARGET


@INSTANCES
def test_what_is_served_breaks_no_constraint(make, arguments):
    problem, solution, served = solved(make, **arguments)

    settled = account(problem, served)

    assert solution.max_violation == 0
    assert settled.campaign_excess == 0
    assert settled.licensor_excess == 0
    assert settled.row_excess == 0
    assert settled.edge_excess == 0


@INSTANCES
def test_the_certificate_is_of_what_the_stored_numbers_serve(make, arguments):
    problem, solution, served = solved(make, **arguments)

    settled = account(problem, served)

    assert settled.exposures == pytest.approx(solution.exposures, rel=1e-11)
    assert settled.primal == pytest.approx(solution.served_primal, rel=1e-9, abs=1e-9)
    short = np.maximum(problem.minimum - solution.exposures, 0)
    assert np.array_equal(solution.shortfall, short)
    missing = solution.dual_bound - solution.served_primal
    if settled.promoted > 0:
        assert solution.gap == pytest.approx(missing / settled.promoted, rel=1e-6, abs=1e-12)


@INSTANCES
def test_stored_numbers_are_float32_and_only_scale_down(make, arguments):
    _, solution, _ = solved(make, **arguments)

    assert solution.campaign_price.dtype == np.float32
    assert solution.licensor_price.dtype == np.float32
    assert solution.throttle.dtype == np.float32
    assert float(np.float32(solution.width)) == solution.width > 0
    assert np.all((solution.throttle >= 0) & (solution.throttle <= 1))


@pytest.mark.parametrize("seed", range(12))
def test_any_prices_bound_the_optimum(seed):
    problem = odd_instance(seed)
    rng = np.random.default_rng(seed)
    scale = max(float(np.max(problem.value, initial=0.0)), 0.1)
    best = optimum(problem)

    bounds = [
        certified_bound(
            problem,
            scale * rng.normal(0, size, problem.cap.size),
            scale * rng.normal(0, size, problem.licensor_cap.size),
        )
        for size in (0.0, 0.1, 0.5, 1.0, 5.0)
    ]

    assert min(bounds) >= best - ROUNDING * max(1.0, abs(best))


def test_stored_prices_reproduce_the_bound():
    problem, solution, _ = solved(*SMALL_MARKET[:1], **SMALL_MARKET[1])

    bound = certified_bound(problem, solution.campaign_price, solution.licensor_price)

    assert solution.dual_bound <= bound * (1 + 1e-12)
    assert bound == pytest.approx(solution.dual_bound, rel=1e-4)


def test_the_benchmark_size_is_certified_within_a_thousandth():
    problem = market_instance(seed=1, rows=5000, campaigns=600, degree=50, licensors=40)

    solution = solve(problem, target_gap=1e-3)

    assert solution.gap <= 1e-3
    assert solution.max_violation == 0


def test_a_smaller_target_gives_a_smaller_gap():
    problem, _, _ = solved(*SMALL_MARKET[:1], **SMALL_MARKET[1])

    coarse = solve(problem, target_gap=1e-2)
    fine = solve(problem, target_gap=2e-4)

    assert fine.gap <= 2e-4 < coarse.gap <= 1e-2
