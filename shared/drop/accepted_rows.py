"""Noun drop: sound rows of a whole file become accepted ones, without its duplicates.

Rows of one key may stand anywhere in a file. Where they stand together, rows are handed on while
the file is read; else they are parted by a hash of the key first, in scratch files. Either way
memory holds a part of the file, and the same rows are accepted.
"""

import math
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import pyarrow as pa

from shared.drop.datasets import Dataset
from shared.drop.duplicates import LINE, duplicates
from shared.drop.erased_rows import without_erased
from shared.drop.grouped_rows import GroupedRows
from shared.drop.inflation import PACKED
from shared.drop.ownership import OTHERS, Ownership
from shared.drop.parquet import MAGIC, parquet_row_count
from shared.drop.partitions import Partitions
from shared.drop.profiling import Profiler
from shared.drop.refusals import RefusedFileError
from shared.drop.rejections import RejectionLog
from shared.drop.row_judging import SoundRows
from shared.drop.sinks import RowSink
from shared.drop.time_limits import check_time
from shared.erasure.erasures import Erasures
from shared.request.budgets import TimeBudget
from shared.score.schema import AUDIENCE_ID

PART_BYTES = 16 << 20  # of a text file; rows of a part take about as much memory
PART_ROWS = 1 << 16  # of a Parquet file
INFLATION = 6  # what a compressed file is expected to become; if more, parts are parted again
MOST_PARTS = 256


def parts_of(*paths: Path) -> int:
    """Return into how many parts the rows of these files go, a power of two."""
    wanted = max(1, math.ceil(sum(map(_parts, paths))))
    return min(MOST_PARTS, 1 << (wanted - 1).bit_length())


def _parts(path: Path) -> float:
    with path.open("rb") as file:
        head = file.read(len(MAGIC))
    if head == MAGIC:
        with suppress(RefusedFileError):
            return parquet_row_count(path) / PART_ROWS
    return path.stat().st_size * (INFLATION if head.startswith(PACKED) else 1) / PART_BYTES


def accept_rows(
    rows: Iterator[SoundRows],
    store: GroupedRows | Partitions,
    dataset: Dataset,
    *,
    sink: RowSink,
    log: RejectionLog,
    profiler: Profiler,
    ownership: Ownership | None,
    erased: Erasures,
    budget: TimeBudget | None,
) -> int:
    """Hand rows to the sink, and return how many; log duplicates and rows of erased audiences.

    Raises:
        NotGroupedError: the rows are not grouped as the store needs them; what the sink has is
            void.
        RefusedFileError: there is no time, or there are too many rows of one key.
    """

    def write(table: pa.Table) -> int:
        present = without_erased(table, dataset, log, LINE, erased)
        return _write(_own(present, log, ownership), dataset, sink, log, profiler)

    with closing(store):
        many = 0
        for part in rows:
            if not len(part.lines):
                continue
            columns = _alike(sink.stored(part.columns), dataset.partition_column)
            for table in store.add(part, columns):
                many += write(table)
        for table in store.rest():
            check_time(budget)
            many += write(table)
    return many


def _alike(columns: dict[str, pa.Array], key: str) -> dict[str, pa.Array]:
    """Return columns of one type in every part: all but the key without dictionaries."""
    return {
        name: values.cast(pa.string())
        if name != key and isinstance(values, pa.DictionaryArray)
        else values
        for name, values in columns.items()
    }


def _own(table: pa.Table, log: RejectionLog, ownership: Ownership | None) -> pa.Table:
    """Leave out and log rows of audiences that belong to somebody else."""
    if ownership is None:
        return table
    refused = ownership.refused(table.column(AUDIENCE_ID).combine_chunks())
    if not refused.any():
        return table
    log.add_many(table.column(LINE).to_numpy()[refused], OTHERS, AUDIENCE_ID)
    return table.filter(pa.array(~refused))


def _write(
    table: pa.Table, dataset: Dataset, sink: RowSink, log: RejectionLog, profiler: Profiler
) -> int:
    left_out = duplicates(table, dataset.row_key, [c.name for c in dataset.columns])
    if left_out:
        stays = np.ones(table.num_rows, dtype=bool)
        lines = table.column(LINE).to_numpy()
        for code, rows in left_out.items():
            log.add_many(lines[rows], code)
            stays[rows] = False
        table = table.filter(pa.array(stays))
    if table.num_rows:
        profiler.add(table)
        sink.write(table)
    return int(table.num_rows)
