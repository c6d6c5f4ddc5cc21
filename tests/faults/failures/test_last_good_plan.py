"""Promise R6: whatever fails, the last good plan is served, marked with its age; or it is 503."""

import os
from itertools import product

import pytest

from functions.request_plan import handler as request_plan
from tests.aws_world import World
from tests.faults.crashes.drop_mutants import Install
from tests.faults.crashes.request_steps import RUN_ENDED, end_runs, queued
from tests.faults.failures.failed_steps import FAILED_STEPS, solve
from tests.faults.failures.last_good_plan import (
    AGES_S,
    AS_EVER,
    MAX_AGE_S,
    LastGoodPlan,
    out_of_reach,
)
from tests.faults.failures.last_good_plan_mutants import LAST_GOOD_PLAN_MUTANTS
from tests.promises import Count

pytestmark = pytest.mark.promise("R6")
BETWEEN_LOOKUPS_S = 60 if os.environ.get("PROMISES") == "stretch" else 1800
DAY_S = 24 * 3600


@pytest.fixture
def town(world: World, monkeypatch: pytest.MonkeyPatch) -> LastGoodPlan:
    return LastGoodPlan(world, monkeypatch)


@pytest.mark.parametrize("name", FAILED_STEPS)
def test_the_last_good_plan_is_served_with_its_age(
    town: LastGoodPlan, name: str, runs: Count
) -> None:
    for age_s in AGES_S:
        found = violations(town, name, age_s)

        runs.add()
        assert found == []


def test_a_run_that_fails_loses_no_request(town: LastGoodPlan) -> None:
    states, machine = town.world.states, town.world.plan_state_machine_arn

    def runs_after(*triggers: str) -> int:
        for trigger in triggers:
            request_plan.handle(queued(town.journey, trigger), town.journey.context)
        return len(states.list_executions(stateMachineArn=machine)["executions"])

    assert runs_after() == 1  # asked for by the first drop, and again by those after it
    end_runs(town.journey)
    assert runs_after(RUN_ENDED) == 2
    end_runs(town.journey)
    assert runs_after(RUN_ENDED) == 2  # nobody asked since
    assert runs_after("Scheduled Event") == 3
    assert runs_after("ScoresLoaded") == 3
    end_runs(town.journey)
    assert runs_after(RUN_ENDED) == 4


def test_through_a_day_without_any_solve_answers_tell_their_age(
    town: LastGoodPlan, runs: Count
) -> None:
    town.begin_anew()
    with out_of_reach(lambda operation, request: "oasis-test-accepted" in request.url):
        for age_s in range(0, DAY_S + 1, BETWEEN_LOOKUPS_S):
            if age_s % 3600 == 0:
                with pytest.raises(Exception, match="Could not connect"):
                    solve(town)
            found = list(town.violations(age_s, AS_EVER))

            runs.add()
            assert found == []
    assert town.activate_next() == "activated"
    body = town.warm.ask(max_age_s=DAY_S + MAX_AGE_S)["body"]
    assert (body["plan_age_s"], body["stale"]) == (DAY_S, False)


@pytest.mark.usefixtures("mutant")
@pytest.mark.parametrize("install", LAST_GOOD_PLAN_MUTANTS, ids=lambda install: install.__name__)
def test_a_seeded_fault_is_found_by_some_failure(
    town: LastGoodPlan, monkeypatch: pytest.MonkeyPatch, install: Install
) -> None:
    install(monkeypatch)

    found = (violations(town, name, age_s) for name, age_s in product(FAILED_STEPS, AGES_S))

    assert any(found)


def violations(town: LastGoodPlan, name: str, age_s: int) -> list[str]:
    """Return what lookups answer wrongly after a step failed, when the plan has this age."""
    town.begin_anew()
    with FAILED_STEPS[name](town) as sight:
        return list(town.violations(age_s, sight))
