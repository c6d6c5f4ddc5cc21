"""The way of a file to packed rows as Oasis goes it, without a rule of acceptance.

The same reader, the same grouping or parting by audience and the same packing; no value is judged,
no duplicate looked for, nothing counted.
"""

from contextlib import closing, suppress

import numpy as np
import pyarrow as pa

from shared.drop.accepted import PackedScores
from shared.drop.accepted_rows import parts_of
from shared.drop.candidates import Candidate
from shared.drop.datasets import Column
from shared.drop.grouped_rows import GroupedRows, NotGroupedError
from shared.drop.partitions import Partitions
from shared.drop.raw_rows import RawRows
from shared.drop.row_judging import SoundRows
from shared.drop.sound_values import arrow_type


def pack_without_rules(candidate: Candidate, sink: PackedScores) -> None:
    """Pack the rows of a file that is known to be sound.

    Raises:
        ValueError: a row was not of plain shape, so that only rules could tell what it says.
    """
    key, parts = candidate.dataset.partition_column, parts_of(candidate.path)
    if parts > 1:
        with suppress(NotGroupedError):
            _pack(candidate, GroupedRows(key), sink)
            return
        sink.restart()
    _pack(candidate, Partitions(key, parts), sink)


def _pack(candidate: Candidate, store: GroupedRows | Partitions, sink: PackedScores) -> None:
    with closing(store):
        for raw in candidate.rows():
            rows = _taken_as_sound(candidate.dataset.columns, raw)
            if not len(rows.lines):
                continue
            for table in store.add(rows, sink.stored(rows.columns)):
                sink.write(table)
        for table in store.rest():
            sink.write(table)


def _taken_as_sound(columns: tuple[Column, ...], raw: RawRows) -> SoundRows:
    if raw.records or any(len(lines) for _, lines in raw.faults):
        raise ValueError("The file has rows that are not of plain shape.")
    many = len(raw.lines)
    return SoundRows(
        np.asarray(raw.lines),
        {
            column.name: pa.nulls(many, arrow_type(column))
            if found is None
            else found
            if isinstance(found, pa.DictionaryArray)
            else found.cast(arrow_type(column))
            for column, found in zip(columns, raw.columns, strict=True)
        },
    )
