"""Noun drop: rows of CSV and TSV files.

Lines of plain shape are parsed in bulk; lines of any other shape are read one by one, as RFC 4180
has it. No row is hidden: where rows and exceptions of a block do not add up to its lines, all of
its lines are read one by one.
"""

import csv
from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shared.drop.datasets import Dataset, Kind
from shared.drop.delimited_headers import read_header
from shared.drop.line_feed import LineFeed
from shared.drop.line_shapes import blank_lines, odd_lines, separator_counts
from shared.drop.loose_fields import loose_fields
from shared.drop.plain_lines import Parse, plain_table
from shared.drop.raw_rows import RawRows, Record
from shared.drop.refusals import RefusedFileError
from shared.drop.text_blocks import TextBlock

Screen = Callable[[TextBlock, str], NDArray[np.bool_]]


class DelimitedFile:
    """One CSV or TSV file, read once."""

    def __init__(
        self,
        blocks: Iterator[TextBlock],
        dataset: Dataset,
        screen: Screen = odd_lines,
        parse: Parse = plain_table,
    ) -> None:
        """Read the header; ``screen`` says which lines of a block are read one by one.

        The others go to ``parse``, which is not trusted to find each of them.

        Raises:
            RefusedFileError: the header does not fit, or there is none.
        """
        self._feed = LineFeed(blocks)
        self._screen, self._parse = screen, parse
        self.header = read_header(self._feed, dataset)
        self._width = len(self.header.names)
        self._single_line = [
            p
            for p, c in zip(self.header.positions, dataset.columns, strict=True)
            if p is not None and c.kind is not Kind.TEXT
        ]

    def rows(self) -> Iterator[RawRows]:
        """Yield the rows below the header; blank lines are none.

        Raises:
            RefusedFileError: a quote swallows lines (unterminated_quote).
        """
        while (block := self._feed.next_block()) is not None:
            left_out = blank_lines(block)
            records: list[Record] = []
            for record, lines in self._records(block, self._screen(block, self.header.delimiter)):
                begin = record.line - block.first_line
                left_out[begin : begin + lines] = True
                if record.text.strip():
                    records.append(record)
            yield self._parsed(block, left_out, records)

    def _parsed(
        self, block: TextBlock, left_out: NDArray[np.bool_], records: list[Record]
    ) -> RawRows:
        """Parse in bulk what is not left out."""
        faults: list[tuple[str, NDArray[np.int64]]] = []
        table = self._table(_without(block, left_out))
        if table is None:
            # Some line has another number of fields: count them all, once.
            fields = separator_counts(block, self.header.delimiter) + 1
            for code, is_so in (
                ("too_few_fields", fields < self._width),
                ("too_many_fields", fields > self._width),
            ):
                faults.append((code, np.flatnonzero(is_so & ~left_out) + block.first_line))
            left_out = left_out | (fields != self._width)
            table = self._table(_without(block, left_out))
        lines = np.flatnonzero(~left_out) + block.first_line
        if table is None or table.num_rows != len(lines):
            chosen = ~left_out
            lines, table = lines[:0], self._empty_table()
            records.extend(record for record, _ in self._records(block, chosen))
            records.sort(key=lambda record: record.line)
        columns = tuple(
            None if p is None else table.column(str(p)).combine_chunks()
            for p in self.header.positions
        )
        kept = np.ones(len(lines), dtype=bool)
        first = columns[self.header.positions.index(self.header.first)]
        for row in self.header.like_names(first):
            line = int(lines[row])
            text = block.text(line - block.first_line)
            fields_found = loose_fields(text, self.header.delimiter)
            if self.header.is_repeated_by(fields_found, line):
                records.append(Record(line, fault="repeated_header", text=text))
                kept[row] = False
        if not kept.all():
            lines = lines[kept]
            columns = tuple(c if c is None else c.filter(pa.array(kept)) for c in columns)
        return RawRows(lines, columns, tuple(records), tuple(faults), block)

    def _table(self, data: bytes) -> pa.Table | None:
        if not data:
            return self._empty_table()
        wanted = [p for p in self.header.positions if p is not None]
        return self._parse(data, self.header.delimiter, self._width, wanted)

    def _empty_table(self) -> pa.Table:
        wanted = (str(p) for p in self.header.positions if p is not None)
        return pa.table({name: pa.array([], pa.string()) for name in wanted})

    def _records(self, block: TextBlock, chosen: NDArray[np.bool_]) -> Iterator[tuple[Record, int]]:
        """Yield the records of the chosen lines, and how many lines each takes.

        Raises:
            RefusedFileError: a quote swallows lines (unterminated_quote).
        """
        done = -1
        for index in np.flatnonzero(chosen).tolist():
            if index <= done:
                continue
            texts: list[str] = []
            source = self._feed.texts_from(block, index, texts)
            line = block.first_line + index
            fields: list[str] | None
            try:
                fields = next(csv.reader(source, delimiter=self.header.delimiter, strict=True), [])
            except csv.Error as error:
                if len(texts) > 1 or "end of data" in str(error):
                    raise _unterminated(line) from error
                fields = None
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
        elif self.header.is_repeated_by(fields, line):
            fault = "repeated_header"
        if fault or fields is None:
            return Record(line, fault=fault, text=text)
        values = tuple(None if p is None else fields[p] for p in self.header.positions)
        return Record(line, values, text=text)

    def _hides_rows(self, fields: list[str]) -> bool:
        """Say whether a record of several lines is more likely a stray quote than text.

        A quote that swallows k line ends leaves the separators of k rows inside its field.
        """
        between = self._width - 1
        return (
            len(fields) != self._width
            or any(_line_ends(fields[p]) for p in self._single_line)
            or any(
                0 < _line_ends(f) * between <= f.count(self.header.delimiter)
                for f in fields
                if between
            )
        )


def _without(block: TextBlock, left_out: NDArray[np.bool_]) -> bytes:
    if not left_out.any():
        return block.data
    kept = np.repeat(~left_out, block.ends - block.starts)
    return block.bytes[kept].tobytes()


def _line_ends(field: str) -> int:
    return field.count("\n") + field.count("\r") - field.count("\r\n")


def _unterminated(line: int) -> RefusedFileError:
    return RefusedFileError(
        "unterminated_quote",
        f'The quote that opens on line {line:,} swallows the lines after it. Close it, or write "" '
        "for a quote inside a field.",
        line,
    )
