"""Promise R5, of pauses: no older change lifts one, and no activation forgets one that counts."""

import os

import pytest

from tests.aws_world import World
from tests.faults.crashes.drop_mutants import Install
from tests.faults.turns.newer_pause_mutants import PAUSE_MUTANTS
from tests.faults.turns.pauses import Pauses, pause_schedule
from tests.faults.turns.turns import Script, violations_of
from tests.promises import Count

pytestmark = pytest.mark.promise("R5")
SCHEDULES = 20_000 if os.environ.get("PROMISES") == "stretch" else 1_000


@pytest.fixture
def game(world: World, monkeypatch: pytest.MonkeyPatch) -> Pauses:
    return Pauses(world, monkeypatch)


def test_an_activation_of_a_stopped_run_forgets_no_pause_of_the_plan_that_came_after_it(
    game: Pauses,
) -> None:
    stopped = (("stopped run", "UpdateItem"), ("stopped run", "GetItem"))
    others = (("next run", ""), ("resume", ""), ("pause", ""))

    assert game.violations(Script(*stopped, *others, ("stopped run", ""))) == []


def test_no_schedule_loses_a_pause(game: Pauses, runs: Count) -> None:
    for violation in violations_of(game, pause_schedule, SCHEDULES):
        runs.add()

        assert not violation


@pytest.mark.usefixtures("mutant")
@pytest.mark.parametrize("install", PAUSE_MUTANTS, ids=lambda install: install.__name__)
def test_a_seeded_fault_is_found_by_some_schedule(
    game: Pauses, monkeypatch: pytest.MonkeyPatch, install: Install
) -> None:
    install(monkeypatch)

    found = (seed for seed in range(SCHEDULES) if game.violations(pause_schedule(seed)))

    assert next(found, None) is not None
