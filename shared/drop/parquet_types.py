"""Noun drop: which types of Parquet columns hold which kinds of values."""

from collections.abc import Callable

import pyarrow as pa
from pyarrow import types

from shared.drop.datasets import Column, Kind
from shared.drop.refusals import RefusedFileError


def check_type(column: Column, found: pa.DataType) -> None:
    """Check the type of a column.

    Raises:
        RefusedFileError: it is nested (nested_column), or of another kind (wrong_type).
    """
    if types.is_dictionary(found):
        found = found.value_type
    if types.is_nested(found):
        kind = str(found).partition("<")[0]  # names of fields within may be ids
        raise RefusedFileError("nested_column", f"The column {column.name} is a {kind}, not flat.")
    if not ALLOWED[column.kind](found):
        raise RefusedFileError(
            "wrong_type",
            f"The column {column.name} is {found}; {column.kind.value} is expected. Cast it before "
            "writing.",
        )


def _is_text(found: pa.DataType) -> bool:
    return bool(types.is_string(found) or types.is_large_string(found) or types.is_null(found))


def _is_number(found: pa.DataType) -> bool:
    return bool(
        types.is_floating(found)
        or types.is_integer(found)
        or types.is_decimal(found)
        or types.is_null(found)
    )


def _is_day(found: pa.DataType) -> bool:
    return bool(types.is_date(found)) or _is_text(found)


def _is_flag(found: pa.DataType) -> bool:
    return bool(types.is_boolean(found)) or _is_text(found)


ALLOWED: dict[Kind, Callable[[pa.DataType], bool]] = {
    Kind.ID: _is_text,
    Kind.TEXT: _is_text,
    Kind.CONTEXT: _is_text,
    Kind.MARKET: _is_text,
    Kind.MARKETS: _is_text,
    Kind.UNIT: _is_number,
    Kind.AMOUNT: _is_number,
    Kind.DATE: _is_day,
    Kind.DAY_TEXT: _is_day,
    Kind.FLAG: _is_flag,
}
