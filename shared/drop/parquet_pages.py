"""Noun drop: the pages of a Parquet file as their own headers tell, without reading what they hold.

A file's footer says how large its columns are, and may say anything; a reader takes as much memory
as the headers of pages ask for, so these are what limits are held against.

Source: apache/parquet-format, parquet.thrift, and the compact protocol of Apache Thrift.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import pyarrow.parquet as pq

PLAIN, DICTIONARY, DELTA_BYTES = 0, (2, 8), 7  # encodings
MOST_PAGES = 100_000  # of one file
_WINDOWS = (256, 1 << 14, 1 << 20)  # bytes that a header may take
_DATA, _INDEX, _DICTIONARY, _DATA_V2 = range(4)
_FIELDS = {_DATA: (5, 1, 2), _DATA_V2: (8, 1, 4), _DICTIONARY: (7, 1, 2)}
_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _STRUCT = 1, 2, 3, 7, 8, 12
_DEEPEST = 8


class PageError(ValueError):
    """A page is not what its header, or the footer, says."""


class TooManyPagesError(ValueError):
    """The file has more pages than a sound writer makes of it."""


@dataclass(frozen=True, slots=True)
class Page:
    """What one page holds: so many values, in so many bytes once it is decompressed."""

    is_dictionary: bool
    values: int
    encoding: int
    size: int


@dataclass(frozen=True)
class ColumnChunk:
    """One column of one row group."""

    group: int
    first_row: int  # from 1
    pages: tuple[Page, ...]


def column_chunks(file: BinaryIO, metadata: pq.FileMetaData, column: int) -> Iterator[ColumnChunk]:
    """Yield the chunks of a flat column.

    Raises:
        PageError: headers cannot be read, or contradict the footer.
        TooManyPagesError: there are too many of them.
    """
    row = 1
    left = MOST_PAGES
    for group in range(metadata.num_row_groups):
        rows = metadata.row_group(group).num_rows
        chunk = metadata.row_group(group).column(column)
        pages = tuple(_pages(file, chunk, left)) if rows else ()
        if sum(page.values for page in pages if not page.is_dictionary) != rows:
            raise PageError(f"row group {group} has other values than rows")
        yield ColumnChunk(group, row, pages)
        row += rows
        left -= len(pages)
    if row != metadata.num_rows + 1:
        raise PageError("row groups have other rows than the file")


def _pages(file: BinaryIO, chunk: Any, most: int) -> Iterator[Page]:
    at = chunk.data_page_offset
    if chunk.has_dictionary_page and 0 < chunk.dictionary_page_offset < at:
        at = chunk.dictionary_page_offset
    end = at + chunk.total_compressed_size
    left = chunk.num_values
    while at < end and left > 0:
        header, size = _header(file, at)
        kind, inflated, packed = (_size(header.get(field)) for field in (1, 2, 3))
        at += size + packed
        if kind not in _FIELDS:
            continue
        most -= 1
        if most < 0:
            raise TooManyPagesError
        inner, values_at, encoding_at = _FIELDS[kind]
        told = header.get(inner)
        if not isinstance(told, dict):
            raise PageError("a page does not say what it holds")
        values, encoding = _size(told.get(values_at)), _size(told.get(encoding_at))
        yield Page(kind == _DICTIONARY, values, encoding, inflated)
        left -= 0 if kind == _DICTIONARY else values


def _size(value: object) -> int:
    if isinstance(value, int) and 0 <= value < 1 << 31:
        return value
    raise PageError("a page does not say how large it is")


def _header(file: BinaryIO, at: int) -> tuple[dict[int, Any], int]:
    """Read the header at an offset, and return it with its size."""
    for window in _WINDOWS:
        file.seek(at)
        data = file.read(window)
        try:
            return _struct(data, 0, 0)
        except IndexError:
            continue
    raise PageError("a page has no header")


def _struct(data: bytes, at: int, depth: int) -> tuple[dict[int, Any], int]:
    if depth > _DEEPEST:
        raise PageError("a header nests too deep")
    found: dict[int, Any] = {}
    field = 0
    while head := data[at]:
        at += 1
        if head >> 4:
            field += head >> 4
        else:
            field, at = _zigzag(data, at)
        found[field], at = _value(data, at, head & 15, depth)
    return found, at + 1


def _value(data: bytes, at: int, kind: int, depth: int) -> tuple[Any, int]:
    if kind in (_TRUE, _FALSE):
        return kind == _TRUE, at
    if _BYTE < kind < _DOUBLE:
        return _zigzag(data, at)
    if kind == _STRUCT:
        return _struct(data, at, depth + 1)
    if kind == _BINARY:
        size, at = _varint(data, at)
        if at + size > len(data):
            raise IndexError
        return None, at + size
    if kind == _BYTE:
        return data[at], at + 1
    if kind == _DOUBLE:
        return None, at + 8
    raise PageError(f"a header holds a value of kind {kind}")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while (byte := data[at]) & 128:
        value |= (byte & 127) << shift
        shift += 7
        at += 1
        if shift > 63:
            raise PageError("a number never ends")
    return value | byte << shift, at + 1


def _zigzag(data: bytes, at: int) -> tuple[int, int]:
    value, at = _varint(data, at)
    return (value >> 1) ^ -(value & 1), at
