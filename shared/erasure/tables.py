"""Noun erasure: Parquet files without the rows of one audience."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from shared.erasure.erasures import NOBODY


def rows_of(path: Path, columns: Sequence[str], audience_id: str) -> int:
    """Return how many rows of a file name an audience in any of these columns."""
    with pq.ParquetFile(path) as file:
        named = [name for name in columns if name in file.schema_arrow.names]
        return sum(
            int(_names(file.read_row_group(group, named), named, audience_id).sum())
            for group in range(file.num_row_groups)
        )


def write_without(
    path: Path, into: Path, columns: Sequence[str], audience_id: str, *, keeps_places: bool
) -> None:
    """Write a file again without an audience, with the same row groups, metadata and codec.

    Where rows are known by their places, `NOBODY` stands in the place of each, without values:
    whoever noted places before finds the rows of all others where they were.
    """
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        named = [name for name in columns if name in schema.names]
        with pq.ParquetWriter(
            into, schema, compression=_codec(file), use_dictionary=False
        ) as writer:
            for group in range(file.num_row_groups):
                table = file.read_row_group(group)
                gone = _names(table, named, audience_id)
                left = _emptied(table, named, gone) if keeps_places else table.filter(~gone)
                if left.num_rows:
                    writer.write_table(left.cast(schema), row_group_size=left.num_rows)


def _emptied(table: pa.Table, named: Sequence[str], gone: NDArray[np.bool_]) -> pa.Table:
    for index, field in enumerate(table.schema):
        nothing = pa.scalar(NOBODY if field.name in named else None, field.type)
        values = pc.if_else(pa.array(gone), nothing, table.column(field.name))
        table = table.set_column(index, field, values)
    return table


def _names(table: pa.Table, columns: Sequence[str], audience_id: str) -> NDArray[np.bool_]:
    """Return which rows name the audience, shape (rows)."""
    found = np.zeros(table.num_rows, dtype=np.bool_)
    for name in columns:
        same = pc.equal(table.column(name).cast(pa.string()), audience_id)
        found |= same.fill_null(False).to_numpy()
    return found


def _codec(file: pq.ParquetFile) -> str:
    if not file.num_row_groups:
        return "none"
    codec = str(file.metadata.row_group(0).column(0).compression).lower()
    return "none" if codec == "uncompressed" else codec
