"""Noun drop: rows of one file that say the same, or contradict one another."""

from collections import defaultdict
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
    keys = list(zip(*(chosen.column(name).to_pylist() for name in row_key), strict=True))
    said = list(zip(*(chosen.column(name).to_pylist() for name in values), strict=True))
    lines = chosen.column(LINE).to_pylist()
    of_key: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, key in enumerate(keys):
        of_key[key].append(index)
    found: dict[str, list[int]] = {"duplicate_key": [], "conflicting_duplicate": []}
    for same in of_key.values():
        if len({said[index] for index in same}) > 1:
            found["conflicting_duplicate"].extend(same)
        else:
            found["duplicate_key"].extend(sorted(same, key=lines.__getitem__)[1:])
    return {code: suspects[rows] for code, rows in found.items() if rows}


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
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks == 1 else pa.concat_arrays(array.chunks)
    if isinstance(array, pa.DictionaryArray):
        return id_hashes(array)
    if pa.types.is_string(array.type):
        missing = np.asarray(array.is_null())
        return np.where(missing, _NULL, id_hashes(array.fill_null("")))
    if pa.types.is_date(array.type):
        array = array.cast(pa.int32()).cast(pa.int64())
    hashed: NDArray[np.uint64] = array.to_numpy(zero_copy_only=False).astype(np.uint64)
    return hashed
