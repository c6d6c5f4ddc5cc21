"""Noun drop: rows of CSV and TSV files.

Lines of plain shape are parsed in bulk; lines of any other shape are read one by one, as RFC 4180
has it. No row is hidden: where rows and exceptions of a block do not add up to its lines, all of
its lines are read one by one.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shared.drop.blank_lines import blank_lines
from shared.drop.datasets import Dataset
from shared.drop.delimited_headers import read_header
from shared.drop.exact_records import ExactRecords
from shared.drop.line_feed import LineFeed
from shared.drop.line_shapes import odd_lines, separator_counts
from shared.drop.loose_fields import loose_fields
from shared.drop.plain_lines import Parse, plain_table
from shared.drop.raw_rows import RawRows, Record
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
        self._exact = ExactRecords(self._feed, self.header, dataset)

    def rows(self) -> Iterator[RawRows]:
        """Yield the rows below the header; blank lines are none.

        Raises:
            RefusedFileError: a quote swallows lines (unterminated_quote).
        """
        while (block := self._feed.next_block()) is not None:
            left_out = blank_lines(block, self.header.delimiter)
            blank = int(np.count_nonzero(left_out))
            records: list[Record] = []
            for record, lines in self._exact.of(block, self._screen(block, self.header.delimiter)):
                begin = record.line - block.first_line
                left_out[begin : begin + lines] = True
                records.append(record)
            yield replace(self._parsed(block, left_out, records), blank=blank)

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
            records.extend(record for record, _ in self._exact.of(block, chosen))
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


def _without(block: TextBlock, left_out: NDArray[np.bool_]) -> bytes:
    if not left_out.any():
        return block.data
    kept = np.repeat(~left_out, block.ends - block.starts)
    return block.bytes[kept].tobytes()
