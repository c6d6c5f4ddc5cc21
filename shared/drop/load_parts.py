"""Noun drop: the parts in which the rows of one accepted drop are written to the table."""

from dataclasses import dataclass

MOST_PARTS = 100
PARTS_AT_ONCE = 2  # one function writes them well within its two minutes


@dataclass(frozen=True)
class LoadPart:
    """Consecutive rows of an accepted file."""

    number: int
    first: int
    rows: int


@dataclass(frozen=True)
class LoadProgress:
    """How far the writing of an accepted drop has come; parts that were repeated count once."""

    parts: int
    parts_done: int
    written: int
    superseded: int

    @property
    def is_complete(self) -> bool:
        """Say whether every row stands in the table, or something newer."""
        return self.parts_done == self.parts


def load_parts(rows: int, part_rows: int) -> tuple[LoadPart, ...]:
    """Cut rows into parts of ``part_rows``, or into larger ones where they would be too many."""
    size = max(part_rows, -(-rows // MOST_PARTS))
    starts = range(0, rows, size) if rows else (0,)
    return tuple(
        LoadPart(number, first, min(size, rows - first)) for number, first in enumerate(starts)
    )
