"""Noun score: the bytes of one packed row, read with the standard library alone.

A row is a 16-byte little-endian header (format, hash bytes, count, CRC-32 of the entries, as_of
in milliseconds) and ``count`` entries, best score first. A narrow entry is 8 bytes: the 48-bit
hash of the track above a 16-bit score. A wide entry is 10 bytes: the 64-bit hash, then the score;
the packer uses wide entries only where two tracks of one row share a 48-bit hash.
"""

import struct
from collections.abc import Container
from dataclasses import dataclass
from itertools import compress, repeat
from math import ceil
from operator import and_, rshift
from zlib import crc32

from shared.score.hashes import NARROW_SHIFT

HEADER = struct.Struct("<BBHIQ")
FORMAT = 2
NARROW_BYTES = 6
WIDE_BYTES = 8
SCORE_BITS = 16
SCORE_SCALE = 65535
MAX_ENTRIES = 65535
_WIDE_ENTRY = struct.Struct("<QH")


class PackedRowError(ValueError):
    """The bytes are no packed row: wrong format, wrong length or wrong checksum."""


@dataclass(frozen=True)
class PackedRow:
    """The scores of one audience, best first."""

    as_of_ms: int
    is_wide: bool
    words: tuple[int, ...]  # of each entry its hash above 16 bits, and its quantised score

    @property
    def hashes(self) -> tuple[int, ...]:
        """Return the tracks' hashes: of 48 bits, or of 64 where the row is wide."""
        return tuple(map(rshift, self.words, repeat(SCORE_BITS)))

    @property
    def scores(self) -> tuple[int, ...]:
        """Return the quantised scores, 0 to 65535."""
        return tuple(map(and_, self.words, repeat(SCORE_SCALE)))

    def entries_of(self, known: Container[int]) -> list[tuple[int, int]]:
        """Return the (hash, score) of the entries whose narrow hash is known."""
        shift = SCORE_BITS + (NARROW_SHIFT if self.is_wide else 0)
        is_known = map(known.__contains__, map(rshift, self.words, repeat(shift)))
        kept = compress(self.words, is_known)
        return [(word >> SCORE_BITS, word & SCORE_SCALE) for word in kept]


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
        pairs = _WIDE_ENTRY.iter_unpack(entries)
        return PackedRow(as_of_ms, True, tuple(h << SCORE_BITS | score for h, score in pairs))
    return PackedRow(as_of_ms, False, struct.unpack(f"<{count}Q", entries))
