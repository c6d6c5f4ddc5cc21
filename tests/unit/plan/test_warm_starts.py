"""The next solve starts where the plan before was."""

import dataclasses

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.allocation.solver import solve
from shared.plan.compose import Outcome, report_part
from shared.plan.problems import build_problem
from shared.plan.tallies import tally_of
from shared.plan.warm_starts import warm_start
from tests.unit.plan.report_specimens import report_of
from tests.unit.plan.worlds import NOW, random_world


def solved_report(seed: int):
    """A world's problem of the day, its solution, and the report of its plan."""
    inputs, campaigns, policy = random_world(seed)
    day = build_problem(inputs, campaigns, policy, NOW)
    solution = solve(day.problem, target_gap=0.0025)
    outcome = Outcome(solution, tally_of(day.problem), solution.iterations, shards=1)
    report = report_part(day.terms, outcome, policy, parent="", before=None, now=NOW)
    return day, solution, report


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_prices_of_the_plan_before_come_back_by_name(seed: int) -> None:
    day, solution, report = solved_report(seed)

    start = warm_start(day.terms, report)

    if not day.terms.campaigns:
        assert start is None
        return
    assert start is not None
    assert np.array_equal(start.campaign_price, solution.campaign_price.astype(float))
    held = np.isin(np.arange(len(day.terms.licensors)), day.problem.licensor)
    assert np.array_equal(start.licensor_price[held], solution.licensor_price.astype(float)[held])
    assert not start.changed.any()


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_a_warm_plan_is_as_good_as_a_cold_one(seed: int) -> None:
    day, _, report = solved_report(seed)
    cap = day.problem.cap * np.random.default_rng(seed).uniform(0.5, 1.5, len(day.terms.campaigns))
    minimum = np.minimum(day.problem.minimum, cap)
    changed = dataclasses.replace(day.problem, cap=cap, minimum=minimum)

    warm = solve(changed, target_gap=0.0025, warm_start=warm_start(day.terms, report))

    cold = solve(changed, target_gap=0.0025)
    assert warm.gap <= max(0.0025, cold.gap)
    assert warm.max_violation == 0


def test_campaigns_of_another_version_and_new_ones_have_changed() -> None:
    day, _, report = solved_report(3)
    first, second, *_ = report.campaigns
    raised = dataclasses.replace(first, version=first.version + 1)
    newer = dataclasses.replace(report, campaigns=(raised, *report.campaigns[2:]))

    start = warm_start(day.terms, newer)

    assert start is not None
    names = [c.campaign_id for c in day.terms.campaigns]
    changed = {names[i] for i in np.flatnonzero(start.changed)}
    assert changed == {first.campaign_id, second.campaign_id}
    assert start.campaign_price[names.index(second.campaign_id)] == 0


def test_a_plan_of_other_campaigns_is_no_start() -> None:
    day, _, _ = solved_report(3)

    assert warm_start(day.terms, None) is None
    assert warm_start(day.terms, report_of({"another": 1.0})) is None
