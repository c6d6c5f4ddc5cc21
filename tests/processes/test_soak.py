"""The local stack under load: no error, and nothing that piles up or leaks."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from infra.local.processes import PROC
from tests.e2e.own_stack import own_stack
from tests.processes.running import STACK, Running
from tests.processes.soak import MOST_PROCESSES, MOST_WAITING, OLDEST_S, Soaked, soak, violations
from tests.processes.watching import Look
from tests.promises import Count

pytestmark = pytest.mark.promise("R14")
SECONDS = 600 if os.environ.get("PROMISES") == "stretch" else 60
MINISTACK = Running(1, STACK, memory_mb=300, files=90)
LOOKUP = Running(2, "LookupScores", memory_mb=60, files=8)
SOUND = Soaked(
    seconds=60,
    answers=[(0.0, 0.05), (1.0, 0.06)],
    drop_s=[0.3],
    change_s=[0.2],
    plans=5,
    looks=[Look(at_s, (MINISTACK, LOOKUP), 1) for at_s in (0.0, 30.0, 60.0)],
    at_end=[MINISTACK, LOOKUP],
    folders=1,
    wrong=[],
)
FAULTS: dict[str, Callable[[Soaked], Soaked]] = {
    "an error": lambda sound: replace(sound, wrong=["answered 503"]),
    "no plan": lambda sound: replace(sound, plans=0),
    "a drop that came late": lambda sound: replace(sound, drop_s=[0.3, OLDEST_S + 1]),
    "a change that came late": lambda sound: replace(sound, change_s=[OLDEST_S + 1]),
    "a queue that fills": lambda sound: replace(
        sound, looks=[replace(look, waiting=MOST_WAITING + 1) for look in sound.looks]
    ),
    "processes left over": lambda sound: replace(
        sound, at_end=[MINISTACK, *[LOOKUP] * (MOST_PROCESSES + 1)]
    ),
    "a process of nobody": lambda sound: replace(sound, at_end=[MINISTACK, MINISTACK, LOOKUP]),
    "a folder left over": lambda sound: replace(sound, folders=2),
    "memory that grows": lambda sound: replace(
        sound, at_end=[MINISTACK, replace(LOOKUP, memory_mb=80)]
    ),
    "files left open": lambda sound: replace(sound, at_end=[MINISTACK, replace(LOOKUP, files=20)]),
}


@pytest.mark.skipif(not (PROC / "self").exists(), reason="open files are counted in /proc")
def test_lookups_drops_and_changes_together_leave_no_error_and_no_leak(
    tmp_path: Path, runs: Count
) -> None:
    with own_stack(tmp_path) as own:
        soaked = soak(own, SECONDS)

    runs.add(len(soaked.answers) + len(soaked.drop_s) + len(soaked.change_s))
    assert violations(soaked) == []


def test_a_sound_soak_violates_nothing() -> None:
    assert violations(SOUND) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_soak_finds_a_seeded_fault(fault: str, mutant: Count) -> None:
    assert violations(FAULTS[fault](SOUND))
