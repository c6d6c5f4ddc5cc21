"""Noun drop: judging a column of values in bulk.

What is certainly sound is seen by whole-array tests; every other distinct value goes to the exact
reader of its kind in `shared.drop.values`, which has the last word.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shared.drop.datasets import NUMBERS, Column, Kind
from shared.drop.values import LARGEST_AMOUNT, MAX_ID_BYTES, NOT_A_DATE, READERS, Fault
from shared.score.hash_columns import value_layout

ARROW_TYPES = {
    Kind.UNIT: pa.float64(),
    Kind.AMOUNT: pa.float64(),
    Kind.DATE: pa.date32(),
    Kind.FLAG: pa.bool_(),
}
SOUND = ""
EPOCH = date(1970, 1, 1).toordinal()
FIRST_DAY, LAST_DAY = date.min.toordinal() - EPOCH, date.max.toordinal() - EPOCH
MILLIS_A_DAY = 86_400_000
NUMBER_PATTERN = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_AT_ONCE = 1 << 17  # bytes that stay in the cache


@dataclass(frozen=True)
class JudgedColumn:
    """Values of a column and what is wrong with them.

    ``fault`` is the number of each row's fault in ``faults``, 0 where the value is sound. A value
    that is not needed and not there is a sound null.
    """

    values: pa.Array  # (rows) of the kind's type; anything where there is a fault
    fault: NDArray[np.int8]  # (rows)
    faults: tuple[str, ...]  # the first is SOUND


def arrow_type(column: Column) -> pa.DataType:
    """Return the type in which a column's sound values are kept."""
    return ARROW_TYPES.get(column.kind, pa.string())


def judge_column(column: Column, found: pa.Array) -> JudgedColumn:
    """Judge the values of a column, text as it was written or typed."""
    if column.kind is Kind.ID:
        return _judge_ids(column, found)
    if column.kind in NUMBERS:
        return _judge_numbers(column, found)
    if isinstance(found, pa.DictionaryArray) and pa.types.is_date(found.type.value_type):
        found = found.cast(found.type.value_type)
    if pa.types.is_date(found.type):
        return _judge_days(column, found)
    return _judge_each(column, found)


def _judge_ids(column: Column, found: pa.Array) -> JudgedColumn:
    if isinstance(found, pa.DictionaryArray):
        return _of_codes(found, _judge_ids(column, _with_null(found)))
    if not pa.types.is_string(found.type):
        found = found.cast(pa.string())
    suspect = np.asarray(found.is_null()) if found.null_count else np.zeros(len(found), bool)
    bounds, data = value_layout(found)
    size = np.diff(bounds)
    suspect |= size == 0
    suspect |= size > MAX_ID_BYTES
    if _has_odd_bytes(data):
        # Spaces, which are sound inside an id, control characters, or any other script.
        if not pc.all(pc.is_valid(found)).as_py():
            found = found.fill_null("")
        inner = pc.match_substring_regex(found, r"^[!-~]([ -~]*[!-~])?$")
        suspect |= ~np.asarray(inner)
    return _with_suspects_read(column, found, suspect, found)


def _with_null(found: pa.DictionaryArray) -> pa.Array:
    """Return the distinct values, and behind them a null where a row has none."""
    known = found.dictionary.cast(pa.string())
    return pa.concat_arrays([known, pa.nulls(1, pa.string())]) if found.null_count else known


def _of_codes(found: pa.DictionaryArray, judged: JudgedColumn) -> JudgedColumn:
    """Return what rows have of what was judged of their distinct values."""
    indices = found.indices.fill_null(len(found.dictionary)) if found.null_count else found.indices
    if judged.fault.any() or judged.values.null_count:
        fault = judged.fault[indices.to_numpy()]
        return JudgedColumn(judged.values.take(indices), fault, judged.faults)
    values = pa.DictionaryArray.from_arrays(indices, judged.values)
    return JudgedColumn(values, np.zeros(len(found), np.int8), (SOUND,))


def _judge_numbers(column: Column, found: pa.Array) -> JudgedColumn:
    values, is_number = _as_numbers(found)
    highest = 1.0 if column.kind is Kind.UNIT else LARGEST_AMOUNT
    with np.errstate(invalid="ignore"):
        sound = is_number & (values >= 0) & (values <= highest)
        out = is_number & ~sound & np.isfinite(values)
    faults = (SOUND, "out_of_range")
    fault = out.astype(np.int8)
    values += 0.0  # no negative zero
    rest = np.flatnonzero(~sound & ~out)
    if not len(rest):
        return JudgedColumn(pa.array(values), fault, faults)
    judged = _judge_each(column, found.take(pa.array(rest)))
    known = {name: i for i, name in enumerate(dict.fromkeys((*faults, *judged.faults)))}
    fault[rest] = np.array([known[name] for name in judged.faults], dtype=np.int8)[judged.fault]
    values[rest] = judged.values.fill_null(np.nan).to_numpy(zero_copy_only=False)
    is_null = np.zeros(len(values), dtype=bool)
    is_null[rest] = np.asarray(judged.values.is_null())
    return JudgedColumn(pa.array(values, mask=is_null), fault, tuple(known))


