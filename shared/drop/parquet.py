"""Noun drop: rows of Parquet files, read batch by batch."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from shared.drop.datasets import Dataset
from shared.drop.headers import normalised, positions
from shared.drop.inflation import InflatedBytes
from shared.drop.parquet_plans import plan_of
from shared.drop.parquet_types import check_type
from shared.drop.parquet_values import check_values, text_bytes
from shared.drop.raw_rows import RawRows
from shared.drop.refusals import RefusedFileError
from shared.policy.policies import Limits

MAGIC = b"PAR1"
MOST_FOOTER_BYTES = 16 << 20
UNREADABLE = (pa.ArrowException, OSError, UnicodeDecodeError, MemoryError, ValueError)


def parquet_row_count(path: Path) -> int:
    """Return how many rows the footer tells.

    Raises:
        RefusedFileError: not Parquet, or damaged.
    """
    _check_frame(path)
    try:
        return int(pq.read_metadata(path).num_rows)
    except UNREADABLE as error:
        raise _corrupt(error) from error


def parquet_header(path: Path) -> str:
    """Return the names and types of a Parquet file's columns.

    Raises:
        RefusedFileError: not Parquet, or damaged.
    """
    _check_frame(path)
    try:
        return str(pq.read_schema(path).remove_metadata())
    except UNREADABLE as error:
        raise _corrupt(error) from error


def parquet_batches(
    path: Path, dataset: Dataset, limits: Limits, inflated: InflatedBytes
) -> Iterator[tuple[pa.RecordBatch, RawRows]]:
    """Yield the declared columns of each batch under the file's names, and as rows.

    Raises:
        RefusedFileError: not Parquet, damaged, over a limit, or a column is missing or of the
            wrong type.
    """
    _check_frame(path)
    try:
        metadata = pq.read_metadata(path)
        schema = metadata.schema.to_arrow_schema()
        wanted = positions(dataset, list(schema.names), None)
        columns = {
            schema.names[p]: c
            for p, c in zip(wanted, dataset.columns, strict=True)
            if p is not None
        }
        for name, column in columns.items():
            check_type(column, schema.field(name).type)
        groups = (metadata.row_group(i) for i in range(metadata.num_row_groups))
        told = sum(group.total_byte_size for group in groups)
        plan = plan_of(path, metadata, columns, dataset, limits)
        inflated.add(max(told, plan.inflated_bytes))
        file = pq.ParquetFile(
            path,
            read_dictionary=list(plan.dictionaries),
            page_checksum_verification=True,
            buffer_size=1 << 20,
        )
        row, decoded = 1, 0
        for batch in file.iter_batches(plan.batch_rows, columns=list(columns), use_threads=False):
            check_values(batch, row)
            decoded += text_bytes(batch, row, limits)
            if decoded > limits.max_bytes:
                raise RefusedFileError(
                    "decompression_limit",
                    f"The texts of the file are longer than {limits.max_bytes:,} bytes, many of "
                    "them equal. Send it in several drops.",
                )
            yield batch, _rows(batch, row, dataset)
            row += batch.num_rows
    except UNREADABLE as error:
        if isinstance(error, RefusedFileError):
            raise
        raise _corrupt(error) from error


def _rows(batch: pa.RecordBatch, first_row: int, dataset: Dataset) -> RawRows:
    where = {normalised(name): index for index, name in enumerate(batch.schema.names)}
    columns = tuple(
        batch.column(where[c.name]) if c.name in where else None for c in dataset.columns
    )
    return RawRows(np.arange(first_row, first_row + batch.num_rows), columns)


def _corrupt(error: BaseException) -> RefusedFileError:
    return RefusedFileError(
        "corrupt", f"The Parquet file cannot be read ({type(error).__name__}). Write it again."
    )


def _check_frame(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(len(MAGIC))
        file.seek(max(0, path.stat().st_size - 2 * len(MAGIC)))
        tail = file.read()
    if not head:
        raise RefusedFileError("empty_file", "The file is empty.")
    if head != MAGIC:
        raise RefusedFileError(
            "format_mismatch", "The name says parquet, and the content is no Parquet file."
        )
    if not tail.endswith(MAGIC):
        raise RefusedFileError(
            "truncated", "The Parquet file ends in the middle. Send the whole file again."
        )
    size = int.from_bytes(tail[:4], "little")
    if MOST_FOOTER_BYTES < size < path.stat().st_size:
        raise RefusedFileError(
            "decompression_limit",
            f"The Parquet file has a footer of {size:,} bytes. Write fewer columns, or larger row "
            "groups.",
        )
