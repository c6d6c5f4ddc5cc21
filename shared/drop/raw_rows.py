"""Noun drop: rows of a file before they are judged."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shared.drop.text_blocks import TextBlock


@dataclass(frozen=True, slots=True)
class Record:
    """One row that was read exactly: its values, or the reason why there are none.

    Values stand in the order of the dataset's columns.
    """

    line: int  # physical line of a text file, from 1
    values: tuple[object, ...] = ()
    fault: str = ""
    text: str = ""  # as it stands in the file, with its line ends


@dataclass(frozen=True)
class RawRows:
    """Rows of a part of a file: plain ones as columns, and those that looked odd one by one.

    Columns stand in the order of the dataset's, None where the file has none; they hold text as
    it was written, or typed values. ``block`` is what plain rows were read from, None in Parquet.
    Blank lines are no rows; how many there are is ``blank``.
    """

    lines: NDArray[np.int64]  # (rows) physical line, or row of a Parquet file, from 1
    columns: tuple[pa.Array | None, ...]  # (rows) each
    records: tuple[Record, ...] = ()
    faults: tuple[tuple[str, NDArray[np.int64]], ...] = ()  # reason code, lines of plain shape
    block: TextBlock | None = None
    blank: int = 0

    @property
    def many(self) -> int:
        """Return how many rows there are, sound or not."""
        return len(self.lines) + len(self.records) + sum(len(lines) for _, lines in self.faults)

    def shifted(self, by: int) -> "RawRows":
        """Return these rows with a number added to every line."""
        return RawRows(
            self.lines + by,
            self.columns,
            tuple(replace(record, line=record.line + by) for record in self.records),
            tuple((code, lines + by) for code, lines in self.faults),
            replace(self.block, first_line=self.block.first_line + by) if self.block else None,
            self.blank,
        )

    def texts(self, wanted: NDArray[np.int64]) -> Iterator[tuple[int, str]]:
        """Yield (line, text as it stands in the file) of those of these rows that are wanted.

        ``wanted`` are lines, rising; so are those that come out.
        """
        assert self.block is not None  # noqa: S101
        chosen = set(self._of_these(wanted))
        odd = {record.line: record.text for record in self.records if record.line in chosen}
        for line in sorted(chosen):
            yield line, odd.get(line) or self.block.text(line - self.block.first_line)

    def _of_these(self, wanted: NDArray[np.int64]) -> list[int]:
        faulty = [lines for _, lines in self.faults]
        exact = np.array([record.line for record in self.records], dtype=np.int64)
        every = np.concatenate([self.lines, exact, *faulty])
        found: list[int] = every[np.isin(every, wanted)].tolist()
        return found
