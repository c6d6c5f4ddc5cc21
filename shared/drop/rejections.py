"""Noun drop: rejected rows of a file, many of them in little memory."""

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.drop.refusals import RefusedFileError

SHOWN = 20  # rejections of each kind whose value is remembered


@dataclass(frozen=True, slots=True)
class Rejection:
    """One rejected row. ``value`` is empty where it belongs to an id column."""

    line: int
    code: str
    column: str = ""
    value: str = ""


@dataclass(frozen=True)
class Rejections(Sequence[Rejection]):
    """Rejected rows of a file, by line."""

    lines: NDArray[np.int64]  # (rejections) rising
    kind: NDArray[np.int32]  # (rejections) index into kinds
    kinds: tuple[tuple[str, str], ...]  # reason code and column
    values: dict[int, str]  # by line, of the first of each kind

    def __len__(self) -> int:
        """Return how many rows were rejected."""
        return len(self.lines)

    def __getitem__(self, index):  # type: ignore[no-untyped-def]
        """Return a rejection, or several of a slice."""
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        line = int(self.lines[index])
        code, column = self.kinds[self.kind[index]]
        return Rejection(line, code, column, self.values.get(line, ""))

    def __iter__(self) -> Iterator[Rejection]:
        """Yield the rejections by line."""
        return (self[i] for i in range(len(self)))

    def reasons_of(self, lines: NDArray[np.int64]) -> list[str]:
        """Return the reason code of each row, empty where it was not rejected."""
        if not len(self.lines):
            return [""] * len(lines)
        at = np.minimum(np.searchsorted(self.lines, lines), len(self.lines) - 1)
        kind = np.where(self.lines[at] == lines, self.kind[at], len(self.kinds))
        codes = [*(code for code, _ in self.kinds), ""]
        return [codes[each] for each in kind.tolist()]

    def counts(self) -> dict[str, int]:
        """Return how many rows were rejected for each reason, most first."""
        counted: Counter[str] = Counter()
        many = np.bincount(self.kind, minlength=len(self.kinds))
        for (code, _), each in zip(self.kinds, many.tolist(), strict=True):
            counted[code] += each
        return dict(counted.most_common())

    def missing_by_column(self) -> dict[str, int]:
        """Return how many rows were rejected for a missing value, by column."""
        counted: Counter[str] = Counter()
        many = np.bincount(self.kind, minlength=len(self.kinds))
        for (code, column), each in zip(self.kinds, many.tolist(), strict=True):
            if code.endswith("_missing") and column:
                counted[column] += each
        return dict(counted)

    def but(self, code: str) -> "Rejections":
        """Return those that have another reason."""
        others = [i for i, (each, _) in enumerate(self.kinds) if each != code]
        kept = np.isin(self.kind, others)
        return Rejections(self.lines[kept], self.kind[kept], self.kinds, self.values)

    def first(self, code: str) -> Rejection:
        """Return the first rejection of a reason."""
        kinds = [i for i, (each, _) in enumerate(self.kinds) if each == code]
        found: Rejection = self[int(np.flatnonzero(np.isin(self.kind, kinds))[0])]
        return found


NONE = Rejections(np.zeros(0, np.int64), np.zeros(0, np.int32), (), {})


class RejectionLog:
    """Collects rejections while a file is judged."""

    def __init__(self, most: int) -> None:
        """Start without any; ``most`` is how many a file may have."""
        self._most = most
        self._lines = array("q")
        self._kind = array("i")
        self._kinds: dict[tuple[str, str], int] = {}
        self._shown: Counter[int] = Counter()
        self._values: dict[int, str] = {}

    def __len__(self) -> int:
        """Return how many there are so far."""
        return len(self._lines)

    def add(self, line: int, code: str, column: str = "", value: str = "") -> None:
        """Add one rejected row."""
        self.add_many(np.array([line]), code, column, (value,))

    def add_many(
        self, lines: NDArray[np.int64], code: str, column: str = "", values: Sequence[str] = ()
    ) -> None:
        """Add rows rejected for one reason; ``values`` are those of the first of these lines.

        Raises:
            RefusedFileError: they are too many (too_many_rejected_rows).
        """
        if not len(lines):
            return
        if len(self._lines) + len(lines) > self._most:
            raise RefusedFileError(
                "too_many_rejected_rows",
                f"More than {self._most:,} rows are rejected, the latest of them for {code}. "
                "Correct what writes them.",
            )
        kind = self._kinds.setdefault((code, column), len(self._kinds))
        self._lines.frombytes(lines.astype(np.int64).tobytes())
        self._kind.frombytes(np.full(len(lines), kind, dtype=np.int32).tobytes())
        for line, value in zip(lines.tolist(), values, strict=False):
            if self._shown[kind] < SHOWN and value:
                self._shown[kind] += 1
                self._values[line] = value

    def conclude(self) -> Rejections:
        """Return all of them by line."""
        lines = np.frombuffer(self._lines, dtype=np.int64) if self._lines else NONE.lines
        kind = np.frombuffer(self._kind, dtype=np.int32) if self._kind else NONE.kind
        if (lines[1:] >= lines[:-1]).all():
            return Rejections(lines, kind, tuple(self._kinds), self._values)
        by_line = np.argsort(lines, kind="stable")
        return Rejections(lines[by_line], kind[by_line], tuple(self._kinds), self._values)
