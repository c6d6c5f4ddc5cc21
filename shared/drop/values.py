"""Noun drop: what the values of one column must be, judged for a whole chunk at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shared.drop.datasets import CONTEXTS, NUMBERS, Column, Kind
from shared.drop.numerals import read_numerals

MAX_ID_BYTES = 2048  # DynamoDB's limit of a partition key
_INVISIBLE = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\x{00a0}\x{2007}\x{202f}]"
_TRUE = ("true", "t", "yes", "y", "1")
_FALSE = ("false", "f", "no", "n", "0")


@dataclass(frozen=True)
class ColumnVerdict:
    """Typed values of one column and, per fault, which rows have it (rows)."""

    values: Any
    faults: tuple[tuple[str, NDArray[np.bool_]], ...]
    has_comma: NDArray[np.bool_] | None = None  # decimal comma, where numbers were text
    has_point: NDArray[np.bool_] | None = None


def judge_values(column: Column, values: Any, *, has_decimal_comma: bool) -> ColumnVerdict:
    """Judge one column of a chunk; a null is a missing value.

    Typed values are a dictionary of strings for ids and texts, else float64, date32 or bool;
    where a row has a fault its value means nothing.
    """
    if column.kind in NUMBERS:
        return _judge_numbers(column, values, has_decimal_comma)
    if column.kind is Kind.ID:
        return _judge_ids(column, values)
    if column.kind is Kind.DATE and pa.types.is_date(values.type):
        return ColumnVerdict(values, _missing(column, values))
    return _judge_by_distinct_value(column, values)


def _judge_numbers(column: Column, values: Any, has_decimal_comma: bool) -> ColumnVerdict:
    has_comma = has_point = None
    faults: list[tuple[str, NDArray[np.bool_]]] = []
    if pa.types.is_floating(values.type):
        is_missing = values.is_null().to_numpy(zero_copy_only=False)
        numbers = values.fill_null(0).to_numpy(zero_copy_only=False) + 0.0
        is_not_finite = ~np.isfinite(numbers)
    else:
        read = read_numerals(values, allows_comma=has_decimal_comma or column.kind is Kind.UNIT)
        is_missing, is_not_finite, numbers = read.is_missing, read.is_not_finite, read.numbers
        faults.append((column.code("not_a_number"), read.is_no_number))
        has_comma, has_point = read.has_comma, read.has_point
    largest = 1.0 if column.kind is Kind.UNIT else np.finfo(np.float64).max
    with np.errstate(invalid="ignore"):
        is_out = ~is_not_finite & ((numbers < 0) | (numbers > largest))
    faults.append((column.code("not_finite"), is_not_finite))
    faults.append((column.code("out_of_range"), is_out))
    if column.is_needed:
        faults.append((column.code("missing"), is_missing))
    typed = pa.array(numbers, pa.float64(), mask=is_missing)
    return ColumnVerdict(typed, tuple(faults), has_comma, has_point)


def _judge_ids(column: Column, values: Any) -> ColumnVerdict:
    encoded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    trimmed = pc.ascii_trim(encoded.dictionary, characters=" ")
    by_fault = (
        ("invisible_char", pc.match_substring_regex(trimmed, _INVISIBLE)),
        ("too_long", pc.greater(pc.binary_length(trimmed), MAX_ID_BYTES)),
    )
    is_null = encoded.indices.is_null().to_numpy(zero_copy_only=False)
    indices = encoded.indices.fill_null(0).to_numpy(zero_copy_only=False)
    faults = [
        (column.code(fault), _spread(has_fault, indices) & ~is_null)
        for fault, has_fault in by_fault
    ]
    if column.is_needed:
        is_missing = is_null | _spread(pc.equal(trimmed, ""), indices)
        faults.append((column.code("missing"), is_missing))
    if not trimmed.equals(encoded.dictionary):
        encoded = pa.DictionaryArray.from_arrays(encoded.indices, trimmed)
        encoded = encoded.cast(pa.string()).dictionary_encode()
    return ColumnVerdict(encoded, tuple(faults))


def _judge_by_distinct_value(column: Column, values: Any) -> ColumnVerdict:
    read, fault, typed = _READERS[column.kind]
    encoded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    distinct = encoded.dictionary.to_pylist()
    is_bad = np.zeros(len(distinct) + 1, dtype=bool)
    found: list[Any] = []
    for i, text in enumerate(distinct):
        text = text.strip(" ")
        try:
            found.append(read(text) if text else None)
        except ValueError:
            is_bad[i] = True
            found.append(None)
    is_null = encoded.indices.is_null().to_numpy(zero_copy_only=False)
    indices = np.where(is_null, len(distinct), encoded.indices.fill_null(0))
    result = pa.array([*found, None], typed).take(pa.array(indices))
    faults = [(column.code(fault), is_bad[indices])]
    if column.is_needed:
        is_missing = np.array([each is None for each in found] + [True]) & ~is_bad
        faults.append((column.code("missing"), is_missing[indices]))
    if pa.types.is_string(typed):
        result = result.dictionary_encode()
    return ColumnVerdict(result, tuple(faults))


def _missing(column: Column, values: Any) -> tuple[tuple[str, NDArray[np.bool_]], ...]:
    if not column.is_needed:
        return ()
    return ((column.code("missing"), values.is_null().to_numpy(zero_copy_only=False)),)


def _spread(by_distinct: Any, indices: NDArray[np.int64]) -> NDArray[np.bool_]:
    flags = by_distinct.fill_null(False).to_numpy(zero_copy_only=False)
    if not len(flags):
        return np.zeros(len(indices), dtype=bool)
    spread: NDArray[np.bool_] = flags[indices]
    return spread


def _read_day(text: str) -> date:
    if len(text) != 10:
        raise ValueError("a day is YYYY-MM-DD")
    return date.fromisoformat(text)


def _read_day_text(text: str) -> str:
    date.fromisoformat(text + "2000-01-01"[len(text) :] if len(text) in (4, 7) else text)
    return text


def _read_context(text: str) -> str:
    if text not in CONTEXTS:
        raise ValueError("no such context")
    return text


def _read_market(text: str) -> str:
    if len(text) != 2 or not (text.isascii() and text.isalpha() and text.isupper()):
        raise ValueError("a market is two upper-case letters")
    return text


def _read_markets(text: str) -> str:
    return "|".join(_read_market(each.strip()) for each in text.split("|"))


def _read_flag(text: str) -> bool:
    if text.lower() not in (*_TRUE, *_FALSE):
        raise ValueError("a flag is true or false")
    return text.lower() in _TRUE


_READERS: dict[Kind, tuple[Callable[[str], Any], str, Any]] = {
    Kind.TEXT: (str, "not_text", pa.string()),
    Kind.DATE: (_read_day, "not_a_date", pa.date32()),
    Kind.DAY_TEXT: (_read_day_text, "not_a_date", pa.string()),
    Kind.CONTEXT: (_read_context, "not_known", pa.string()),
    Kind.MARKET: (_read_market, "not_known", pa.string()),
    Kind.MARKETS: (_read_markets, "not_known", pa.string()),
    Kind.FLAG: (_read_flag, "not_known", pa.bool_()),
}
