"""Noun drop: sound rows whose keys stand anywhere in the file, parted by a hash of the key."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shared.drop.duplicates import LINE
from shared.drop.row_judging import SoundRows
from shared.score.hash_columns import id_hashes

RUN_LENGTH = 4  # mean length of runs of one value from which runs are looked at, not rows


class Partitions:
    """Rows in ``many`` parts: in memory where there is one, else in scratch files."""

    def __init__(self, key: str, many: int) -> None:
        """Part by this column; ``many`` is a power of two up to 256."""
        self._key, self._many = key, many
        self._folder = TemporaryDirectory() if many > 1 else None
        self._writers: dict[int, pa.ipc.RecordBatchStreamWriter] = {}
        self._files: dict[int, pa.NativeFile] = {}
        self._held: list[pa.RecordBatch] = []

    def add(self, rows: SoundRows, columns: dict[str, pa.Array]) -> Iterator[pa.Table]:
        """Take rows in; no key is complete before the last row."""
        columns = {**columns, LINE: pa.array(rows.lines)}
        if self._folder:
            self._spill(columns, Path(self._folder.name))
        else:
            columns[self._key] = _encoded(columns[self._key])
            self._held.append(pa.record_batch(columns))
        return iter(())

    def rest(self) -> Iterator[pa.Table]:
        """Hand on the parts, each by line."""
        if self._folder is None:
            if self._held:
                yield _tidy(pa.Table.from_batches(self._held))
            return
        for number in sorted(self._writers):
            self._writers.pop(number).close()
            self._files.pop(number).close()
            path = Path(self._folder.name) / f"{number:03}"
            with pa.OSFile(str(path), "rb") as source:
                table = pa.ipc.open_stream(source).read_all()
            path.unlink()
            yield _tidy(table)

    def close(self) -> None:
        """Remove the scratch files."""
        for each in (*self._writers.values(), *self._files.values()):
            each.close()
        if self._folder:
            self._folder.cleanup()

    def _spill(self, columns: dict[str, pa.Array], folder: Path) -> None:
        """Append rows to the scratch files of their parts."""
        key = self._key
        encoded = _encoded(columns[key])
        shift = np.uint64(64 - (self._many.bit_length() - 1))
        part = (id_hashes(encoded.dictionary) >> shift).astype(np.uint8)
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
            self._append(number, pa.record_batch(arrays), folder)

    def _append(self, number: int, batch: pa.RecordBatch, folder: Path) -> None:
        if number not in self._writers:
            file = pa.OSFile(str(folder / f"{number:03}"), "wb")
            self._files[number] = pa.BufferedOutputStream(file, 1 << 16)
            self._writers[number] = pa.ipc.new_stream(self._files[number], batch.schema)
        self._writers[number].write_batch(batch)


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
