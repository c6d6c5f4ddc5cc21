"""Noun drop: sound rows of a whole file become accepted ones, without its duplicates.

Rows of one key may stand anywhere in a file. Where they stand together, rows are handed on while
the file is read; else they are parted by a hash of the key first, in scratch files. Either way
memory does not grow with the file, and the same rows are accepted.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow as pa

from shared.drop.datasets import Dataset
from shared.drop.duplicates import LINE, duplicates
from shared.drop.grouped_rows import GroupedRows
from shared.drop.ownership import OTHERS, Ownership
from shared.drop.partitions import Partitions
from shared.drop.profiling import Profiler
from shared.drop.rejections import RejectionLog
from shared.drop.row_judging import SoundRows
from shared.drop.sinks import RowSink
from shared.score.schema import AUDIENCE_ID

PART_BYTES = 16 << 20  # of a text file; rows of a part take about as much memory
INFLATION = 6  # what a compressed file is expected to become
MOST_PARTS = 256


def parts_of(*paths: Path) -> int:
    """Return into how many parts the rows of files of these sizes go, a power of two."""
    wanted = max(1, -(-sum(map(_plain_bytes, paths)) // PART_BYTES))
    return min(MOST_PARTS, 1 << (wanted - 1).bit_length())


def _plain_bytes(path: Path) -> int:
    with path.open("rb") as file:
        is_packed = file.read(4).startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PAR1"))
    return path.stat().st_size * (INFLATION if is_packed else 1)


def accept_rows(
    rows: Iterator[SoundRows],
    store: GroupedRows | Partitions,
    dataset: Dataset,
    *,
    sink: RowSink,
    log: RejectionLog,
    profiler: Profiler,
    ownership: Ownership | None,
) -> int:
    """Hand all rows but duplicates to the sink, log duplicates, and return how many stay.

    Raises:
        NotGroupedError: the rows are not grouped as the store needs them; what the sink has is
            void.
    """
    with closing(store):
        many = 0
        for part in rows:
            if not len(part.lines):
                continue
            for table in store.add(part, sink.stored(part.columns)):
                many += _write(_own(table, log, ownership), dataset, sink, log, profiler)
        for table in store.rest():
            many += _write(_own(table, log, ownership), dataset, sink, log, profiler)
    return many


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
