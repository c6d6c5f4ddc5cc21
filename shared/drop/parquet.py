"""Noun drop: rows of Parquet files, read batch by batch."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import types

from shared.drop.datasets import Column, Dataset, Kind
from shared.drop.headers import positions
from shared.drop.raw_rows import RawRows
from shared.drop.refusals import RefusedFileError
from shared.policy.policies import Limits

MAGIC = b"PAR1"
BATCH_ROWS = 1 << 17


def parquet_rows(path: Path, dataset: Dataset, limits: Limits) -> Iterator[RawRows]:
    """Yield the rows of a Parquet file.

    Raises:
        RefusedFileError: not Parquet, damaged, over a limit, or a column is missing or of the
            wrong type.
    """
    for batch, first_row in parquet_batches(path, dataset, limits):
        columns = tuple(
            batch.column(c.name) if c.name in batch.schema.names else None for c in dataset.columns
        )
        yield RawRows(np.arange(first_row, first_row + batch.num_rows), columns)


def parquet_header(path: Path) -> str:
    """Return the names and types of a Parquet file's columns.

    Raises:
        RefusedFileError: not Parquet, or damaged.
    """
    _check_magic(path)
    try:
        return str(pq.read_schema(path).remove_metadata())
    except (pa.ArrowException, OSError, UnicodeDecodeError, MemoryError, ValueError) as error:
        raise _corrupt(error) from error


def parquet_batches(
    path: Path, dataset: Dataset, limits: Limits
) -> Iterator[tuple[pa.RecordBatch, int]]:
    """Yield the declared columns of each batch under their declared names, and its first row.

    Raises:
        RefusedFileError: as `parquet_rows`.
    """
    _check_magic(path)
    try:
        schema = pq.read_schema(path)
        wanted = positions(dataset, list(schema.names), None)
        names = {
            schema.names[p]: c
            for p, c in zip(wanted, dataset.columns, strict=True)
            if p is not None
        }
        for name, column in names.items():
            _check_type(column, schema.field(name).type)
        file = pq.ParquetFile(
            path,
            read_dictionary=[n for n, c in names.items() if c.name == dataset.partition_column],
            page_checksum_verification=True,
            buffer_size=1 << 20,
        )
        _check_size(file.metadata, limits)
        row = 1
        for batch in file.iter_batches(BATCH_ROWS, columns=list(names), use_threads=False):
            _check_values(batch, row)
            yield batch.rename_columns([names[n].name for n in batch.schema.names]), row
            row += batch.num_rows
    except (pa.ArrowException, OSError, UnicodeDecodeError, MemoryError, ValueError) as error:
        if isinstance(error, RefusedFileError):
            raise
        raise _corrupt(error) from error


def _check_values(batch: pa.RecordBatch, first_row: int) -> None:
    """Check what the reader takes on trust: encoding, offsets and the codes of dictionaries.

    Raises:
        RefusedFileError: text is no UTF-8 (bad_encoding).
        pa.ArrowInvalid: anything else is wrong.
    """
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            column.validate(full=True)
        except pa.ArrowInvalid as error:
            if "UTF8" not in str(error):
                raise
            raw = column.cast(pa.binary()).to_pylist()
            row = first_row + next(i for i, value in enumerate(raw) if not _is_utf8(value))
            raise RefusedFileError(
                "bad_encoding",
                f"Row {row:,} has text in the column {name} that is not UTF-8. Write it again as "
                "UTF-8.",
                row,
            ) from error


def _is_utf8(value: bytes | None) -> bool:
    try:
        return value is None or value.decode() is not None
    except UnicodeDecodeError:
        return False


def _corrupt(error: BaseException) -> RefusedFileError:
    return RefusedFileError(
        "corrupt", f"The Parquet file cannot be read ({type(error).__name__}). Write it again."
    )


def _check_magic(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(len(MAGIC))
        file.seek(max(0, path.stat().st_size - len(MAGIC)))
        tail = file.read()
    if not head:
        raise RefusedFileError("empty_file", "The file is empty.")
    if head != MAGIC:
        raise RefusedFileError(
            "format_mismatch", "The name says parquet, and the content is no Parquet file."
        )
    if tail != MAGIC:
        raise RefusedFileError(
            "truncated", "The Parquet file ends in the middle. Send the whole file again."
        )


def _check_size(metadata: pq.FileMetaData, limits: Limits) -> None:
    groups = (metadata.row_group(i) for i in range(metadata.num_row_groups))
    if sum(group.total_byte_size for group in groups) > limits.max_inflated_bytes:
        raise RefusedFileError(
            "decompression_limit",
            f"The file inflates beyond {limits.max_inflated_bytes:,} bytes. Send it in parts.",
        )


def _check_type(column: Column, found: pa.DataType) -> None:
    if types.is_dictionary(found):
        found = found.value_type
    if types.is_nested(found):
        raise RefusedFileError("nested_column", f"The column {column.name} is {found}, not flat.")
    if not ALLOWED[column.kind](found):
        raise RefusedFileError(
            "wrong_type",
            f"The column {column.name} is {found}; {column.kind.value} is expected. Cast it before "
            "writing.",
        )


def _is_text(found: pa.DataType) -> bool:
    return bool(types.is_string(found) or types.is_large_string(found) or types.is_null(found))


def _is_number(found: pa.DataType) -> bool:
    return bool(
        types.is_floating(found)
        or types.is_integer(found)
        or types.is_decimal(found)
        or types.is_null(found)
    )


def _is_day(found: pa.DataType) -> bool:
    return bool(types.is_date(found)) or _is_text(found)


def _is_flag(found: pa.DataType) -> bool:
    return bool(types.is_boolean(found)) or _is_text(found)


ALLOWED: dict[Kind, Callable[[pa.DataType], bool]] = {
    Kind.ID: _is_text,
    Kind.TEXT: _is_text,
    Kind.CONTEXT: _is_text,
    Kind.MARKET: _is_text,
    Kind.MARKETS: _is_text,
    Kind.UNIT: _is_number,
    Kind.AMOUNT: _is_number,
    Kind.DATE: _is_day,
    Kind.DAY_TEXT: _is_day,
    Kind.FLAG: _is_flag,
}
