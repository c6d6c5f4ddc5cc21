"""Promise R5, of scores: an older load never replaces newer rows, however their calls mix."""

import os

import pytest

from tests.aws_world import World
from tests.faults.crashes.drop_mutants import Install
from tests.faults.turns.score_load_mutants import LOAD_MUTANTS
from tests.faults.turns.score_loads import ScoreLoads, load_schedule
from tests.faults.turns.turns import violations_of
from tests.promises import Count

pytestmark = pytest.mark.promise("R5")
SCHEDULES = 20_000 if os.environ.get("PROMISES") == "stretch" else 1_000


@pytest.fixture
def game(world: World, monkeypatch: pytest.MonkeyPatch) -> ScoreLoads:
    return ScoreLoads(world, monkeypatch)


def test_no_schedule_lets_an_older_load_replace_newer_scores(game: ScoreLoads, runs: Count) -> None:
    for violation in violations_of(game, load_schedule, SCHEDULES):
        runs.add()

        assert not violation


@pytest.mark.usefixtures("mutant")
@pytest.mark.parametrize("install", LOAD_MUTANTS, ids=lambda install: install.__name__)
def test_a_seeded_fault_is_found_by_some_schedule(
    game: ScoreLoads, monkeypatch: pytest.MonkeyPatch, install: Install
) -> None:
    install(monkeypatch)

    found = (seed for seed in range(SCHEDULES) if game.violations(load_schedule(seed)))

    assert next(found, None) is not None
