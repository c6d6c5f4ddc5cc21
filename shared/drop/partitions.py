"""Noun drop: sound rows whose keys stand anywhere in the file, parted by a hash of the key.

Whatever a file's size made one expect, memory holds `HELD_BYTES` of rows or one part, and a part
that came out too large is parted again: only the rows of one key cannot be.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shared.drop.duplicates import LINE
from shared.drop.refusals import RefusedFileError
from shared.drop.row_judging import SoundRows
from shared.score.hash_columns import id_hashes

HELD_BYTES = 64 << 20  # of rows that are parted in files after all
SPILLED_BYTES = 24 << 20  # of rows that are parted in files at once
PART_BYTES = 32 << 20  # of a part's file that is not parted again
MOST_PART_BYTES = 96 << 20  # of a part that was: of scores, about 2.8 million rows of an audience
BITS = 8
MANY = 1 << BITS
RUN_LENGTH = 4  # mean length of runs of one value from which runs are looked at, not rows


class Partitions:
    """Rows in ``many`` parts: in memory where there is one and it is small, else in files."""

    def __init__(self, key: str, many: int, scratch: Path | None = None, *, level: int = 0) -> None:
        """Part by this column; ``many`` is a power of two up to 256.

        Files lie below ``scratch``, or where the system has them. ``level`` is how often the rows
        were parted before.
        """
        self._key, self._many, self._scratch, self._level = key, many, scratch, level
        self._folder = TemporaryDirectory(dir=scratch) if many > 1 else None
        self._writers: dict[int, pa.ipc.RecordBatchStreamWriter] = {}
        self._files: dict[int, pa.NativeFile] = {}
        self._held: list[pa.RecordBatch] = []
        self._held_bytes = 0

    def add(self, rows: SoundRows, columns: dict[str, pa.Array]) -> Iterator[pa.Table]:
        """Take rows in; no key is complete before the last row."""
        columns = {**columns, LINE: pa.array(rows.lines)}
        if self._folder is None:
            columns[self._key] = _encoded(columns[self._key])
        batch = pa.record_batch(columns)
        if self._folder and self._held and self._held[-1].schema != batch.schema:
            self._spill_held()  # of another file of the drop, whose keys are no dictionary
        self._held.append(batch)
        self._held_bytes += batch.nbytes
        if self._folder is None and self._held_bytes > HELD_BYTES:
            self._many, self._folder = MANY, TemporaryDirectory(dir=self._scratch)
        if self._folder and self._held_bytes > SPILLED_BYTES:
            self._spill_held()
        return iter(())

    def rest(self) -> Iterator[pa.Table]:
        """Hand on the parts, each by line.

        Raises:
            RefusedFileError: too many rows have one key (too_many_rows_of_one_key).
        """
        if self._folder is None:
            if self._held:
                yield _tidy(pa.Table.from_batches(self._held))
            return
        self._spill_held()
        for number in sorted(self._writers):
            self._writers.pop(number).close()
            self._files.pop(number).close()
            path = Path(self._path(number))
            yield from self._part(path)
            path.unlink()

    def close(self) -> None:
        """Remove the scratch files."""
        try:
            for each in (*self._writers.values(), *self._files.values()):
                each.close()
        finally:
            if self._folder:
                self._folder.cleanup()

    def _path(self, number: int) -> str:
        assert self._folder is not None  # noqa: S101
        return f"{self._folder.name}/{number:03}"

    def _part(self, path: Path) -> Iterator[pa.Table]:
        """Hand on the rows of a file, in parts where they are too many."""
        size = path.stat().st_size
        with pa.OSFile(str(path), "rb") as source:
            stream = pa.ipc.open_stream(source)
            if size <= PART_BYTES or (self._level and size <= MOST_PART_BYTES):
                yield _tidy(stream.read_all())
                return
            if self._level:
                raise _of_one_key(self._key)
            with closing(Partitions(self._key, MANY, self._scratch, level=1)) as parts:
                for batch in stream:
                    parts._spill(_columns(batch))
                yield from parts.rest()

    def _spill_held(self) -> None:
        """Part what is held: many rows at a time, since each part takes its share of a write."""
        if self._held:
            table = _tidy(pa.Table.from_batches(self._held))
            self._held.clear()
            self._held_bytes = 0
            self._spill({name: _one(table.column(name)) for name in table.schema.names})

    def _spill(self, columns: dict[str, pa.Array]) -> None:
        """Append rows to the scratch files of their parts."""
        key = self._key
        encoded = _encoded(columns[key])
        shift = np.uint64(64 - (self._many.bit_length() - 1))
        hashes = id_hashes(encoded.dictionary) << np.uint64(self._level * BITS)
        part = (hashes >> shift).astype(np.uint8)
        by_part = np.argsort(part, kind="stable")
        dictionary = encoded.dictionary.take(pa.array(by_part))
        rank = np.empty(len(part), dtype=np.int32)
        rank[by_part] = np.arange(len(part), dtype=np.int32)
        codes = encoded.indices.to_numpy()
        row_part = part[codes]
        order = np.argsort(row_part, kind="stable")
        codes = rank[codes][order]
        ordered = {n: _taken(v, order) for n, v in columns.items() if n != key}
        every = np.arange(self._many + 1)
        first_row = np.searchsorted(row_part[order], every)
        first_value = np.searchsorted(part[by_part], every)
        for number in np.flatnonzero(np.diff(first_row)).tolist():
            a, b = int(first_row[number]), int(first_row[number + 1])
            base, end = int(first_value[number]), int(first_value[number + 1])
            arrays = {n: v[a:b] for n, v in ordered.items()}
            arrays[key] = pa.DictionaryArray.from_arrays(
                pa.array(codes[a:b] - np.int32(base)), dictionary[base:end]
            )
            self._append(number, pa.record_batch(arrays))

    def _append(self, number: int, batch: pa.RecordBatch) -> None:
        if number not in self._writers:
            file = pa.OSFile(self._path(number), "wb")
            self._files[number] = pa.BufferedOutputStream(file, 1 << 16)
            self._writers[number] = pa.ipc.new_stream(self._files[number], batch.schema)
        self._writers[number].write_batch(batch)


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _columns(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    return dict(zip(batch.schema.names, batch.columns, strict=True))


def _of_one_key(key: str) -> RefusedFileError:
    return RefusedFileError(
        "too_many_rows_of_one_key",
        f"So many rows have the same {key} that they do not fit into memory together "
        f"({MOST_PART_BYTES >> 20} MB). Send fewer rows of each {key} in one drop.",
    )


def _encoded(values: pa.Array) -> pa.DictionaryArray:
    """Return values as a dictionary; where they stand in runs, each run is looked up once."""
    if isinstance(values, pa.DictionaryArray) or len(values) < RUN_LENGTH:
        return values if isinstance(values, pa.DictionaryArray) else values.dictionary_encode()
    heads = np.flatnonzero(np.asarray(pc.not_equal(values[1:], values[:-1]))) + 1
    if len(heads) * RUN_LENGTH > len(values):
        return values.dictionary_encode()
    heads = np.concatenate(([0], heads))
    of_heads = values.take(pa.array(heads)).dictionary_encode()
    lengths = np.diff(np.append(heads, len(values)))
    codes = np.repeat(of_heads.indices.to_numpy(), lengths)
    return pa.DictionaryArray.from_arrays(pa.array(codes), of_heads.dictionary)


def _taken(values: pa.Array, order: NDArray[np.int64]) -> pa.Array:
    is_number = pa.types.is_floating(values.type) or pa.types.is_integer(values.type)
    if is_number and not values.null_count:
        return pa.array(values.to_numpy()[order], values.type)
    return values.take(pa.array(order))


def _tidy(table: pa.Table) -> pa.Table:
    """Return a table of one chunk a column, with one dictionary a column."""
    return table.unify_dictionaries().combine_chunks()
