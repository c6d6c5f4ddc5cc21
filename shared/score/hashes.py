"""Noun score: the hash by which ids stand in packed rows and plans.

MurmurHash64A with seed 0: in the ingest it runs over whole columns (`shared.score.hash_columns`),
where a cryptographic hash would cost more than parsing does.
"""

from functools import lru_cache
from struct import unpack_from

NARROW_SHIFT = 16  # a 6-byte hash is the 8-byte one without its low 16 bits
MULTIPLIER = 0xC6A4A7935BD1E995
SHIFT = 47
_MASK = 0xFFFFFFFFFFFFFFFF
_REMEMBERED = 1 << 16  # candidates come again: remembering one takes 0.1 us, hashing it 1.5


@lru_cache(_REMEMBERED)
def id_hash(identifier: str) -> int:
    """Return the unsigned 64-bit hash of a track's, audience's or campaign's id.

    Source: A. Appleby, MurmurHash2 (2008), the 64-bit version for 64-bit platforms, over UTF-8.
    """
    data = identifier.encode()
    whole = len(data) >> 3
    hashed = (len(data) * MULTIPLIER) & _MASK
    for word in unpack_from(f"<{whole}Q", data):
        mixed = (word * MULTIPLIER) & _MASK
        mixed = ((mixed ^ (mixed >> SHIFT)) * MULTIPLIER) & _MASK
        hashed = ((hashed ^ mixed) * MULTIPLIER) & _MASK
    if len(data) & 7:
        tail = int.from_bytes(data[whole << 3 :], "little")
        hashed = ((hashed ^ tail) * MULTIPLIER) & _MASK
    hashed = ((hashed ^ (hashed >> SHIFT)) * MULTIPLIER) & _MASK
    return hashed ^ (hashed >> SHIFT)


@lru_cache(_REMEMBERED)
def narrow_id_hash(identifier: str) -> int:
    """Return the 48-bit hash by which an id stands in a row of narrow entries."""
    return narrow(id_hash.__wrapped__(identifier))


def narrow(hash64: int) -> int:
    """Return the 48-bit hash that stands for ``hash64`` in a row of narrow entries."""
    return hash64 >> NARROW_SHIFT
