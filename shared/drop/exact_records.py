"""Noun drop: lines of CSV and TSV files read one by one, as RFC 4180 has it.

Spaces before a quote are taken off, as they are round every id. A line whose quotes RFC 4180 does
not allow, as ``"rock"x``, is a row with the fault ``bad_quote``: it has neither too few fields nor
too many, and to guess which quote was meant would repair an id.
"""

import csv
import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from shared.drop.blank_lines import is_blank
from shared.drop.datasets import Dataset, Kind
from shared.drop.delimited_headers import Header
from shared.drop.line_feed import LineFeed
from shared.drop.loose_fields import loose_fields
from shared.drop.raw_rows import Record
from shared.drop.refusals import RefusedFileError
from shared.drop.text_blocks import TextBlock
from shared.drop.values import NOT_A_DATE, NOT_A_NUMBER, NOT_KNOWN, READERS, Fault

_SPACED_QUOTE = re.compile(' +"')
_UNFIT = (NOT_A_NUMBER, NOT_A_DATE, NOT_KNOWN)


class ExactRecords:
    """Reads single records of one file."""

    def __init__(self, feed: LineFeed, header: Header, dataset: Dataset) -> None:
        """Records that go on beyond a block take their lines from the feed."""
        self._feed, self._header = feed, header
        self._width = len(header.names)
        places = [
            (position, column.kind)
            for position, column in zip(header.positions, dataset.columns, strict=True)
            if position is not None
        ]
        self._single_line = [p for p, kind in places if kind is not Kind.TEXT]
        self._typed = [(p, READERS[k]) for p, k in places if k not in (Kind.ID, Kind.TEXT)]

    def of(self, block: TextBlock, chosen: NDArray[np.bool_]) -> Iterator[tuple[Record, int]]:
        """Yield the records of the chosen lines, and how many lines each takes.

        Raises:
            RefusedFileError: a quote swallows lines (unterminated_quote).
        """
        delimiter = self._header.delimiter
        done = -1
        for index in np.flatnonzero(chosen).tolist():
            if index <= done:
                continue
            text = block.text(index)
            if is_blank(text, delimiter):
                continue
            texts: list[str] = []
            source = self._feed.texts_from(block, index, texts)
            line = block.first_line + index
            skips = self._has_spaced_quote(text)
            reader = csv.reader(source, delimiter=delimiter, strict=True, skipinitialspace=skips)
            fields: list[str] | None
            try:
                fields = next(reader, [])
            except csv.Error as error:
                if len(texts) > 1 or "end of data" in str(error):
                    raise _unterminated(line) from error
                # Without a quote it is a lone carriage return, which the field's own rule refuses.
                plain = texts[0].rstrip("\r\n")
                fields = None if '"' in plain else plain.split(delimiter)
            if len(texts) > 1 and self._hides_rows(fields or []):
                raise _unterminated(line)
            done = index + len(texts) - 1
            yield self._record(line, fields, "".join(texts)), len(texts)

    def _record(self, line: int, fields: list[str] | None, text: str) -> Record:
        fault = ""
        if fields is None:
            fault = "bad_quote"
        elif len(fields) != self._width:
            fault = "too_many_fields" if len(fields) > self._width else "too_few_fields"
        elif self._header.is_repeated_by(fields, line):
            fault = "repeated_header"
        if fault or fields is None:
            return Record(line, fault=fault, text=text)
        values = tuple(None if p is None else fields[p] for p in self._header.positions)
        return Record(line, values, text=text)

    def _has_spaced_quote(self, text: str) -> bool:
        if ' "' not in text:
            return False
        fields = loose_fields(text, self._header.delimiter)
        return any(_SPACED_QUOTE.match(field) for field in fields)

    def _hides_rows(self, fields: list[str]) -> bool:
        """Say whether a record of several lines is a stray quote over rows rather than text.

        A stray quote that another one closes further down leaves a record of the right width only
        where it swallows whole rows; and then the lines that it joins are rows, each by itself.
        So a record hides rows if it has another width, or if two of its lines are like rows.
        """
        return len(fields) != self._width or any(
            self._joins_rows(fields, position)
            for position, field in enumerate(fields)
            if "\n" in field
        )

    def _joins_rows(self, fields: list[str], position: int) -> bool:
        lines = [line.split(self._header.delimiter) for line in fields[position].split("\n")]
        lines[0] = [*fields[:position], *lines[0]]
        lines[-1] = [*lines[-1], *fields[position + 1 :]]
        rows = [line for line in lines if len(line) == self._width]
        if position not in self._single_line:
            rows = [row for row in rows if self._is_like_a_row(row)]
        return len(rows) > 1

    def _is_like_a_row(self, fields: list[str]) -> bool:
        """Say whether a line with as many fields as a row is one, rather than prose with commas.

        Prose has words where numbers, dates and codes stand, and a space after each comma.
        """
        values = [read(fields[p].strip().replace(",", ".")) for p, read in self._typed]
        if any(isinstance(value, Fault) and value in _UNFIT for value in values):
            return False
        has_value = any(not isinstance(value, Fault) for value in values)
        return has_value or not all(field.startswith(" ") for field in fields[1:])


def _unterminated(line: int) -> RefusedFileError:
    return RefusedFileError(
        "unterminated_quote",
        f'The quote that opens on line {line:,} swallows the lines after it. Close it, or write "" '
        "for a quote inside a field.",
        line,
    )
