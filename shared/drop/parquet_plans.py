"""Noun drop: how a Parquet file is read in bounded memory, whatever its pages expand to.

A value that stands once in a dictionary may be that of every row: a file of 300 KB can hold a
gigabyte of text in one batch. So the longest value of each column decides how many rows are
decoded at once, and columns of long values stay dictionaries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shared.drop.datasets import Column, Dataset, Kind
from shared.drop.parquet_pages import (
    DELTA_BYTES,
    DICTIONARY,
    PLAIN,
    ColumnChunk,
    PageError,
    TooManyPagesError,
    column_chunks,
)
from shared.drop.refusals import RefusedFileError
from shared.drop.values import MAX_ID_BYTES
from shared.policy.policies import Limits

BATCH_ROWS = 1 << 17
BATCH_BYTES = 16 << 20  # of text in a batch, as far as pages tell
PAGE_BYTES = 64 << 20  # of the largest pages of all columns, which are held at once
LONG_VALUE = 256  # bytes from which on a column is read as a dictionary


@dataclass(frozen=True)
class ParquetPlan:
    """How many rows are read at once, and which columns, as the file names them, as codes."""

    batch_rows: int
    dictionaries: tuple[str, ...]
    inflated_bytes: int  # of the pages of declared columns


def plan_of(
    path: Path,
    metadata: pq.FileMetaData,
    columns: Mapping[str, Column],
    dataset: Dataset,
    limits: Limits,
) -> ParquetPlan:
    """Return how to read these columns; no page is decompressed before its size is known.

    Raises:
        RefusedFileError: pages contradict the footer (corrupt), are too large or too many
            (decompression_limit), or hold a value that is too long (line_too_long).
    """
    row_bytes = largest = inflated = 0
    dictionaries = []
    where = {metadata.schema.column(i).path: i for i in range(len(metadata.schema))}
    for name, column in columns.items():
        chunks = _chunks(path, metadata, where[name])
        pages = [page for chunk in chunks for page in chunk.pages]
        largest += max((page.size for page in pages if not page.is_dictionary), default=0)
        largest += max((page.size for page in pages if page.is_dictionary), default=0)
        inflated += sum(page.size for page in pages)
        if largest > PAGE_BYTES:
            raise RefusedFileError(
                "decompression_limit",
                f"A page of the column {column.name} inflates to more than memory has room for. "
                "Write pages of about a megabyte, as most writers do unless told.",
            )
        if metadata.schema.column(where[name]).physical_type != "BYTE_ARRAY":
            continue
        mean = _largest_mean(column, chunks, limits)
        longest = _Values(path, metadata, name, limits.max_bytes).longest(chunks)
        can_be_codes = all(page.encoding in (PLAIN, *DICTIONARY) for page in pages)
        are_codes = all(page.encoding in DICTIONARY for page in pages if not page.is_dictionary)
        is_key = column.name == dataset.partition_column
        if can_be_codes and (longest > LONG_VALUE or (are_codes and is_key)):
            dictionaries.append(name)
            longest = min(longest, MAX_ID_BYTES) if column.kind is Kind.ID else longest
        row_bytes += max(mean, longest)
    batch_rows = min(BATCH_ROWS, max(1, BATCH_BYTES // max(1, row_bytes)))
    return ParquetPlan(batch_rows, tuple(dictionaries), inflated)


def _chunks(path: Path, metadata: pq.FileMetaData, column: int) -> list[ColumnChunk]:
    try:
        with path.open("rb") as file:
            return list(column_chunks(file, metadata, column))
    except PageError as error:
        raise RefusedFileError(
            "corrupt", f"The Parquet file cannot be read: {error}. Write it again."
        ) from error
    except TooManyPagesError as error:
        raise RefusedFileError(
            "decompression_limit",
            "The Parquet file has too many pages. Write pages of about a megabyte.",
        ) from error


def _largest_mean(column: Column, chunks: list[ColumnChunk], limits: Limits) -> int:
    """Return how many bytes a row of the page with the longest values takes.

    Raises:
        RefusedFileError: one of its values must be longer than a line may be (line_too_long).
    """
    largest = 0
    for chunk in chunks:
        row = chunk.first_row
        for page in chunk.pages:
            mean = -(-page.size // max(1, page.values))
            if not page.is_dictionary:
                largest = max(largest, mean)
                row += page.values
            # Each value has its length before it, and where it stands takes a few bytes more.
            if mean > limits.max_line_bytes + 64:
                raise too_long(row - (0 if page.is_dictionary else page.values), column, limits)
    return largest


def too_long(row: int, column: Column, limits: Limits) -> RefusedFileError:
    """Return the refusal of a file with a row longer than a line of text may be."""
    return RefusedFileError(
        "line_too_long",
        f"Row {row:,} or one soon after it, its column {column.name} most of all, is longer than "
        f"{limits.max_line_bytes:,} bytes.",
        row,
    )


class _Values:
    """Values of one column, decoded to learn how long they are."""

    def __init__(self, path: Path, metadata: pq.FileMetaData, name: str, most: int) -> None:
        self._path, self._metadata, self._name = path, metadata, name
        self._left = most  # bytes that may be decoded
        self._files: dict[bool, pq.ParquetFile] = {}

    def longest(self, chunks: list[ColumnChunk]) -> int:
        """Return the length of the longest value that may stand in more rows than its bytes."""
        longest = 0
        for chunk in chunks:
            dictionary = max((page.size for page in chunk.pages if page.is_dictionary), default=0)
            delta = max((p.size for p in chunk.pages if p.encoding == DELTA_BYTES), default=0)
            if delta:
                # A value is a prefix of the one before it and more: only decoding tells.
                rows = max(1, BATCH_BYTES // delta)
                longest = max(longest, self._decoded(chunk.group, rows, codes=False))
            elif dictionary > longest:
                first = next((p.encoding for p in chunk.pages if not p.is_dictionary), PLAIN)
                is_seen = first in DICTIONARY
                found = self._decoded(chunk.group, 1, codes=True) if is_seen else dictionary
                longest = max(longest, found)
        return longest

    def _decoded(self, group: int, rows: int, *, codes: bool) -> int:
        if codes not in self._files:
            self._files[codes] = pq.ParquetFile(
                self._path,
                metadata=self._metadata,
                read_dictionary=[self._name] if codes else [],
                buffer_size=1 << 20,
            )
        longest = 0
        batches = self._files[codes].iter_batches(
            rows, row_groups=[group], columns=[self._name], use_threads=False
        )
        for batch in batches:
            values = batch.column(0)
            found = values.dictionary if isinstance(values, pa.DictionaryArray) else values
            lengths = pc.binary_length(found)
            longest = max(longest, pc.max(lengths).as_py() or 0)
            self._left -= pc.sum(lengths).as_py() or 0
            if self._left < 0:
                raise RefusedFileError(
                    "decompression_limit", "The texts of the file are too long. Make several drops."
                )
            if codes:
                break
        return longest
