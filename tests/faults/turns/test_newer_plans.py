"""Promise R5, of plans: older work never replaces a newer plan, whoever moves the pointer."""

import os

import pytest

from tests.aws_world import World
from tests.faults.crashes.drop_mutants import Install
from tests.faults.turns.newer_plan_mutants import POINTER_MUTANTS
from tests.faults.turns.pointer_moves import PointerMoves, pointer_schedule
from tests.faults.turns.small_worlds import pointer_of
from tests.faults.turns.turns import Script, violations_of
from tests.promises import Count

pytestmark = pytest.mark.promise("R5")
SCHEDULES = 20_000 if os.environ.get("PROMISES") == "stretch" else 1_000


@pytest.fixture
def game(world: World, monkeypatch: pytest.MonkeyPatch) -> PointerMoves:
    return PointerMoves(world, monkeypatch)


def test_an_older_run_that_decided_before_a_newer_one_moved_moves_nothing(
    game: PointerMoves,
) -> None:
    decided = Script(("run-4", "UpdateItem"), ("run-5", ""), ("run-4", ""))

    assert game.violations(decided) == []
    assert pointer_of(game.world).epoch > 2  # epochs of plans 1 and 2


def test_no_schedule_lets_older_work_replace_a_newer_plan(game: PointerMoves, runs: Count) -> None:
    for violation in violations_of(game, pointer_schedule, SCHEDULES):
        runs.add()

        assert not violation


@pytest.mark.usefixtures("mutant")
@pytest.mark.parametrize("install", POINTER_MUTANTS, ids=lambda install: install.__name__)
def test_a_seeded_fault_is_found_by_some_schedule(
    game: PointerMoves, monkeypatch: pytest.MonkeyPatch, install: Install
) -> None:
    install(monkeypatch)

    found = (seed for seed in range(SCHEDULES) if game.violations(pointer_schedule(seed)))

    assert next(found, None) is not None
