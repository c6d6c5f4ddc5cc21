"""Promise R4: one response is of one plan, which was current, and never of half of it."""

import gc
import os
from collections.abc import Iterator
from itertools import combinations, permutations, product

import pytest

from tests.aws_world import World
from tests.faults.crashes.drop_mutants import Install
from tests.faults.turns.one_plan import ACTIVATORS, READERS, OnePlan, one_plan_schedule
from tests.faults.turns.one_plan_mutants import ONE_PLAN_MUTANTS
from tests.faults.turns.turns import Preemptions, violations_of
from tests.promises import Count

pytestmark = pytest.mark.promise("R4")
STRETCH = os.environ.get("PROMISES") == "stretch"
SCHEDULES = 20_000 if STRETCH else 1_000
PREEMPTIONS = 2 if STRETCH else 1


@pytest.fixture
def game(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[OnePlan]:
    yield OnePlan(world, monkeypatch)
    gc.unfreeze()  # what plans in memory froze


def test_an_answer_is_of_the_one_plan_that_was_current(game: OnePlan, runs: Count) -> None:
    for violation in violations_of(game, one_plan_schedule, SCHEDULES):
        runs.add()

        assert not violation


def test_an_answer_is_of_one_plan_wherever_somebody_is_interrupted(
    game: OnePlan, runs: Count
) -> None:
    names, reader = (*ACTIVATORS, READERS[0]), READERS[:1]
    for order in permutations(names):
        game.violations(Preemptions(order, {}), reader)
        steps = len(game.turns.steps)
        for at in combinations(range(steps), PREEMPTIONS):
            for who in product(names, repeat=PREEMPTIONS):
                preempted = dict(zip(at, who, strict=True))
                found = game.violations(Preemptions(order, preempted), reader)

                runs.add()
                assert not found, f"{order}, {preempted}: {found}\n{game.turns}"


@pytest.mark.usefixtures("mutant")
@pytest.mark.parametrize("install", ONE_PLAN_MUTANTS, ids=lambda install: install.__name__)
def test_a_seeded_fault_breaks_some_answer(
    game: OnePlan, monkeypatch: pytest.MonkeyPatch, install: Install
) -> None:
    install(monkeypatch)

    found = (seed for seed in range(SCHEDULES) if game.violations(one_plan_schedule(seed)))

    assert next(found, None) is not None
