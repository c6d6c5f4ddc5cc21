"""Noun drop: sound rows whose keys stand together in the file, handed on while it is read."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shared.drop.duplicates import LINE
from shared.drop.row_judging import SoundRows
from shared.score.hash_columns import id_hashes

MOST_HELD = 1 << 19  # rows of one key
SHORTEST_RUN = 4  # mean rows of one key from which a file counts as grouped


class NotGroupedError(Exception):
    """A key stands in two places of the file, two share a hash, or one has too many rows: part."""


@dataclass(frozen=True)
class _Runs:
    """Rows in runs of one key each."""

    keys: pa.Array  # (runs) text
    lengths: NDArray[np.int64]  # (runs)
    others: dict[str, pa.Array]  # (rows) each


class GroupedRows:
    """Cuts between keys; memory holds a part of the file, one key's rows, a hash of each key."""

    def __init__(self, key: str) -> None:
        """Group by this column."""
        self._key = key
        self._held: _Runs | None = None
        self._seen: list[NDArray[np.uint64]] = []

    def add(self, rows: SoundRows, columns: dict[str, pa.Array]) -> Iterator[pa.Table]:
        """Take rows in, by line, and hand on those whose key has ended.

        Raises:
            NotGroupedError: keys change too often, or too seldom.
        """
        found = _runs(columns[self._key], {**columns, LINE: pa.array(rows.lines)}, self._key)
        if SHORTEST_RUN * len(found.keys) > len(rows.lines) + SHORTEST_RUN:
            raise NotGroupedError
        joined = found if self._held is None else _joined(self._held, found)
        last = len(joined.keys) - 1
        if last:
            yield self._table(joined, 0, last)
        self._held = _slice(joined, last, last + 1)
        if self._held.lengths[0] > MOST_HELD:
            raise NotGroupedError

    def rest(self) -> Iterator[pa.Table]:
        """Hand on what is left.

        Raises:
            NotGroupedError: a key came twice; nothing that was handed on may be used.
        """
        if self._held is not None:
            yield self._table(self._held, 0, 1)
        seen = np.sort(np.concatenate(self._seen)) if self._seen else np.zeros(0, np.uint64)
        if (seen[1:] == seen[:-1]).any():
            raise NotGroupedError

    def close(self) -> None:
        """Hold nothing more."""
        self._held = None

    def _table(self, runs: _Runs, first: int, end: int) -> pa.Table:
        handed = _slice(runs, first, end)
        self._seen.append(id_hashes(handed.keys))
        codes = np.repeat(np.arange(len(handed.keys), dtype=np.int32), handed.lengths)
        key = pa.DictionaryArray.from_arrays(pa.array(codes), handed.keys)
        return pa.table({self._key: key, **handed.others})


def _runs(key: pa.Array, columns: dict[str, pa.Array], name: str) -> _Runs:
    values = key.indices if isinstance(key, pa.DictionaryArray) else key
    begins = np.flatnonzero(np.asarray(pc.not_equal(values[1:], values[:-1]))) + 1
    begins = np.concatenate(([0], begins))
    lengths = np.diff(np.append(begins, len(key)))
    keys = key.take(pa.array(begins))
    if isinstance(keys, pa.DictionaryArray):
        keys = keys.cast(pa.string())
    return _Runs(keys, lengths, {n: v for n, v in columns.items() if n != name})


def _joined(held: _Runs, found: _Runs) -> _Runs:
    """Put one run before others; it may go on in the first of them."""
    goes_on = held.keys[0].as_py() == found.keys[0].as_py()
    if goes_on:
        keys, lengths = found.keys, found.lengths.copy()
        lengths[0] += held.lengths[0]
    else:
        keys = pa.concat_arrays([held.keys, found.keys])
        lengths = np.concatenate((held.lengths, found.lengths))
    others = {n: pa.concat_arrays([held.others[n], v]) for n, v in found.others.items()}
    return _Runs(keys, lengths, others)


def _slice(runs: _Runs, first: int, end: int) -> _Runs:
    begin = int(runs.lengths[:first].sum())
    many = int(runs.lengths[first:end].sum())
    return _Runs(
        runs.keys[first:end],
        runs.lengths[first:end],
        {name: column.slice(begin, many) for name, column in runs.others.items()},
    )
