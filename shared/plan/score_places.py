"""Noun plan: where the packed rows that count stand in accepted files."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ScorePlaces:
    """Packed rows by file, row group and row in it; rows of one group stand together, ascending."""

    keys: tuple[str, ...]  # (files)
    audience: NDArray[np.uint64]  # (rows) distinct
    file: NDArray[np.int32]  # (rows)
    group: NDArray[np.int32]  # (rows)
    row: NDArray[np.int32]  # (rows)
    size: NDArray[np.float32]  # (rows) bytes, the mean of the row group

    def part(self, first: int, last: int) -> "ScorePlaces":
        """Return some consecutive rows."""
        return self.chosen(slice(first, last))

    def chosen(self, rows: NDArray[np.int64] | slice) -> "ScorePlaces":
        """Return some rows, in their order."""
        columns = ("audience", "file", "group", "row", "size")
        return replace(self, **{name: getattr(self, name)[rows] for name in columns})

    def blocks(self) -> "Iterator[RowsOfGroup]":
        """Return the rows of each row group."""
        for first, last in pairwise(self._cuts.tolist()):
            yield RowsOfGroup(
                self.keys[self.file[first]], int(self.group[first]), self.row[first:last]
            )

    def shares(self, many: int, used: NDArray[np.int64]) -> list[tuple[int, int]]:
        """Cut the rows between row groups into at most so many runs of about as much work.

        Args:
            many: runs, at most.
            used: (rows) how often each is used; its work is that times its bytes.

        Returns the first row of each run, and the one behind its last.
        """
        ends = self._cuts[1:]
        work = self.size.astype(np.float64) * used
        reached = np.cumsum(work)[ends - 1] if len(ends) else np.zeros(0)
        goals = (np.arange(1, many) / many) * (reached[-1] if len(reached) else 0.0)
        nearest = ends[np.searchsorted(reached, goals)] if len(ends) else np.zeros(0, np.int64)
        cuts = np.unique(np.concatenate(([0], nearest, [len(self.row)]))).tolist()
        return list(pairwise(cuts))

    @property
    def _cuts(self) -> NDArray[np.int64]:
        """Return where row groups begin, and the end: (groups + 1)."""
        if not len(self.row):
            return np.zeros(1, dtype=np.int64)
        moved = (np.diff(self.file) != 0) | (np.diff(self.group) != 0)
        return np.concatenate(([0], np.flatnonzero(moved) + 1, [len(self.row)]))


@dataclass(frozen=True)
class RowsOfGroup:
    """Some rows of one row group of an accepted file."""

    key: str
    group: int
    rows: NDArray[np.int32]  # ascending


NO_PLACES = ScorePlaces(
    keys=(),
    audience=np.zeros(0, dtype=np.uint64),
    file=np.zeros(0, dtype=np.int32),
    group=np.zeros(0, dtype=np.int32),
    row=np.zeros(0, dtype=np.int32),
    size=np.zeros(0, dtype=np.float32),
)


def joined_places(keys: tuple[str, ...], parts: list[ScorePlaces]) -> ScorePlaces:
    """Return the rows of all parts, one behind the other."""
    every = [NO_PLACES, *parts]
    return ScorePlaces(
        keys=keys,
        audience=np.concatenate([part.audience for part in every]),
        file=np.concatenate([part.file for part in every]),
        group=np.concatenate([part.group for part in every]),
        row=np.concatenate([part.row for part in every]),
        size=np.concatenate([part.size for part in every]),
    )
