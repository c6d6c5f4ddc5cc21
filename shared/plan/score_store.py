"""Noun plan: which packed rows of accepted drops of scores count, and reading these alone.

Ids are read of every drop, from the newest back; packed rows only where no newer drop has the
audience. Drops of a day mostly replace those of the day before, so little is read twice.
"""

import io
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from itertools import islice
from typing import TypeVar

import boto3
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from shared.drop.accepted_keys import is_put_back, read_accepted_key
from shared.drop.ranged_object import RangedObject
from shared.plan.forecasts import LiveScores, positions_in
from shared.plan.score_places import RowsOfGroup, ScorePlaces, joined_places
from shared.request.clients import bounded
from shared.score.hash_columns import id_hashes
from shared.score.packed_row import as_of_s

PREFIX = "scores/"
READERS = 6  # row groups read side by side, before they are wanted
AT_ONCE = 1 << 20  # bytes; smaller objects are read whole
AUDIENCE, ROW = "audience_id", "row"

Task = TypeVar("Task")
Found = TypeVar("Found")


class AcceptedGoneError(RuntimeError):
    """Something that a plan was solved from is no longer in the bucket of accepted data."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"{key} is no longer in the bucket of accepted data. Restore its last version, or "
            "export a later plan."
        )


class AcceptedScores:
    """Accepted drops of scores."""

    def __init__(self, accepted_bucket: str) -> None:
        """Name the bucket of accepted data."""
        self._bucket = accepted_bucket
        self._client = boto3.client("s3", config=bounded(at_once=READERS))
        self._sizes: dict[str, int] = {}
        self._footers: dict[str, pq.FileMetaData] = {}

    def live(self, since: datetime, *, among: Collection[str] | None = None) -> LiveScores:
        """Return the rows of scores newer than that: of each audience the one of the last drop.

        An audience whose row was taken away, or whose last row is older, has none. Drops that are
        not ``among`` these keys are looked past.

        Raises:
            AcceptedGoneError: one of these keys is not there.
        """
        self._sizes, self._footers = self._listed(), {}
        if among is not None:
            gone = sorted(set(among) - self._sizes.keys())
            if gone:
                raise AcceptedGoneError(gone[0])
            self._sizes = {key: self._sizes[key] for key in among}
        keys = tuple(sorted(k for k in self._sizes if read_accepted_key(k).as_of > since))
        seen = np.zeros(0, dtype=np.uint64)
        parts: list[ScorePlaces] = []
        with ThreadPoolExecutor(READERS) as readers:
            for file in reversed(range(len(keys))):
                groups = range(self._footer(keys[file]).num_row_groups)
                tasks = ((keys[file], group) for group in groups)
                names = list(_in_turn(readers, self._audiences, tasks))
                part = self._places(file, keys[file], names, seen)
                new = np.sort(part.audience)
                seen = np.insert(seen, np.searchsorted(seen, new), new) if len(new) else seen
                parts.append(self._living(part, keys, since))
        return self._at(joined_places(keys, parts))

    def scores_at(self, places: ScorePlaces) -> LiveScores:
        """Return the rows at these places; an erasure may have written their files again."""
        self._sizes, self._footers = {}, {}
        return self._at(places)

    def named_blocks(self, places: ScorePlaces) -> Iterator[tuple[pa.Array, pa.Array]]:
        """Return the ids of audiences and their packed rows at these places, block by block."""
        self._sizes, self._footers = {}, {}
        with ThreadPoolExecutor(READERS) as readers:
            yield from _in_turn(readers, self._named_rows, places.blocks())

    def _at(self, places: ScorePlaces) -> LiveScores:
        return LiveScores(places, lambda: self._blocks(places))

    def _blocks(self, places: ScorePlaces) -> Iterator[pa.Array]:
        with ThreadPoolExecutor(READERS) as readers:
            yield from _in_turn(readers, self._rows, places.blocks())

    def _places(
        self, file: int, key: str, names: list[NDArray[np.uint64]], seen: NDArray[np.uint64]
    ) -> ScorePlaces:
        """Return the last row of each audience of a file that was not seen yet."""
        footer = self._footer(key)
        audience = np.concatenate([np.zeros(0, dtype=np.uint64), *names])
        many = [len(each) for each in names]
        mean = [_row_bytes(footer, group) / max(1, n) for group, n in enumerate(many)]
        _, last = np.unique(audience[::-1], return_index=True)
        kept = np.sort(len(audience) - 1 - last)
        kept = kept[positions_in(seen, audience[kept]) < 0]
        group = np.repeat(np.arange(len(many), dtype=np.int32), many)[kept]
        first = np.cumsum([0, *many])[group]
        return ScorePlaces(
            keys=(),
            audience=audience[kept],
            file=np.full(len(kept), file, dtype=np.int32),
            group=group,
            row=(kept - first).astype(np.int32),
            size=np.array(mean, dtype=np.float32)[group],
        )

    def _living(self, part: ScorePlaces, keys: tuple[str, ...], since: datetime) -> ScorePlaces:
        """Leave out rows that say that there is none, and old ones that were put back."""
        living: list[ScorePlaces] = []
        first = 0
        for block in joined_places(keys, [part]).blocks():
            here = part.part(first, first + len(block.rows))
            first += len(block.rows)
            if is_put_back(block.key) or _has_nulls(self._footer(block.key), block.group):
                rows = self._rows(block).to_pylist()
                lives = [row is not None and as_of_s(row) > since.timestamp() for row in rows]
                here = here.chosen(np.flatnonzero(lives))
            living.append(here)
        return joined_places((), living)

    def _audiences(self, task: tuple[str, int]) -> NDArray[np.uint64]:
        key, group = task
        names = self._open(key).read_row_group(group, columns=[AUDIENCE]).column(AUDIENCE)
        return id_hashes(names.cast(pa.string()).combine_chunks())

    def _rows(self, block: RowsOfGroup) -> pa.Array:
        return self._columns(block, [ROW])[0]

    def _named_rows(self, block: RowsOfGroup) -> tuple[pa.Array, pa.Array]:
        names, rows = self._columns(block, [AUDIENCE, ROW])
        return names.cast(pa.string()), rows

    def _columns(self, block: RowsOfGroup, names: list[str]) -> list[pa.Array]:
        table = self._open(block.key).read_row_group(block.group, columns=names)
        columns = [table.column(name).combine_chunks() for name in names]
        if len(block.rows) == table.num_rows:
            return columns
        return [column.take(pa.array(block.rows)) for column in columns]

    def _footer(self, key: str) -> pq.FileMetaData:
        if key not in self._footers:
            self._footers[key] = pq.ParquetFile(self._source(key)).metadata
        return self._footers[key]

    def _open(self, key: str) -> pq.ParquetFile:
        return pq.ParquetFile(self._source(key), metadata=self._footer(key))

    def _source(self, key: str) -> io.RawIOBase | io.BytesIO:
        if self._sizes.get(key, AT_ONCE) < AT_ONCE:
            return io.BytesIO(self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read())
        return RangedObject(self._client, self._bucket, key, self._sizes.get(key))

    def _listed(self) -> dict[str, int]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=PREFIX
        )
        return {found["Key"]: found["Size"] for page in pages for found in page.get("Contents", [])}


def _in_turn(
    readers: ThreadPoolExecutor, read: Callable[[Task], Found], tasks: Iterable[Task]
) -> Iterator[Found]:
    """Return what is read for each task in order; a few are read ahead."""
    left = iter(tasks)
    begun: deque[Future[Found]] = deque(
        readers.submit(read, task) for task in islice(left, READERS)
    )
    while begun:
        found = begun.popleft().result()
        begun.extend(readers.submit(read, task) for task in islice(left, 1))
        yield found


def _column(footer: pq.FileMetaData, group: int) -> pq.ColumnChunkMetaData:
    return footer.row_group(group).column(footer.schema.names.index(ROW))


def _row_bytes(footer: pq.FileMetaData, group: int) -> int:
    return int(_column(footer, group).total_uncompressed_size)


def _has_nulls(footer: pq.FileMetaData, group: int) -> bool:
    found = _column(footer, group).statistics
    return found is None or not found.has_null_count or found.null_count > 0
