"""Noun drop: rows of JSON lines files.

Lines that hold one flat object with each declared key once are decoded in bulk; others are read
one by one, so that no duplicate key and no second object of a line is hidden; so are all lines of
a block of which the bulk decoder finds another number of rows.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shared.drop.blank_lines import blank_lines
from shared.drop.datasets import NUMBERS, Dataset, Kind
from shared.drop.headers import normalised
from shared.drop.json_documents import lines_alone
from shared.drop.raw_rows import RawRows, Record
from shared.drop.text_blocks import TextBlock

QUOTE, OPENING = 34, 123
_normalised = lru_cache(maxsize=1024)(normalised)

_UNDECODABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class _DuplicateKeyError(ValueError):
    """An object has one key twice."""


class NotFiniteNumber:
    """Stands for a NaN or Infinity literal, which JSON does not have and some writers write."""


NOT_FINITE = NotFiniteNumber()


def parse_object(text: str) -> tuple[object, str]:
    """Return what one line of JSON holds and an empty fault, or the fault."""
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_not_finite), ""
    except _DuplicateKeyError:
        return None, "duplicate_json_key"
    except (ValueError, RecursionError):
        return None, "bad_json"


def json_record(line: int, text: str, names: Sequence[str]) -> Record:
    """Return what stands on a line; keys are spelled like the names of a header, others ignored."""
    found, fault = parse_object(text)
    if fault:
        return Record(line, fault=fault, text=text)
    if not isinstance(found, dict):
        return Record(line, fault="not_an_object", text=text)
    values = dict.fromkeys(names)
    seen: set[str] = set()
    for key, value in found.items():
        name = _normalised(key)
        if name not in values:
            continue
        if name in seen:
            return Record(line, fault="duplicate_json_key", text=text)
        seen.add(name)
        values[name] = value
    return Record(line, tuple(values.values()), text=text)


Decode = Callable[[msgspec.json.Decoder[Any], bytes], list[Any]]


def decoded_lines(decoder: msgspec.json.Decoder[Any], data: bytes) -> list[Any]:
    """Return what lines of JSON hold, one value a line."""
    return decoder.decode_lines(data)


class JsonLines:
    """Reads blocks of JSON lines of one dataset."""

    def __init__(
        self, dataset: Dataset, *, in_bulk: bool = True, decode: Decode = decoded_lines
    ) -> None:
        """Read in bulk where that is safe, by ``decode``, or everything line by line."""
        self._dataset = dataset
        self._names = [c.name for c in dataset.columns]
        self._shapes = [_Shape(dataset, everything, decode) for everything in (False, True)]
        self._shapes = self._shapes if in_bulk else []

    def rows(self, blocks: Iterator[TextBlock]) -> Iterator[RawRows]:
        """Yield the rows of each block; blank lines are none."""
        for block in lines_alone(blocks, self._dataset):
            columns: tuple[pa.Array | None, ...] = tuple(None for _ in self._names)
            plain = np.zeros(len(block.ends), dtype=bool)
            for shape in self._shapes:
                alike = shape.lines_of(block)
                if np.count_nonzero(alike) > np.count_nonzero(plain):
                    columns, plain = shape.columns(block, alike)
            blank = blank_lines(block)
            odd = np.flatnonzero(~plain & ~blank).tolist()
            yield RawRows(
                np.flatnonzero(plain) + block.first_line,
                columns,
                tuple(json_record(block.first_line + i, block.text(i), self._names) for i in odd),
                block=block,
                blank=int(np.count_nonzero(blank)),
            )


class _Shape:
    """Objects with the needed keys alone, or with all declared keys, in any order."""

    def __init__(self, dataset: Dataset, everything: bool, decode: Decode) -> None:
        self._decode = decode
        taken = [c for c in dataset.columns if everything or c.is_needed]
        texts = [c for c in taken if c.kind not in (*NUMBERS, Kind.FLAG)]
        types = {c.name: float if c.kind in NUMBERS else str for c in taken}
        row = msgspec.defstruct("Row", types.items(), gc=False)
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(row)
        self._columns = [(c.name if c in taken else "", types.get(c.name)) for c in dataset.columns]
        self._quotes = 2 * (len(taken) + len(texts))
        self._is_usable = all(c.kind is not Kind.FLAG for c in taken)

    def lines_of(self, block: TextBlock) -> NDArray[np.bool_]:
        """Return which lines can hold nothing but one object of this shape, shape (lines)."""
        many = len(block.ends)
        if not self._is_usable:
            return np.zeros(many, dtype=bool)
        alike: NDArray[np.bool_] = _count(block, QUOTE) == self._quotes
        alike &= block.bytes[block.starts] == OPENING
        for odd in (b"\\", b"\0"):
            if odd in block.data:
                alike &= _count(block, odd[0]) == 0
        return alike

    def columns(
        self, block: TextBlock, lines: NDArray[np.bool_]
    ) -> tuple[tuple[pa.Array | None, ...], NDArray[np.bool_]]:
        """Return the columns of those of these lines that decode, and which do."""
        data = block.data
        if not lines.all():
            data = block.bytes[np.repeat(lines, block.ends - block.starts)].tobytes()
        try:
            rows = self._decode(self._decoder, data)
        except _UNDECODABLE:
            rows = []
        if len(rows) != np.count_nonzero(lines):
            rows, lines = self._one_by_one(block, lines)
        columns = (
            pa.array([getattr(row, name) for row in rows], pa.float64() if t is float else None)
            if name
            else None
            for name, t in self._columns
        )
        return tuple(columns), lines

    def _one_by_one(
        self, block: TextBlock, lines: NDArray[np.bool_]
    ) -> tuple[list[Any], NDArray[np.bool_]]:
        rows, decoded = [], np.zeros(len(lines), dtype=bool)
        for index in np.flatnonzero(lines).tolist():
            try:
                rows.append(
                    self._decoder.decode(block.data[block.starts[index] : block.ends[index]])
                )
            except _UNDECODABLE:
                continue
            decoded[index] = True
        return rows, decoded


def _count(block: TextBlock, byte: int) -> NDArray[np.int64]:
    found = np.searchsorted(block.ends, np.flatnonzero(block.bytes == byte), side="right")
    return np.bincount(found, minlength=len(block.ends))


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DuplicateKeyError
    return found


def _not_finite(literal: str) -> NotFiniteNumber:
    return NOT_FINITE
