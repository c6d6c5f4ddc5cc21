"""Noun drop: which audiences a drop that replaces everything takes from the drops before it."""

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shared.drop.accepted_keys import accepted_key, read_accepted_key, undone_drops
from shared.drop.accepted_store import AcceptedBucket
from shared.drop.datasets import SCORES
from shared.drop.drops import Drop
from shared.drop.manifests import FULL
from shared.erasure.erasures import NOBODY

AUDIENCE = "audience_id"


class DroppedMeanwhileError(RuntimeError):
    """The producer's drop before or after it was accepted while it was judged; judge it again."""


class Succession:
    """The accepted drops of scores of one producer beside the one that is judged."""

    def __init__(self, drop: Drop, accepted: AcceptedBucket) -> None:
        """See which stand there now."""
        self._own, self._producer, self._accepted = accepted_key(drop), drop.producer, accepted
        self._seen = self._others()
        self._undone = undone_drops(self._seen)

    def living(self) -> pa.Array | None:
        """Return the audiences that the full drop next after it knows; None if there is none."""
        for key, file in self._files(sorted(key for key in self._seen if key > self._own)):
            if self._is_full(key, file):
                return _audiences(file)
        return None

    def gone(self, mentioned: pa.Array) -> pa.Array:
        """Return the audiences of the drops before it that it, being full, does not mention.

        Looks back as far as the full drop before it, which took away what was older.
        """
        gone = pa.array([], pa.string())
        before = sorted((key for key in self._seen if key < self._own), reverse=True)
        for key, file in self._files(before):
            found = _audiences(file)
            fresh = found.filter(pc.invert(pc.is_in(found, value_set=gone)))
            gone = pa.concat_arrays([gone, fresh])
            if self._is_full(key, file):
                break
        left = gone.filter(pc.invert(pc.is_in(gone, value_set=mentioned)))
        return left.take(pc.array_sort_indices(left))

    def check(self, *, is_full: bool) -> None:
        """See again, once its own rows are stored; of two at the same time one sees the other.

        Raises:
            DroppedMeanwhileError: there is one more that takes from it, or that it takes from.
        """
        for key, file in self._files(sorted(self._others() - self._seen)):
            if is_full if key < self._own else self._is_full(key, file):
                raise DroppedMeanwhileError(f"{key} was accepted while {self._own} was judged.")

    def _others(self) -> set[str]:
        return set(self._accepted.keys(SCORES.name)) - {self._own}

    def _is_full(self, key: str, file: pq.ParquetFile) -> bool:
        """Say whether a file takes away what it does not mention, and was not undone."""
        is_full = file.schema_arrow.metadata.get(b"mode") == FULL.encode()
        return bool(is_full) and read_accepted_key(key).drop_id not in self._undone

    def _files(self, keys: Iterable[str]) -> Iterable[tuple[str, pq.ParquetFile]]:
        for key in keys:
            file = self._accepted.open(key)
            if file.schema_arrow.metadata[b"producer"].decode() == self._producer:
                yield key, file


def _audiences(file: pq.ParquetFile) -> pa.Array:
    found = file.read([AUDIENCE]).column(AUDIENCE).cast(pa.string()).combine_chunks()
    return found.filter(pc.not_equal(found, NOBODY))
