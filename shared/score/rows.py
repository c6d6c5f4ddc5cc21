"""Noun score: packing columns of scores into rows, and rows back into columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shared.score.hashes import NARROW_SHIFT, id_hash
from shared.score.packed_row import (
    FORMAT,
    HEADER,
    MAX_ENTRIES,
    NARROW_BYTES,
    SCORE_SCALE,
    WIDE_BYTES,
    PackedRowError,
)

_WIDE_ENTRY = np.dtype([("hash", "<u8"), ("score", "<u2")])


@dataclass(frozen=True)
class ScoreColumns:
    """Scores of many rows as columns; row i's entries stand at ``start[i]:start[i + 1]``."""

    start: NDArray[np.int64]  # (rows + 1)
    hashes: NDArray[np.uint64]  # (entries) 48-bit hash, or 64-bit where the row is wide
    is_wide: NDArray[np.bool_]  # (rows)
    scores: NDArray[np.uint16]  # (entries) relevance times SCORE_SCALE


def pack_rows(
    audience_ids: Sequence[str] | Any,
    track_ids: Sequence[str] | Any,
    scores: Sequence[float] | NDArray[np.float64],
    *,
    as_of: datetime,
    max_entries: int,
) -> tuple[list[str], list[bytes]]:
    """Pack scores into one row an audience, best first, at most ``max_entries`` each.

    The three columns have equal length and may be lists or Arrow arrays; pairs of (audience,
    track) are distinct and scores lie in [0, 1]. Returns the audiences, sorted, and their rows.
    The same set of scores gives the same bytes in whatever order its rows stand.
    """
    limit = min(max_entries, MAX_ENTRIES)
    audiences, audience_index = _encode(audience_ids)
    tracks, track_index = _encode(track_ids)
    track_hashes = np.array([id_hash(t) for t in tracks], dtype=np.uint64)
    rank = np.empty(len(audiences), dtype=np.int64)
    by_name = sorted(range(len(audiences)), key=audiences.__getitem__)
    rank[by_name] = np.arange(len(audiences))

    row = rank[audience_index]
    hashes = track_hashes[track_index]
    quantised = np.floor(np.asarray(scores, dtype=np.float64) * SCORE_SCALE + 0.5).astype(np.uint64)
    best_first = np.lexsort((hashes, SCORE_SCALE - quantised, row))
    row, hashes, quantised = row[best_first], hashes[best_first], quantised[best_first]
    start = np.searchsorted(row, np.arange(len(audiences) + 1))
    as_of_ms = int(as_of.timestamp() * 1000)
    packed = [
        _pack_row(hashes[a:b], quantised[a:b], as_of_ms)
        for a, b in zip(start[:-1], np.minimum(start[1:], start[:-1] + limit), strict=True)
    ]
    return [audiences[i] for i in by_name], packed


def unpack_rows(rows: Sequence[bytes]) -> ScoreColumns:
    """Read packed rows into columns; checksums are left to the store that they were read from.

    Raises:
        PackedRowError: the header or length of a row is not that of a packed row.
    """
    hashes: list[NDArray[np.uint64]] = []
    scores: list[NDArray[np.uint64]] = []
    is_wide = np.zeros(len(rows), dtype=bool)
    start = np.zeros(len(rows) + 1, dtype=np.int64)
    for i, packed in enumerate(rows):
        if len(packed) < HEADER.size:
            raise PackedRowError(f"Row {i} has no header.")
        version, hash_bytes, count, _, _ = HEADER.unpack_from(packed)
        if version != FORMAT or hash_bytes not in (NARROW_BYTES, WIDE_BYTES):
            raise PackedRowError(f"Row {i} has format {version} and {hash_bytes}-byte hashes.")
        if len(packed) != HEADER.size + count * (hash_bytes + 2):
            raise PackedRowError(f"Row {i} has not the length of {count} entries.")
        start[i + 1] = start[i] + count
        if hash_bytes == NARROW_BYTES:
            words = np.frombuffer(packed, dtype="<u8", offset=HEADER.size)
            hashes.append(words >> np.uint64(NARROW_SHIFT))
            scores.append(words & np.uint64(0xFFFF))
        else:
            is_wide[i] = True
            entries = np.frombuffer(packed, dtype=_WIDE_ENTRY, offset=HEADER.size)
            hashes.append(entries["hash"])
            scores.append(entries["score"].astype(np.uint64))
    empty = np.zeros(0, dtype=np.uint64)
    joined = np.concatenate([empty, *scores]).astype(np.uint16)
    return ScoreColumns(start, np.concatenate([empty, *hashes]), is_wide, joined)


def _encode(identifiers: Sequence[str] | Any) -> tuple[list[str], NDArray[np.int64]]:
    column = identifiers if isinstance(identifiers, pa.Array | pa.ChunkedArray) else None
    encoded = (pa.array(identifiers, pa.string()) if column is None else column).dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype(np.int64)


def _pack_row(hashes: NDArray[np.uint64], scores: NDArray[np.uint64], as_of_ms: int) -> bytes:
    shift = np.uint64(NARROW_SHIFT)
    narrow = hashes >> shift
    if len(np.unique(narrow)) == len(narrow):
        entries = ((narrow << shift) | scores).astype("<u8").tobytes()
        hash_bytes = NARROW_BYTES
    else:
        wide = np.empty(len(hashes), dtype=_WIDE_ENTRY)
        wide["hash"], wide["score"] = hashes, scores
        entries, hash_bytes = wide.tobytes(), WIDE_BYTES
    return HEADER.pack(FORMAT, hash_bytes, len(hashes), crc32(entries), as_of_ms) + entries