def _judge_days(column: Column, found: pa.Array) -> JudgedColumn:
    """Read days of a calendar that ends where Python's does: there is no year 0, and none 10000."""
    is_millis = pa.types.is_date64(found.type)
    numbers = found.view(pa.int64() if is_millis else pa.int32()).cast(pa.int64())
    days = numbers.fill_null(0).to_numpy() // (MILLIS_A_DAY if is_millis else 1)
    beyond = (days < FIRST_DAY) | (days > LAST_DAY)
    kept = pa.array(np.where(beyond, 0, days).astype(np.int32)).cast(pa.date32())
    judged = _judge_each(column, pc.if_else(found.is_valid(), kept, None))
    if not beyond.any():
        return judged
    faults = tuple(dict.fromkeys((*judged.faults, str(NOT_A_DATE))))
    fault = np.where(beyond, np.int8(faults.index(NOT_A_DATE)), judged.fault)
    return JudgedColumn(judged.values, fault, faults)


def _judge_each(column: Column, found: pa.Array) -> JudgedColumn:
    """Read each distinct value exactly."""
    if not isinstance(found, pa.DictionaryArray):
        found = found.dictionary_encode(null_encoding="encode")
    read = READERS[column.kind]
    names = {SOUND: 0}
    values: list[object] = []
    fault: list[int] = []
    for raw in (*found.dictionary.to_pylist(), None):
        value = read(raw)
        if isinstance(value, Fault):
            is_absent = value == "missing" and not column.is_needed
            fault.append(0 if is_absent else names.setdefault(str(value), len(names)))
            values.append(None)
        else:
            fault.append(0)
            values.append(value)
    codes = found.indices.fill_null(len(values) - 1).to_numpy()
    distinct = pa.array(values, arrow_type(column))
    return JudgedColumn(
        distinct.take(pa.array(codes)), np.array(fault, dtype=np.int8)[codes], tuple(names)
    )


def _with_suspects_read(
    column: Column, found: pa.Array, suspect: NDArray[np.bool_], plain: pa.Array
) -> JudgedColumn:
    fault = np.zeros(len(found), dtype=np.int8)
    rows = np.flatnonzero(suspect)
    if not len(rows):
        return JudgedColumn(plain, fault, (SOUND,))
    judged = _judge_each(column, found.take(pa.array(rows)))
    fault[rows] = judged.fault
    values = pc.replace_with_mask(plain, pa.array(suspect), judged.values)
    return JudgedColumn(values, fault, judged.faults)


def _as_numbers(found: pa.Array) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return numbers, and which values are finite or infinite ones as they are written."""
    if isinstance(found, pa.DictionaryArray):
        found = found.cast(found.type.value_type)
    if pa.types.is_null(found.type):
        return np.full(len(found), np.nan), np.zeros(len(found), dtype=bool)
    if pa.types.is_string(found.type) or pa.types.is_large_string(found.type):
        return _numbers_of_texts(found)
    wide = pc.cast(found, pa.float64(), safe=False)
    values = wide.fill_null(np.nan).to_numpy(zero_copy_only=False).copy()
    return values, np.isfinite(values)


def _numbers_of_texts(found: pa.Array) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Read decimal numbers. Arrow reads what our rule reads, and nan and inf besides."""
    try:
        values = pc.cast(found, pa.float64()).fill_null(np.nan)
    except pa.ArrowInvalid:
        trimmed = pc.utf8_trim(found, characters=" ").fill_null("")
        is_plain = pc.match_substring_regex(trimmed, NUMBER_PATTERN)
        values = pc.cast(pc.if_else(is_plain, trimmed, "nan"), pa.float64())
    numbers = values.to_numpy(zero_copy_only=False).copy()
    return numbers, np.isfinite(numbers)


def _has_odd_bytes(data: NDArray[np.uint8]) -> bool:
    """Say whether there is a byte other than a visible ASCII character."""
    return any(
        bool(((data[at : at + _AT_ONCE] - np.uint8(33)) > 93).any())
        for at in range(0, len(data), _AT_ONCE)
    )
