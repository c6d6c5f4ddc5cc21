"""Noun drop: leaving out rows of audiences that belong to another producer."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shared.drop.claim_store import ClaimStore
from shared.drop.claims import Claims, by_shard
from shared.score.hash_columns import id_hashes

OTHERS = "audience_of_other_producer"
TRIES = 20


class ClaimedMeanwhileError(RuntimeError):
    """Somebody else claimed audiences while a drop was judged; judge it again."""


class Ownership:
    """What one producer's drop may say of which audiences.

    ``moved`` maps a prefix of audience ids to the producer that policy gives them to, whoever
    claimed them first; the longest prefix counts.
    """

    def __init__(self, producer: str, moved: Mapping[str, str], claims: ClaimStore) -> None:
        """Judge for this producer."""
        self._producer, self._claims = producer, claims
        self._moved = sorted(moved.items(), key=lambda pair: len(pair[0]))
        self._shards: dict[int, tuple[Claims, str]] = {}
        self._new: dict[int, list[NDArray[np.uint64]]] = {}

    def refused(self, audience_ids: pa.DictionaryArray) -> NDArray[np.bool_]:
        """Return which rows are of an audience of another producer, and note the unclaimed."""
        names = audience_ids.dictionary
        hashes = id_hashes(names)
        refused = np.zeros(len(names), dtype=bool)
        for shard, here in by_shard(hashes):
            if shard not in self._shards:
                self._shards[shard] = self._claims.read(shard)
            known, _ = self._shards[shard]
            refused[here] = known.of_others(hashes[here], self._producer)
            self._new.setdefault(shard, []).append(known.unclaimed(hashes[here]))
        for prefix, owner in self._moved:
            refused[np.asarray(pc.starts_with(names, prefix))] = owner != self._producer
        rows: NDArray[np.bool_] = refused[audience_ids.indices.to_numpy()]
        return rows

    def restart(self) -> None:
        """Forget what was noted: the file is read again."""
        self._new.clear()

    def claim(self) -> None:
        """Claim for the producer what nobody had.

        Safe to run twice: what is claimed already is its own by then.

        Another producer's claims on other audiences of the shard are kept beside its own.

        Raises:
            ClaimedMeanwhileError: another claimed one of its audiences meanwhile; judge again.
        """
        for shard, noted in sorted(self._new.items()):
            self._claim(shard, np.unique(np.concatenate(noted)))

    def _claim(self, shard: int, fresh: NDArray[np.uint64]) -> None:
        known, key = self._shards[shard]
        for _ in range(TRIES):
            if not len(fresh):
                return
            if self._claims.replace(shard, key, known.with_more(fresh, self._producer)):
                return
            known, key = self._claims.read(shard)
            if known.of_others(fresh, self._producer).any():
                break
            fresh = known.unclaimed(fresh)
        raise ClaimedMeanwhileError(f"Audiences of shard {shard} were claimed by another producer.")
