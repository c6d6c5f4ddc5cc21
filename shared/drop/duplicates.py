"""Noun drop: rows of one file that say the same, or contradict one another."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shared.score.hash_columns import id_hashes

LINE = "line"
_ODD = np.uint64(0x9E3779B97F4A7C15)
_NULL = np.uint64(0x5851F42D4C957F2D)


def duplicates(
    table: pa.Table, row_key: Sequence[str], values: Sequence[str]
) -> dict[str, NDArray[np.int64]]:
    """Return rows of the table to leave out, by reason code.

    Rows of one key and equal values: the one of the first line stays. Different values: none does.
    """
    suspects = _sharing_a_hash(table, row_key)
    if not len(suspects):
        return {}
    chosen = table.take(pa.array(suspects))
    key = _numbered(chosen, row_key)
    said = _numbered(chosen, values)
    order = np.lexsort((chosen.column(LINE).to_numpy(), key))
    key, said, suspects = key[order], said[order], suspects[order]
    is_first = np.append(True, key[1:] != key[:-1])
    begins = np.flatnonzero(is_first)
    differs = np.minimum.reduceat(said, begins) != np.maximum.reduceat(said, begins)
    is_conflict = differs[np.cumsum(is_first) - 1]
    found = {
        "duplicate_key": suspects[~is_conflict & ~is_first],
        "conflicting_duplicate": suspects[is_conflict],
    }
    return {code: rows for code, rows in found.items() if len(rows)}


def _numbered(table: pa.Table, names: Sequence[str]) -> NDArray[np.int64]:
    """Return one number for equal values of these columns, another for others, shape (rows)."""
    numbers = np.zeros(table.num_rows, dtype=np.int64)
    for name in names:
        codes, many = _codes(table.column(name))
        if many > 1:
            _, numbers = np.unique(numbers * many + codes, return_inverse=True)
    return numbers


def _codes(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], int]:
    """Return the number of each value among the distinct ones, and how many these are."""
    array = _one_chunk(column)
    if isinstance(array, pa.DictionaryArray):
        # Its dictionary may hold a value twice.
        array = array.dictionary.dictionary_encode().indices.take(array.indices)
    encoded = array.dictionary_encode(null_encoding="encode")
    return encoded.indices.to_numpy().astype(np.int64), len(encoded.dictionary)


def _sharing_a_hash(table: pa.Table, row_key: Sequence[str]) -> NDArray[np.int64]:
    """Return the rows whose key's hash another row has too: all duplicates, and few others."""
    hashed = np.zeros(table.num_rows, dtype=np.uint64)
    for name in row_key:
        hashed = (hashed ^ _hashes(table.column(name))) * _ODD
    in_order = np.sort(hashed)
    twice = in_order[1:][in_order[1:] == in_order[:-1]]
    if not len(twice):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.isin(hashed, twice))


def _hashes(column: pa.ChunkedArray) -> NDArray[np.uint64]:
    array = _one_chunk(column)
    if isinstance(array, pa.DictionaryArray):
        return id_hashes(array)
    if pa.types.is_string(array.type):
        missing = np.asarray(array.is_null())
        return np.where(missing, _NULL, id_hashes(array.fill_null("")))
    if pa.types.is_date(array.type):
        array = array.cast(pa.int32()).cast(pa.int64())
    hashed: NDArray[np.uint64] = array.to_numpy(zero_copy_only=False).astype(np.uint64)
    return hashed


def _one_chunk(column: pa.ChunkedArray) -> pa.Array:
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks == 1 else pa.concat_arrays(array.chunks)
    return array
