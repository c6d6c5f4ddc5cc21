"""Noun drop: decimal commas, as Excel writes them where no comma separates columns."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shared.drop.datasets import NUMBERS, Dataset
from shared.drop.raw_rows import RawRows, Record
from shared.drop.refusals import RefusedFileError
from shared.drop.values import COMMA_NUMBER, NUMBER

_COMMA = r"^ *[+-]?([0-9]+,[0-9]*|,[0-9]+)([eE][+-]?[0-9]+)? *$"
_POINT = r"^ *[+-]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)? *$"


class DecimalMarks:
    """Writes points for decimal commas, unless the file has both."""

    def __init__(self, dataset: Dataset) -> None:
        """Look at the dataset's numbers."""
        self._numbers = [i for i, c in enumerate(dataset.columns) if c.kind in NUMBERS]
        self._first_comma: int | None = None
        self._first_point: int | None = None

    def with_points(self, rows: RawRows) -> RawRows:
        """Return the rows with points.

        Raises:
            RefusedFileError: the file has decimal commas and decimal points (mixed_decimal_marks).
        """
        columns = list(rows.columns)
        for index in self._numbers:
            found = columns[index]
            if found is None or not len(found):
                continue
            commas = np.asarray(pc.match_substring(found, ","))
            if commas.any():
                commas = np.asarray(pc.match_substring_regex(found, _COMMA))
                replaced = pc.replace_substring(found, ",", ".")
                columns[index] = pc.if_else(pa.array(commas), replaced, found)
            points = np.asarray(pc.match_substring_regex(found, _POINT))
            self._see(rows.lines[commas], rows.lines[points])
        records = tuple(self._of_record(record) for record in rows.records)
        if self._first_comma is not None and self._first_point is not None:
            raise RefusedFileError(
                "mixed_decimal_marks",
                "The file has numbers with decimal commas and numbers with decimal points. "
                "Write all of them with points.",
                max(self._first_comma, self._first_point),
            )
        return replace(rows, columns=tuple(columns), records=records)

    def _of_record(self, record: Record) -> Record:
        if record.fault:
            return record
        values = list(record.values)
        line = np.array([record.line])
        for index in self._numbers:
            text = str(values[index] or "").strip(" ")
            if COMMA_NUMBER.fullmatch(text):
                values[index] = text.replace(",", ".")
                self._see(line, line[:0])
            elif "." in text and NUMBER.fullmatch(text):
                self._see(line[:0], line)
        return replace(record, values=tuple(values))

    def _see(self, commas: NDArray[np.int64], points: NDArray[np.int64]) -> None:
        if len(commas):
            self._first_comma = min(int(commas.min()), self._first_comma or int(commas.min()))
        if len(points):
            self._first_point = min(int(points.min()), self._first_point or int(points.min()))
