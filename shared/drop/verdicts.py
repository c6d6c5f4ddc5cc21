"""Noun drop: what became of a drop: the judgement of its file, and what was made of it."""

import time
from dataclasses import dataclass

from shared.drop.judgements import Judgement
from shared.drop.profiles import NOT_COMPARED, Departure

WRITE_UNIT_BYTES = 1024
DOLLARS_PER_MILLION_WRITE_UNITS = 0.625  # on-demand, us-east-1, 2026-11
ROW_OVERHEAD_BYTES = 160  # the attributes of a score row beside its packed bytes, at most


@dataclass(frozen=True)
class WriteCost:
    """What writing the accepted rows costs at most."""

    write_units: int
    dollars: float


@dataclass(frozen=True)
class Timings:
    """Seconds that the steps of a judgement took."""

    fetch_s: float = 0.0
    judge_s: float = 0.0
    store_s: float = 0.0


class Clock:
    """Seconds between laps."""

    def __init__(self) -> None:
        """Start the first lap."""
        self._began = time.monotonic()

    def lap(self) -> float:
        """Return the seconds of this lap and start the next."""
        now = time.monotonic()
        took, self._began = now - self._began, now
        return round(took, 3)


NO_COST = WriteCost(0, 0.0)
NOT_TIMED = Timings()


@dataclass(frozen=True)
class FirstError:
    """One of the first rejected rows, as a receipt shows it; the value of an id is never quoted.

    ``character`` counts from 1 in the line's text; 0 where there is none. ``part`` names the file
    where the drop has several.
    """

    line: int
    code: str
    column: str
    character: int
    value: str
    part: str = ""


@dataclass(frozen=True)
class Verdict:
    """What became of a drop: the judgement of its file, and what was made of it.

    ``status`` is that of the judgement, or `quarantined`, `dry_run`, `duplicate`. Keys are empty
    where nothing was stored. ``parts`` are the names of its files where it has several.
    """

    status: str
    judgement: Judgement
    sha256: str = ""
    cost: WriteCost = NO_COST
    accepted_key: str = ""
    rejected_rows_key: str = ""
    departure: Departure = NOT_COMPARED
    errors: tuple[FirstError, ...] = ()
    timings: Timings = NOT_TIMED
    parts: tuple[str, ...] = ()
    mode: str = ""
    model: str = ""


def write_cost(row_bytes: list[int]) -> WriteCost:
    """Return the cost of writing rows of these packed sizes, one item each."""
    units = sum(-(-(size + ROW_OVERHEAD_BYTES) // WRITE_UNIT_BYTES) for size in row_bytes)
    return WriteCost(units, units * DOLLARS_PER_MILLION_WRITE_UNITS / 1e6)
