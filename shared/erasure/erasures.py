"""Noun erasure: which audiences were erased.

An erased audience is kept as a keyed BLAKE2b hash of 128 bits (RFC 7693), so that the list names
nobody to whoever has not the key, and one million audiences are looked up in half a second.
"""

from dataclasses import dataclass, replace
from hashlib import blake2b

DIGEST_BYTES = 16
NOBODY = "(erased)"
"""Stands where an erased audience stood and something must stand; it is never served."""
_OF_THE_KEY = "key of the list of erased audiences"


class ErasureListError(RuntimeError):
    """The list of erased audiences, or its key, is not what it was; nothing may go on without."""


@dataclass(frozen=True)
class Erasures:
    """All erased audiences; empty it needs no key."""

    key: bytes = b""
    digests: frozenset[bytes] = frozenset()

    def __bool__(self) -> bool:
        """Say whether anybody was erased."""
        return bool(self.digests)

    def has(self, audience_id: str) -> bool:
        """Say whether an audience was erased."""
        return bool(self.digests) and _digest(self.key, audience_id) in self.digests

    def without(self, audience_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Return a list without who was erased; one that named nobody else names `NOBODY`.

        An empty list means everybody, which the loss of its last id must not come to mean.
        """
        left = tuple(each for each in audience_ids if not self.has(each))
        return left if left or not audience_ids else (NOBODY,)

    def with_one(self, audience_id: str) -> "Erasures":
        """Return these and one more."""
        return replace(self, digests=self.digests | {_digest(self.key, audience_id)})


NOBODY_ERASED = Erasures()


def only(audience_id: str) -> Erasures:
    """Return a single audience to look for, as if it alone were erased."""
    return NOBODY_ERASED.with_one(audience_id)


def encode_erasures(erasures: Erasures) -> bytes:
    """Return the list: what tells its key from others, then the hashes, sorted."""
    return _digest(erasures.key, _OF_THE_KEY) + b"".join(sorted(erasures.digests))


def decode_erasures(body: bytes, key: bytes) -> Erasures:
    """Read a list that was encoded with this key.

    Raises:
        ErasureListError: the list is damaged, or was made with another key.
    """
    if len(body) % DIGEST_BYTES or not body.startswith(_digest(key, _OF_THE_KEY)):
        raise ErasureListError(
            "The list of erased audiences is damaged, or its key is another than it was made with. "
            "Restore the version of the secret and of the list that belong together."
        )
    starts = range(DIGEST_BYTES, len(body), DIGEST_BYTES)
    return Erasures(key, frozenset(body[at : at + DIGEST_BYTES] for at in starts))


def _digest(key: bytes, text: str) -> bytes:
    return blake2b(text.encode(), key=key, digest_size=DIGEST_BYTES).digest()
