"""Noun score: packing columns of scores into rows, and rows back into columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shared.score.hash_columns import id_hashes, value_layout
from shared.score.hashes import NARROW_SHIFT
from shared.score.packed_row import (
    FORMAT,
    HEADER,
    MAX_ENTRIES,
    NARROW_BYTES,
    SCORE_SCALE,
    WIDE_BYTES,
    PackedRowError,
)

_ODD = np.uint64(0x9E3779B97F4A7C15)
_WORD = 8
_WIDE_ENTRY = np.dtype([("hash", "<u8"), ("score", "<u2")])


@dataclass(frozen=True)
class ScoreColumns:
    """Scores of many rows as columns; row i's entries stand at ``start[i]:start[i + 1]``."""

    start: NDArray[np.int64]  # (rows + 1)
    hashes: NDArray[np.uint64]  # (entries) 48-bit hash, or 64-bit where the row is wide
    is_wide: NDArray[np.bool_]  # (rows)
    scores: NDArray[np.uint16]  # (entries) relevance times SCORE_SCALE


def pack_rows(
    audience_ids: Sequence[str],
    track_ids: Sequence[str],
    scores: Sequence[float],
    *,
    as_of: datetime,
    max_entries: int,
) -> tuple[list[str], list[bytes]]:
    """Pack columns of equal length as `pack_columns` does; returns the audiences and rows."""
    audiences, rows = pack_columns(
        pa.array(audience_ids, pa.string()).dictionary_encode(),
        id_hashes(pa.array(track_ids, pa.string())),
        np.array(scores, dtype=np.float64),
        as_of=as_of,
        max_entries=max_entries,
    )
    return audiences.to_pylist(), rows


def pack_columns(
    audience: pa.DictionaryArray,
    track_hash: NDArray[np.uint64],
    scores: NDArray[np.float64],
    *,
    as_of: datetime,
    max_entries: int,
) -> tuple[pa.Array, list[bytes]]:
    """Pack scores into one row an audience, best first, at most ``max_entries`` each.

    The three columns have equal length; pairs of (audience, track) are distinct and scores lie in
    [0, 1]. Returns the audiences, sorted, and their rows. The same set of scores gives the same
    bytes in whatever order its rows stand.
    """
    limit = min(max_entries, MAX_ENTRIES)
    names = audience.dictionary
    by_name = pc.array_sort_indices(names).to_numpy()
    rank = np.empty(len(names), dtype=np.int64)
    rank[by_name] = np.arange(len(names))
    row = rank[audience.indices.to_numpy()]
    quantised = np.floor(scores * SCORE_SCALE + 0.5).astype(np.uint64)
    best_first = _best_first(row, quantised, track_hash)
    row, hashes, quantised = row[best_first], track_hash[best_first], quantised[best_first]
    start = np.searchsorted(row, np.arange(len(names) + 1))
    lengths = np.minimum(np.diff(start), limit)
    held = np.flatnonzero(lengths)
    if lengths.max(initial=0) < np.diff(start).max(initial=0):
        kept = np.arange(len(row)) - start[row] < limit
        row, hashes, quantised = row[kept], hashes[kept], quantised[kept]
    rows = _packed(held, lengths, _wide_rows(row, hashes), hashes, quantised, as_of)
    return names.take(pa.array(by_name[held])), rows


