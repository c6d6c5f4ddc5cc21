"""Noun drop: rows of a file before they are judged."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Record:
    """One row that was read exactly: its values, or the reason why there are none.

    Values stand in the order of the dataset's columns.
    """

    line: int  # physical line of a text file, from 1; row of a Parquet file, from 1
    values: tuple[object, ...] = ()
    fault: str = ""


@dataclass(frozen=True)
class RawRows:
    """Rows of a part of a file: plain ones as columns, and those that looked odd one by one.

    Columns stand in the order of the dataset's, None where the file has none; they hold text as
    it was written, or typed values.
    """

    lines: NDArray[np.int64]  # (rows)
    columns: tuple[pa.Array | None, ...]  # (rows) each
    records: tuple[Record, ...] = ()
    faults: tuple[tuple[str, NDArray[np.int64]], ...] = field(default=())  # reason code, lines

    @property
    def many(self) -> int:
        """Return how many rows there are, sound or not."""
        return len(self.lines) + len(self.records) + sum(len(lines) for _, lines in self.faults)
