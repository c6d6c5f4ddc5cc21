"""Noun score: the hash by which ids stand in packed rows and plans."""

from hashlib import blake2b

NARROW_SHIFT = 16  # a 6-byte hash is the 8-byte one without its low 16 bits


def id_hash(identifier: str) -> int:
    """Return the unsigned 64-bit hash of a track's or audience's id.

    Source: BLAKE2b with an 8-byte digest (RFC 7693), read as a big-endian integer.
    """
    return int.from_bytes(blake2b(identifier.encode(), digest_size=8).digest(), "big")


def narrow(hash64: int) -> int:
    """Return the 48-bit hash that stands for ``hash64`` in a row of narrow entries."""
    return hash64 >> NARROW_SHIFT
