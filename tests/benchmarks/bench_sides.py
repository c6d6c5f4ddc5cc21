"""Sides of a comparison, each in a process of its own, in shuffled interleaved rounds.

This module and all that starts sides use the standard library alone: on Linux the peak memory of a
process starts at that of the process which started it.
"""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
OASIS = Path(sys.executable)
PEERS = ROOT / ".cache" / "bench-peers" / "bin" / "python"
ONE_THREAD = dict.fromkeys(
    ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)
NO_ACCOUNT = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_DEFAULT_REGION": "eu-north-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "FEAST_USAGE": "False",
}


class SideError(RuntimeError):
    """A side of a comparison failed, so there is nothing to compare."""


class DifferentAnswersError(AssertionError):
    """Two sides did not compute the same, so that no ratio of theirs means anything."""


@dataclass(frozen=True)
class Side:
    """A module that does the work, the Python that runs it, and what it is told."""

    name: str
    python: Path
    module: str
    arguments: tuple[str, ...] = ()

    def told(self, *more: str) -> "Side":
        """Return the side with more arguments."""
        arguments = (*self.arguments, *more)
        return Side(self.name, self.python, self.module, arguments)

    def run(self) -> str:
        """Return the last line that the side prints.

        Raises:
            SideError: it failed, or said nothing.
        """
        paths = (FOLDER, ROOT)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        result = subprocess.run(
            [str(self.python), "-m", self.module, *self.arguments],
            env={
                **kept,
                **ONE_THREAD,
                **NO_ACCOUNT,
                "PYTHONPATH": os.pathsep.join(map(str, paths)),
            },
            capture_output=True,
            text=True,
        )
        if result.returncode or not result.stdout.strip():
            raise SideError(f"{self.name} failed:\n{result.stdout[-1000:]}{result.stderr[-3000:]}")
        return result.stdout.strip().splitlines()[-1]


@dataclass(frozen=True)
class Reading:
    """What one run of one side took."""

    cpu_s: float
    wall_s: float
    peak_bytes: int


@dataclass
class Rounds:
    """All readings of one side, round by round."""

    readings: list[Reading] = field(default_factory=list)

    @property
    def cpu_s(self) -> float:
        """Return the median CPU time."""
        return median(each.cpu_s for each in self.readings)

    @property
    def wall_s(self) -> float:
        """Return the median wall time."""
        return median(each.wall_s for each in self.readings)

    @property
    def peak_bytes(self) -> int:
        """Return the highest peak of memory."""
        return max(each.peak_bytes for each in self.readings)

    def cpu_against(self, other: "Rounds") -> float:
        """Return the median over rounds of this side's CPU time over the other's."""
        pairs = zip(self.readings, other.readings, strict=True)
        return median(mine.cpu_s / theirs.cpu_s for mine, theirs in pairs)


def read(side: Side) -> Reading:
    """Run a side once."""
    return Reading(**json.loads(side.run()))


def interleaved(
    sides: Sequence[Side], rounds: int, *, take: Callable[[Side], Reading] = read
) -> Mapping[str, Rounds]:
    """Run all sides so many times, each round in an order of its own; by name."""
    order = random.Random(rounds)
    taken = {side.name: Rounds() for side in sides}
    for _ in range(rounds):
        for side in order.sample(list(sides), len(sides)):
            taken[side.name].readings.append(take(side))
    return taken


def assert_same(what: str, answers: Mapping[str, str]) -> None:
    """Hold the answers of sides against one another, by name of side.

    Raises:
        DifferentAnswersError: they are not equal.
    """
    if len(set(answers.values())) != 1:
        raise DifferentAnswersError(f"{what}: {dict(answers)}")