def unpack_rows(rows: pa.Array) -> ScoreColumns:
    """Read an Arrow array of packed rows into columns; checksums are left to who stored them.

    Raises:
        PackedRowError: the header or length of a row is not that of a packed row.
    """
    bounds, data = value_layout(rows)
    size, begin = np.diff(bounds), bounds[:-1]
    if (size < HEADER.size).any():
        raise PackedRowError(f"Row {int(np.argmax(size < HEADER.size))} has no header.")
    version, hash_bytes = data[begin], data[begin + 1]
    odd = (version != FORMAT) | ((hash_bytes != NARROW_BYTES) & (hash_bytes != WIDE_BYTES))
    if odd.any():
        i = int(np.argmax(odd))
        raise PackedRowError(f"Row {i} has format {version[i]} and {hash_bytes[i]}-byte hashes.")
    count = data[begin + 2].astype(np.int64) | data[begin + 3].astype(np.int64) << 8
    entry_size = hash_bytes.astype(np.int64) + 2
    odd = size != HEADER.size + count * entry_size
    if odd.any():
        i = int(np.argmax(odd))
        raise PackedRowError(f"Row {i} has not the length of {count[i]} entries.")

    start = np.concatenate(([0], np.cumsum(count)))
    if not start[-1]:
        return ScoreColumns(start, np.zeros(0, np.uint64), entry_size > 8, np.zeros(0, np.uint16))
    is_wide = hash_bytes == WIDE_BYTES
    step = np.repeat(entry_size, count) if is_wide.any() else _WORD
    at = np.repeat(begin + HEADER.size, count)
    at += (np.arange(start[-1]) - np.repeat(start[:-1], count)) * step
    words = np.ndarray(len(data) - _WORD + 1, dtype="<u8", buffer=data.data, strides=(1,))[at]
    scores = (words & np.uint64(0xFFFF)).astype(np.uint16)
    hashes = words >> np.uint64(NARROW_SHIFT)
    wide = np.flatnonzero(np.repeat(is_wide, count)) if is_wide.any() else ()
    if len(wide):
        behind = at[wide] + _WORD
        hashes[wide] = words[wide]
        scores[wide] = data[behind] | data[behind + 1].astype(np.uint16) << 8
    return ScoreColumns(start, hashes, is_wide, scores)


def _best_first(
    row: NDArray[np.int64], quantised: NDArray[np.uint64], hashes: NDArray[np.uint64]
) -> NDArray[np.int64]:
    """Return the order by row, then score falling, then hash."""
    key = (row.astype(np.uint64) << np.uint64(16)) | (np.uint64(SCORE_SCALE) - quantised)
    order = np.argsort(key)
    key = key[order]
    same = key[1:] == key[:-1]
    if same.any():
        tied = np.flatnonzero(np.concatenate((same, [False])) | np.concatenate(([False], same)))
        among = order[tied]
        order[tied] = among[np.lexsort((hashes[among], key[tied]))]
    return order


def _wide_rows(row: NDArray[np.int64], hashes: NDArray[np.uint64]) -> frozenset[int]:
    """Return the rows in which two tracks share a narrow hash."""
    shift = np.uint64(NARROW_SHIFT)
    mixed = (hashes >> shift << shift) + row.astype(np.uint64) * _ODD
    in_order = np.sort(mixed)
    twice = in_order[1:][in_order[1:] == in_order[:-1]]
    suspects = np.flatnonzero(np.isin(mixed, twice)) if len(twice) else ()
    seen: set[tuple[int, int]] = set()
    wide = set()
    for index in suspects:
        pair = int(row[index]), int(hashes[index] >> shift)
        if pair in seen:
            wide.add(pair[0])
        seen.add(pair)
    return frozenset(wide)


def _packed(
    held: NDArray[np.int64],
    lengths: NDArray[np.int64],
    wide: frozenset[int],
    hashes: NDArray[np.uint64],
    quantised: NDArray[np.uint64],
    as_of: datetime,
) -> list[bytes]:
    as_of_ms = int(as_of.timestamp() * 1000)
    shift = np.uint64(NARROW_SHIFT)
    words = ((hashes >> shift << shift) | quantised).astype("<u8").tobytes()
    packed = []
    begin = 0
    for row, count in zip(held.tolist(), lengths[held].tolist(), strict=True):
        end = begin + count
        entries, hash_bytes = words[8 * begin : 8 * end], NARROW_BYTES
        if row in wide:
            array = np.empty(count, dtype=_WIDE_ENTRY)
            array["hash"], array["score"] = hashes[begin:end], quantised[begin:end]
            entries, hash_bytes = array.tobytes(), WIDE_BYTES
        packed.append(HEADER.pack(FORMAT, hash_bytes, count, crc32(entries), as_of_ms) + entries)
        begin = end
    return packed
