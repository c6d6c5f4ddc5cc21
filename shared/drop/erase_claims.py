"""Noun drop: forgetting which producer one audience belongs to."""

from collections.abc import Iterator

import numpy as np

from shared.drop.claim_store import PREFIX, ClaimStore
from shared.drop.claims import decode_claims, shard_of
from shared.erasure.objects import VersionedBucket
from shared.erasure.removals import Removal
from shared.score.hashes import id_hash

PLACE = "claims of producers"
TRIES = 20


class ClaimsMovedError(RuntimeError):
    """Others kept changing the claims while one was to be forgotten; run the erasure again."""


def erase_from_claims(
    audience_id: str, *, claims: ClaimStore, accepted: VersionedBucket, is_dry: bool
) -> Iterator[Removal]:
    """Take the audience's hash out of the claims, and remove what held it. Safe to run twice.

    Raises:
        ClaimsMovedError: others kept changing them.
    """
    hashed = np.uint64(id_hash(audience_id))
    shard = shard_of(hashed)
    if not is_dry:
        _forget(shard, hashed, claims)
    for _, versions in accepted.versions(f"{PREFIX}{shard:02}/"):
        for version in versions:
            body = accepted.read(version.key, version.version_id)
            if body is not None and hashed in decode_claims(body).hashes:
                if not is_dry:
                    accepted.remove(version)
                yield Removal(PLACE, objects=1, rows=1)


def _forget(shard: int, hashed: np.uint64, claims: ClaimStore) -> None:
    for _ in range(TRIES):
        known, key = claims.read(shard)
        if hashed not in known.hashes or claims.replace(shard, key, known.without(hashed)):
            return
    raise ClaimsMovedError("Other drops keep changing the claims. Run the same command again.")
