"""Noun drop: accepted rows of a file as columns, and which of them are duplicates."""

from array import array
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shared.drop.datasets import Column, Dataset, Kind

ARROW_TYPES = {
    Kind.UNIT: pa.float64(),
    Kind.AMOUNT: pa.float64(),
    Kind.DATE: pa.date32(),
    Kind.FLAG: pa.bool_(),
}


@dataclass
class _Values:
    """One column: each distinct value once, and its number for each row."""

    distinct: dict[object, int] = field(default_factory=dict)
    codes: "array[int]" = field(default_factory=lambda: array("q"))

    def append(self, value: object) -> None:
        """Add the value of the next row."""
        self.codes.append(self.distinct.setdefault(value, len(self.distinct)))

    def numbers(self) -> NDArray[np.int64]:
        """Return the values' numbers, shape (rows)."""
        return np.frombuffer(self.codes, dtype=np.int64) if self.codes else np.zeros(0, np.int64)


class RowColumns:
    """Sound rows of one dataset, in the order of the file."""

    def __init__(self, dataset: Dataset) -> None:
        """Start without rows."""
        self._dataset = dataset
        self._values = [_Values() for _ in dataset.columns]
        self._lines = array("q")

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self._lines)

    def append(self, line: int, values: list[object]) -> None:
        """Add the row of a line; ``values`` stand in the order of the dataset's columns."""
        self._lines.append(line)
        for column, value in zip(self._values, values, strict=True):
            column.append(value)

    def duplicates(self) -> tuple[list[tuple[int, str]], NDArray[np.bool_]]:
        """Return (line, reason code) of duplicates, and which rows stay, shape (rows).

        Rows of one key and equal values: the first stays. Different values: none does.
        """
        stays = np.ones(len(self), dtype=bool)
        if not len(self):
            return [], stays
        names = [c.name for c in self._dataset.columns]
        key = self._joint([names.index(name) for name in self._dataset.row_key])
        whole = self._joint(range(len(names)))
        _, first, of_key, many = np.unique(
            key, return_index=True, return_inverse=True, return_counts=True
        )
        found: list[tuple[int, str]] = []
        repeated = np.flatnonzero(many[of_key] > 1)
        conflicting = set(of_key[repeated][whole[repeated] != whole[first[of_key[repeated]]]])
        for row in repeated:
            if of_key[row] in conflicting:
                found.append((self._lines[row], "conflicting_duplicate"))
            elif row != first[of_key[row]]:
                found.append((self._lines[row], "duplicate_key"))
            else:
                continue
            stays[row] = False
        return found, stays

    def table(self, stays: NDArray[np.bool_]) -> pa.Table:
        """Return the rows that stay as an Arrow table of the columns that are kept."""
        kept = np.flatnonzero(stays)
        arrays = {}
        for column, values in zip(self._dataset.columns, self._values, strict=True):
            if column.is_kept:
                distinct = pa.array(list(values.distinct), type=_arrow_type(column))
                arrays[column.name] = distinct.take(pa.array(values.numbers()[kept]))
        return pa.table(arrays)

    def _joint(self, columns: "range | list[int]") -> NDArray[np.int64]:
        """Return a number for each row that is equal where all of these columns are."""
        joint = np.zeros(len(self), dtype=np.int64)
        for index in columns:
            values = self._values[index]
            _, joint = np.unique(
                joint * len(values.distinct) + values.numbers(), return_inverse=True
            )
        return joint


def _arrow_type(column: Column) -> pa.DataType:
    return ARROW_TYPES.get(column.kind, pa.string())
