"""Noun drop: which producer an audience belongs to: the one whose rows were accepted first.

Audiences stand by their 64-bit hash in shards, so that a small drop reads little.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

SHARD_BITS = 4
SHARDS = 1 << SHARD_BITS


@dataclass(frozen=True)
class Claims:
    """Claims of one shard, by hash of the audience."""

    hashes: NDArray[np.uint64]  # (claims) rising
    owner: NDArray[np.int32]  # (claims) index into producers
    producers: tuple[str, ...]

    def of_others(self, hashes: NDArray[np.uint64], producer: str) -> NDArray[np.bool_]:
        """Return which of these audiences another producer has claimed, shape (hashes)."""
        at, known = self._find(hashes)
        mine = self.producers.index(producer) if producer in self.producers else -1
        return known & (self.owner[at] != mine) if len(self.hashes) else known

    def unclaimed(self, hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return those of these audiences that nobody has claimed."""
        return np.unique(hashes[~self._find(hashes)[1]])

    def with_more(self, hashes: NDArray[np.uint64], producer: str) -> "Claims":
        """Return the claims and those of a producer on audiences that nobody has."""
        producers = tuple(dict.fromkeys((*self.producers, producer)))
        everything = np.concatenate((self.hashes, hashes))
        owner = np.full(len(hashes), producers.index(producer), dtype=np.int32)
        order = np.argsort(everything)
        return Claims(everything[order], np.concatenate((self.owner, owner))[order], producers)

    def without(self, hashed: np.uint64) -> "Claims":
        """Return the claims but that on one audience."""
        kept = self.hashes != hashed
        return Claims(self.hashes[kept], self.owner[kept], self.producers)

    def _find(self, hashes: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        if not len(self.hashes):
            return np.zeros(len(hashes), dtype=np.int64), np.zeros(len(hashes), dtype=bool)
        at = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        return at, self.hashes[at] == hashes


NO_CLAIMS = Claims(np.zeros(0, np.uint64), np.zeros(0, np.int32), ())


def shards_of(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the shard of each audience, shape (hashes)."""
    return (hashes >> np.uint64(64 - SHARD_BITS)).astype(np.int64)


def shard_of(hashed: np.uint64) -> int:
    """Return the shard of one audience."""
    return int(shards_of(np.array([hashed]))[0])


def by_shard(hashes: NDArray[np.uint64]) -> Iterator[tuple[int, NDArray[np.bool_]]]:
    """Yield each shard that these audiences are in, and which of them are."""
    shards = shards_of(hashes)
    for shard in np.unique(shards).tolist():
        yield shard, shards == shard


def encode_claims(claims: Claims) -> bytes:
    """Return claims as a Parquet file; equal claims have equal bytes."""
    owners = pa.DictionaryArray.from_arrays(pa.array(claims.owner), pa.array(claims.producers))
    body = io.BytesIO()
    table = pa.table({"audience_hash": claims.hashes, "producer": owners})
    pq.write_table(table, body, compression="zstd")
    return body.getvalue()


def decode_claims(body: bytes) -> Claims:
    """Read what `encode_claims` wrote."""
    table = pq.read_table(io.BytesIO(body))
    owners = table.column("producer").combine_chunks().dictionary_encode()
    if isinstance(owners, pa.ChunkedArray):
        owners = owners.chunk(0)
    return Claims(
        table.column("audience_hash").to_numpy(),
        owners.indices.to_numpy().astype(np.int32),
        tuple(owners.dictionary.to_pylist()),
    )
