"""Noun drop: fields that a spreadsheet would run as formulas.

In files that we write, such a field gets an apostrophe; in files that carry our column of reasons
it is taken off again, so that what is corrected and dropped as it is holds the ids it came with.
"""

import csv
import io
import re
from dataclasses import replace

import pyarrow.compute as pc

from shared.drop.datasets import Dataset, Kind
from shared.drop.loose_fields import loose_fields
from shared.drop.raw_rows import RawRows, Record
from shared.drop.values import COMMA_NUMBER, NUMBER

_STARTS = r"^'*[=+\-@\t\r]"
_FORMULA = re.compile(_STARTS)
_GUARDED = re.compile(r"^'('*[=+\-@\t\r])")
_GUARDED_KINDS = (Kind.ID, Kind.TEXT)


def guarded(text: str, delimiter: str) -> str:
    """Return a line of CSV with an apostrophe before each field that could be a formula."""
    if not any(mark in text for mark in "=+-@'\r"):
        return text
    fields = loose_fields(text, delimiter)
    if not any(_is_formula(field) for field in fields):
        return text
    line = io.StringIO()
    writer = csv.writer(line, delimiter=delimiter, lineterminator="\n")
    writer.writerow([f"'{field}" if _is_formula(field) else field for field in fields])
    return line.getvalue()


def without_guards(rows: RawRows, dataset: Dataset) -> RawRows:
    """Return rows of a file that we wrote as they were before."""
    guarded_columns = [i for i, c in enumerate(dataset.columns) if c.kind in _GUARDED_KINDS]
    columns = list(rows.columns)
    for index in guarded_columns:
        found = columns[index]
        if found is not None:
            columns[index] = pc.replace_substring_regex(found, _GUARDED.pattern, r"\1")
    records = tuple(_unguarded(record, guarded_columns) for record in rows.records)
    return replace(rows, columns=tuple(columns), records=records)


def _unguarded(record: Record, guarded_columns: list[int]) -> Record:
    if record.fault:
        return record
    values = list(record.values)
    for index in guarded_columns:
        value = values[index]
        if isinstance(value, str):
            values[index] = _GUARDED.sub(r"\1", value)
    return replace(record, values=tuple(values))


def _is_formula(field: str) -> bool:
    is_number = NUMBER.fullmatch(field) or COMMA_NUMBER.fullmatch(field)
    return _FORMULA.match(field) is not None and not is_number
