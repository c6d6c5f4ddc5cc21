"""Noun drop: rows of JSON lines, typed strictly: a number is no text and text no number."""

import json
from collections.abc import Iterable, Iterator
from math import copysign, isfinite
from typing import Any

import numpy as np
import pyarrow as pa

from shared.drop.chunks import CHUNK_ROWS, Chunk, RefusedRow, normal_name
from shared.drop.damages import FileDamageError
from shared.drop.datasets import NUMBERS, Column, Dataset, Kind
from shared.drop.lines import LineBlock

_LARGEST = 1.7976931348623157e308
_NOT_FINITE = object()
_TYPE_FAULT = {
    Kind.UNIT: "not_a_number",
    Kind.AMOUNT: "not_a_number",
    Kind.DATE: "not_a_date",
    Kind.DAY_TEXT: "not_a_date",
    Kind.ID: "not_text",
    Kind.TEXT: "not_text",
}


class RowFaultError(ValueError):
    """One line is no row; ``code`` says why."""

    def __init__(self, code: str, column: str = "") -> None:
        """Name the reason code and the column it is about."""
        super().__init__(code)
        self.code = code
        self.column = column


def json_chunks(blocks: Iterable[LineBlock], dataset: Dataset) -> Iterator[Chunk]:
    """Yield the rows of a file of one JSON object a line; blank lines are none.

    Raises:
        FileDamageError: ``format_mismatch`` where the first line is a header of delimited text.
    """
    rows: list[list[Any]] = []
    numbers: list[int] = []
    refused: list[RefusedRow] = []

    def chunk() -> Chunk:
        by_column = list(zip(*rows, strict=True)) if rows else [()] * len(dataset.columns)
        columns = tuple(
            pa.array(values, pa.float64() if column.kind in NUMBERS else pa.string())
            for column, values in zip(dataset.columns, by_column, strict=True)
        )
        return Chunk(columns, np.array(numbers, dtype=np.int64), tuple(refused))

    is_first = True
    for block in blocks:
        for line, text in enumerate(block.lines, block.first):
            if not text or text.isspace():
                continue
            if is_first:
                is_first = False
                _refuse_header(text, dataset)
            try:
                rows.append(_row(read_object(text, int_as_float=True), dataset))
                numbers.append(line)
            except RowFaultError as error:
                refused.append(RefusedRow(line, error.code, error.column))
        if len(rows) + len(refused) >= CHUNK_ROWS:
            yield chunk()
            rows, numbers, refused = [], [], []
    if rows or refused:
        yield chunk()


def read_object(text: str, *, int_as_float: bool = False) -> dict[str, Any]:
    """Return the object of one JSON text; non-finite literals stay no numbers.

    Raises:
        RowFaultError: ``bad_json``, ``duplicate_json_key`` or ``not_an_object``.
    """
    try:
        found = (_COLUMN_DECODER if int_as_float else _DECODER).decode(text)
    except RowFaultError:
        raise
    except (ValueError, RecursionError) as error:
        raise RowFaultError("bad_json") from error
    if not isinstance(found, dict):
        raise RowFaultError("not_an_object")
    return found


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise RowFaultError("duplicate_json_key")
    return found


def _finite(text: str) -> float:
    number = float(text)
    return number if isfinite(number) else copysign(_LARGEST, number)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_distinct, parse_constant=lambda _: _NOT_FINITE, parse_float=_finite
)
_COLUMN_DECODER = json.JSONDecoder(
    object_pairs_hook=_distinct,
    parse_constant=lambda _: _NOT_FINITE,
    parse_float=_finite,
    parse_int=_finite,
)


def _row(found: dict[str, Any], dataset: Dataset) -> list[Any]:
    row = []
    for column in dataset.columns:
        value = found.get(column.name)
        if value is None and column.name not in found:
            found = _by_normal_name(found)
            value = found.get(column.name)
        row.append(_value(column, value))
    return row


def _by_normal_name(found: dict[str, Any]) -> dict[str, Any]:
    return _distinct([(normal_name(name), value) for name, value in found.items()])


def _value(column: Column, value: Any) -> Any:
    if value is None:
        if column.is_needed:
            raise RowFaultError(column.code("missing"), column.name)
        return None
    if column.kind in NUMBERS:
        if type(value) is float:
            return value
        fault = "not_finite" if value is _NOT_FINITE else "not_a_number"
        raise RowFaultError(column.code(fault), column.name)
    if isinstance(value, bool) and column.kind is Kind.FLAG:
        return str(value).lower()
    if not isinstance(value, str):
        raise RowFaultError(column.code(_TYPE_FAULT.get(column.kind, "not_known")), column.name)
    if not value.isascii() and any("\ud800" <= each <= "\udfff" for each in value):
        raise RowFaultError("bad_json", column.name)
    return value


def _refuse_header(text: str, dataset: Dataset) -> None:
    names = normal_name(text)
    if not text.lstrip().startswith(("{", "[")) and all(
        column.name in names for column in dataset.columns if column.is_needed
    ):
        message = "The file is delimited text, its name says JSON lines."
        raise FileDamageError("format_mismatch", message, 1)
