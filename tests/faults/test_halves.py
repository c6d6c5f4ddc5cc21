"""Two processes run all schedules, each once, and what fails in either fails here."""

import os
import sys
from collections.abc import Iterator

import pytest

from tests.faults.halves import halved

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no fork")


def places(seeds: range) -> Iterator[tuple[int, int]]:
    for seed in seeds:
        yield seed, os.getpid()


@pytest.mark.parametrize("many", [0, 1, 2, 7])
def test_each_schedule_is_run_once_and_half_of_them_elsewhere(many: int) -> None:
    found = list(halved(places, many))

    assert sorted(seed for seed, _ in found) == list(range(many))
    assert all((place == os.getpid()) is (seed % 2 == 0) for seed, place in found)


def test_a_failure_of_the_fork_fails_here() -> None:
    def failing(seeds: range) -> Iterator[int]:
        for seed in seeds:
            assert seed != 3, "schedule 3"
            yield seed

    with pytest.raises(AssertionError, match="schedule 3"):
        list(halved(failing, 4))


def test_a_fork_that_is_killed_fails_here() -> None:
    def killed(seeds: range) -> Iterator[int]:
        if 1 in seeds:
            os.kill(os.getpid(), 9)
        yield from seeds

    with pytest.raises(AssertionError, match="without a word"):
        list(halved(killed, 4))


def test_whoever_stops_early_leaves_no_fork_behind() -> None:
    def endless(seeds: range) -> Iterator[int]:
        while 1 in seeds:
            pass
        yield from seeds

    assert next(halved(endless, 4)) == 0
