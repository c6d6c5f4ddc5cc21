"""Noun lookup: who is held out of promotion, by hash."""

from hashlib import blake2b

BUCKETS = 10_000


def is_held_out(share: float, salt: str, *identifiers: str) -> bool:
    """Say whether a listener belongs to the held-out share, in [0, 1], of all listeners.

    ``identifiers`` are the first audience id, and a campaign's id for its own holdout.
    """
    if share <= 0:
        return False
    digest = blake2b("|".join((salt, *identifiers)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % BUCKETS < BUCKETS * share
