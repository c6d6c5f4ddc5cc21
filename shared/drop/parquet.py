"""Noun drop: records of Parquet files."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import types

from shared.drop.datasets import Column, Dataset, Kind
from shared.drop.file_rows import Record
from shared.drop.headers import positions
from shared.drop.refusals import RefusedFileError

MAGIC = b"PAR1"
BATCH_ROWS = 65_536


def parquet_records(path: Path, dataset: Dataset) -> Iterator[Record]:
    """Yield the rows of a Parquet file, read batch by batch.

    Raises:
        RefusedFileError: not Parquet, damaged, or a column is missing or of the wrong type.
    """
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
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
        found = list(file.schema_arrow.names)
        wanted = positions(dataset, found, None)
        for column, position in zip(dataset.columns, wanted, strict=True):
            if position is not None:
                _check_type(column, file.schema_arrow.field(position).type)
        names = [found[p] for p in wanted if p is not None]
        row = 0
        for batch in file.iter_batches(BATCH_ROWS, columns=names):
            columns = [
                [None] * batch.num_rows if p is None else batch.column(found[p]).to_pylist()
                for p in wanted
            ]
            for values in zip(*columns, strict=True):
                row += 1
                yield Record(row, values)
    except (pa.ArrowException, OSError, UnicodeDecodeError, MemoryError) as error:
        raise RefusedFileError(
            "corrupt", f"The Parquet file cannot be read ({type(error).__name__}). Write it again."
        ) from error


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
    return bool(types.is_floating(found) or types.is_integer(found))


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
