"""Noun score: the bytes of one packed row, read with the standard library alone.

A row is a 16-byte little-endian header (format, hash bytes, count, CRC-32 of the entries, as_of
in milliseconds) and ``count`` entries, best score first. A narrow entry is 8 bytes: the 48-bit
hash of the track above a 16-bit score. A wide entry is 10 bytes: the 64-bit hash, then the score;
the packer uses wide entries only where two tracks of one row share a 48-bit hash.
"""

import struct
from dataclasses import dataclass
from math import ceil
from zlib import crc32

HEADER = struct.Struct("<BBHIQ")
FORMAT = 2
NARROW_BYTES = 6
WIDE_BYTES = 8
SCORE_SCALE = 65535
MAX_ENTRIES = 65535
_WIDE_ENTRY = struct.Struct("<QH")


class PackedRowError(ValueError):
    """The bytes are no packed row: wrong format, wrong length or wrong checksum."""


@dataclass(frozen=True)
class PackedRow:
    """The scores of one audience: hashes and quantised scores (0..65535), best first."""

    as_of_ms: int
    is_wide: bool
    hashes: tuple[int, ...]  # 48-bit, or 64-bit where is_wide
    scores: tuple[int, ...]


def lowest_score(min_relevance: float) -> int:
    """Return the lowest quantised score whose relevance is at least ``min_relevance``."""
    return ceil(min_relevance * SCORE_SCALE - 1e-6)


def as_of_s(packed: bytes) -> float:
    """Return the instant that a packed row's scores are of, in epoch seconds."""
    as_of_ms: int = HEADER.unpack_from(packed)[4]
    return as_of_ms / 1000


def unpack_row(packed: bytes) -> PackedRow:
    """Read one packed row.

    Raises:
        PackedRowError: the header, length or checksum is not that of a packed row.
    """
    if len(packed) < HEADER.size:
        raise PackedRowError(f"A packed row has at least 16 bytes; this one has {len(packed)}.")
    version, hash_bytes, count, checksum, as_of_ms = HEADER.unpack_from(packed)
    entries = packed[HEADER.size :]
    if version != FORMAT or hash_bytes not in (NARROW_BYTES, WIDE_BYTES):
        raise PackedRowError(f"Unknown packed row: format {version}, {hash_bytes}-byte hashes.")
    if len(entries) != count * (hash_bytes + 2) or crc32(entries) != checksum:
        raise PackedRowError(f"A packed row of {count} entries is damaged.")
    if hash_bytes == WIDE_BYTES:
        pairs = tuple(_WIDE_ENTRY.iter_unpack(entries))
        return PackedRow(as_of_ms, True, tuple(p[0] for p in pairs), tuple(p[1] for p in pairs))
    words = struct.unpack(f"<{count}Q", entries)
    return PackedRow(
        as_of_ms, False, tuple(w >> 16 for w in words), tuple(w & 0xFFFF for w in words)
    )
