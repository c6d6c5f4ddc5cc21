"""Noun drop: rows of Parquet, batch by batch, of declared types only."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from shared.drop.chunks import CHUNK_ROWS, Chunk, column_positions
from shared.drop.damages import FileDamageError
from shared.drop.datasets import NUMBERS, Column, Dataset, Kind
from shared.drop.streams import PARQUET_MAGIC
from shared.policy.policies import Limits

_READ_ERRORS = (pa.ArrowException, OSError, ValueError, MemoryError, OverflowError)


def parquet_chunks(file: BinaryIO, dataset: Dataset, limits: Limits) -> Iterator[Chunk]:
    """Yield the rows of a plain Parquet file; ``lines`` are row numbers from 1.

    Raises:
        FileDamageError: ``truncated``, ``corrupt``, ``bad_encoding``, ``missing_column``,
            ``duplicate_column``, ``nested_column``, ``wrong_type``, ``too_many_rows`` or
            ``decompression_limit``.
    """
    file.seek(-len(PARQUET_MAGIC), 2)
    if file.read() != PARQUET_MAGIC:
        message = "The Parquet file ends too early; it was cut in transfer."
        raise FileDamageError("truncated", message)
    parquet, positions = _opened(file, dataset)
    metadata = parquet.metadata
    if metadata.num_rows > limits.max_rows:
        message = f"The file has {metadata.num_rows:,} rows; {limits.max_rows:,} are allowed."
        raise FileDamageError("too_many_rows", message)
    wanted = [position for position in positions if position is not None]
    if _inflated_bytes(metadata, parquet.schema_arrow, wanted) > limits.max_inflated_bytes:
        message = f"The columns inflate to more than {limits.max_inflated_bytes:,} bytes."
        raise FileDamageError("decompression_limit", message)
    names = [parquet.schema_arrow.names[position] for position in wanted]
    row = 1
    batches = parquet.iter_batches(batch_size=CHUNK_ROWS, columns=names, use_threads=False)
    while True:
        try:
            batch = next(batches, None)
        except _READ_ERRORS as error:
            message = f"The Parquet data is damaged after row {row - 1:,}."
            raise FileDamageError("corrupt", message, row) from error
        if batch is None:
            break
        by_name = dict(zip(names, (batch.column(name) for name in names), strict=True))
        columns = tuple(
            None
            if position is None
            else _plain(by_name[parquet.schema_arrow.names[position]], column, row)
            for column, position in zip(dataset.columns, positions, strict=True)
        )
        yield Chunk(columns, np.arange(row, row + batch.num_rows, dtype=np.int64))
        row += batch.num_rows
    if row - 1 != metadata.num_rows:
        message = f"The file says {metadata.num_rows:,} rows and holds {row - 1:,}."
        raise FileDamageError("corrupt", message)


def _opened(file: BinaryIO, dataset: Dataset) -> tuple[Any, tuple[int | None, ...]]:
    try:
        schema = pq.ParquetFile(file).schema_arrow
        positions = column_positions(schema.names, dataset)
        for column, position in zip(dataset.columns, positions, strict=True):
            if position is not None:
                _refuse_type(column, schema.types[position])
        texts = [
            schema.names[position]
            for position in positions
            if position is not None and _is_text(schema.types[position])
        ]
        return pq.ParquetFile(
            file, read_dictionary=texts, page_checksum_verification=True
        ), positions
    except FileDamageError:
        raise
    except _READ_ERRORS as error:
        message = "The file begins and ends like Parquet, but cannot be read."
        raise FileDamageError("corrupt", message) from error


def _refuse_type(column: Column, kind: Any) -> None:
    if pa.types.is_nested(kind):
        message = f"The column {column.name} is nested ({kind}); it must be plain."
        raise FileDamageError("nested_column", message)
    if column.kind in NUMBERS:
        is_right = (
            pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind)
        )
    elif column.kind in (Kind.DATE, Kind.DAY_TEXT):
        is_right = _is_text(kind) or pa.types.is_date(kind) or pa.types.is_timestamp(kind)
    elif column.kind is Kind.FLAG:
        is_right = _is_text(kind) or pa.types.is_boolean(kind)
    else:
        is_right = _is_text(kind)
    if not (is_right or pa.types.is_null(kind)):
        message = f"The column {column.name} is {kind}, which its values cannot be."
        raise FileDamageError("wrong_type", message)


def _is_text(kind: Any) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _plain(values: Any, column: Column, row: int) -> Any:
    try:
        values.validate(full=True)
    except pa.ArrowInvalid as error:
        message = f"The column {column.name} holds text that is not valid UTF-8."
        raise FileDamageError("bad_encoding", message, row) from error
    if column.kind in NUMBERS:
        return values.cast(pa.float64(), safe=False)
    kind = values.type
    if pa.types.is_dictionary(kind):
        if pa.types.is_string(kind.value_type):
            return values
        return values.cast(pa.dictionary(pa.int32(), pa.string()))
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        days = values.cast(pa.date32(), safe=False)
        return days if column.kind is Kind.DATE else days.cast(pa.string())
    return values.cast(pa.string())


def _inflated_bytes(metadata: Any, schema: Any, positions: list[int]) -> int:
    names = {schema.names[position] for position in positions}
    total = 0
    for g in range(metadata.num_row_groups):
        group = metadata.row_group(g)
        for c in range(group.num_columns):
            column = group.column(c)
            if column.path_in_schema in names:
                total += column.total_uncompressed_size
    return total
