"""Noun drop: rows of CSV and TSV files.

Lines of plain shape are parsed in bulk; lines of any other shape are read one by one, as RFC 4180
has it. No row is hidden: rows and exceptions of a block must add up to its lines.
"""

import csv
import re
from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from shared.drop.datasets import Dataset, Kind
from shared.drop.headers import normalised, positions
from shared.drop.line_shapes import blank_lines, odd_lines, separator_counts
from shared.drop.raw_rows import RawRows, Record
from shared.drop.refusals import RefusedFileError
from shared.drop.text_blocks import TextBlock
from shared.score.hash_columns import string_layout

DELIMITERS = (",", ";", "\t", "|")
_SEP_LINE = re.compile(r"\s*sep=(?P<delimiter>[,;:|^~!#$%&*\t])\s*", re.IGNORECASE)
Screen = Callable[[TextBlock, str], NDArray[np.bool_]]


class DelimitedFile:
    """One CSV or TSV file, read once. ``delimiter`` is known after the header was read."""

    def __init__(
        self, blocks: Iterator[TextBlock], dataset: Dataset, screen: Screen = odd_lines
    ) -> None:
        """Read the header; ``screen`` says which lines of a block are read one by one.

        Raises:
            RefusedFileError: the header does not fit, or there is none.
        """
        self._blocks = blocks
        self._screen = screen
        self._rest = next(blocks, None)
        self._rest_from = 0
        header, line = self._next_line()
        said = _SEP_LINE.fullmatch(header)
        if said:
            self.delimiter = said["delimiter"]
            header, line = self._next_line()
        else:
            self.delimiter = _delimiter(header, dataset)
        if "\0" in header:
            raise RefusedFileError(
                "bad_encoding",
                "The header has NUL characters; UTF-16 needs a byte-order mark.",
                line,
            )
        self.header = next(csv.reader([header], delimiter=self.delimiter))
        self.header_line = line
        self._names = [normalised(name) for name in self.header]
        self.positions = positions(dataset, self.header, line)
        self._first = next(p for p in self.positions if p is not None)
        self._shortest_name = max(1, min(map(len, self._names)))
        self._longest_name = max(map(len, self.header)) + 2
        self._single_line = [
            p
            for p, c in zip(self.positions, dataset.columns, strict=True)
            if p is not None and c.kind is not Kind.TEXT
        ]

    def rows(self) -> Iterator[RawRows]:
        """Yield the rows below the header; blank lines are none.

        Raises:
            RefusedFileError: a quote swallows lines (unterminated_quote).
        """
        for block in self._remaining():
            yield self._rows_of(block)

    def _rows_of(self, block: TextBlock) -> RawRows:
        odd = self._screen(block, self.delimiter)
        taken = np.zeros(len(odd), dtype=bool)
        records: list[Record] = []
        for line, texts, fields in self._records(block, odd):
            begin = line - block.first_line
            taken[begin : begin + len(texts)] = True
            record = self._record(line, fields)
            if record is not None:
                records.append(record)
        return self._parsed(block, taken | blank_lines(block), records)

    def _parsed(
        self, block: TextBlock, left_out: NDArray[np.bool_], records: list[Record]
    ) -> RawRows:
        """Parse in bulk what is not left out."""
        faults: list[tuple[str, NDArray[np.int64]]] = []
        table = self._table(_without(block, left_out))
        if table is None:
            # Some line has another number of fields: count them all, once.
            fields = separator_counts(block, self.delimiter) + 1
            width = len(self.header)
            for code, is_so in (
                ("too_few_fields", fields < width),
                ("too_many_fields", fields > width),
            ):
                lines = np.flatnonzero(is_so & ~left_out) + block.first_line
                faults.append((code, lines))
            left_out = left_out | (fields != width)
            table = self._table(_without(block, left_out))
        lines = np.flatnonzero(~left_out) + block.first_line
        if table is None or table.num_rows != len(lines):
            raise RuntimeError(f"lines from {block.first_line} on: rows do not add up to lines")
        columns = tuple(
            None if p is None else table.column(str(p)).combine_chunks() for p in self.positions
        )
        kept = np.ones(len(lines), dtype=bool)
        for row in self._like_headers(columns):
            index = int(lines[row]) - block.first_line
            fields_found = next(csv.reader([block.text(index)], delimiter=self.delimiter))
            if self._repeats_header(fields_found, int(lines[row])):
                records.append(Record(int(lines[row]), fault="repeated_header"))
                kept[row] = False
        if not kept.all():
            lines = lines[kept]
            columns = tuple(c if c is None else c.filter(pa.array(kept)) for c in columns)
        return RawRows(lines, columns, tuple(records), tuple(faults))

    def _table(self, data: bytes) -> pa.Table | None:
        """Return the columns of lines of plain shape, None where a line has another width."""
        names = [str(i) for i in range(len(self.header))]
        wanted = [str(p) for p in self.positions if p is not None]
        if not data:
            return pa.table({name: pa.array([], pa.string()) for name in wanted})
        try:
            return arrow_csv.read_csv(
                pa.BufferReader(data),
                arrow_csv.ReadOptions(
                    use_threads=False, column_names=names, block_size=len(data) + 1
                ),
                arrow_csv.ParseOptions(
                    delimiter=self.delimiter, quote_char='"' if b'"' in data else False
                ),
                arrow_csv.ConvertOptions(
                    check_utf8=False,
                    column_types=dict.fromkeys(wanted, pa.string()),
                    include_columns=wanted,
                    strings_can_be_null=False,
                ),
            )
        except pa.ArrowInvalid:
            return None

    def _like_headers(self, columns: tuple[pa.Array | None, ...]) -> list[int]:
        """Return rows whose first column may hold one of the header's names."""
        first = columns[self.positions.index(self._first)]
        bounds, data = string_layout(first)
        size = np.diff(bounds)
        found = np.flatnonzero((size >= self._shortest_name) & (size <= self._longest_name))
        begins = np.zeros(256, dtype=bool)
        for name in self._names:
            begins[list((name[:1] + name[:1].upper()).encode()[:2])] = True
        begins[list(b' \t\v\f\r\n"-')] = True
        return found[begins[data[bounds[found]]]].tolist() if len(data) else []

    def _remaining(self) -> Iterator[TextBlock]:
        while True:
            block, self._rest = self._rest, None
            if block is None:
                block = next(self._blocks, None)
                if block is None:
                    return
            elif self._rest_from:
                block, self._rest_from = block.after(self._rest_from), 0
            if block.data:
                yield block

    def _records(
        self, block: TextBlock, chosen: NDArray[np.bool_]
    ) -> Iterator[tuple[int, list[str], list[str] | None]]:
        """Yield line, texts and fields of the chosen lines and of those that their quotes reach.

        Fields are None where a quote stands where none may.

        Raises:
            RefusedFileError: a quote swallows lines (unterminated_quote).
        """
        done = -1
        for index in np.flatnonzero(chosen).tolist():
            if index <= done:
                continue
            texts: list[str] = []
            source = self._texts_from(block, index, texts)
            line = block.first_line + index
            fields: list[str] | None
            try:
                fields = next(csv.reader(source, delimiter=self.delimiter, strict=True), [])
            except csv.Error as error:
                if len(texts) > 1 or "end of data" in str(error):
                    raise _unterminated(line) from error
                fields = None
            if len(texts) > 1 and self._hides_rows(fields or []):
                raise _unterminated(line)
            done = index + len(texts) - 1
            yield line, texts, fields

    def _texts_from(self, block: TextBlock, index: int, taken: list[str]) -> Iterator[str]:
        for each in range(index, len(block.ends)):
            taken.append(block.text(each))
            yield taken[-1]
        while True:  # a quote that stays open at the end of the block reaches into the next
            following = next(self._blocks, None)
            if following is None:
                return
            self._rest = following
            for each in range(len(following.ends)):
                self._rest_from = each + 1
                taken.append(following.text(each))
                yield taken[-1]

    def _record(self, line: int, fields: list[str] | None) -> Record | None:
        """Return what stands on a line that was read exactly, None where it is blank."""
        if fields is None:
            return Record(line, fault="bad_quote")
        if not fields or (len(fields) == 1 and not fields[0].strip()):
            return None
        if len(fields) != len(self.header):
            more = len(fields) > len(self.header)
            return Record(line, fault="too_many_fields" if more else "too_few_fields")
        if self._repeats_header(fields, line):
            return Record(line, fault="repeated_header")
        return Record(line, tuple(None if p is None else fields[p] for p in self.positions))

    def _hides_rows(self, fields: list[str]) -> bool:
        """Say whether a record of several lines is more likely a stray quote than text.

        A quote that swallows k line ends leaves the separators of k rows inside its field.
        """
        between = len(self.header) - 1
        return (
            len(fields) != len(self.header)
            or any(_line_ends(fields[p]) for p in self._single_line)
            or any(
                0 < _line_ends(f) * between <= f.count(self.delimiter) for f in fields if between
            )
        )

    def _repeats_header(self, fields: list[str], line: int) -> bool:
        """Say whether the header stands here again.

        Raises:
            RefusedFileError: it does with its columns in another order (format_mismatch).
        """
        first = fields[self._first]
        if not self._shortest_name <= len(first) <= self._longest_name or not first.isascii():
            return False
        if normalised(first) not in self._names:
            return False
        names = [normalised(field) for field in fields]
        if names == self._names:
            return True
        if sorted(names) == sorted(self._names):
            raise RefusedFileError(
                "format_mismatch",
                f"Line {line:,} is a header with its columns in another order. Send two files.",
                line,
            )
        return False

    def _next_line(self) -> tuple[str, int]:
        """Return the next line that is not blank, and its number; the rest is what follows.

        Raises:
            RefusedFileError: there is none (empty_file).
        """
        while (block := self._rest) is not None:
            for index in range(len(block.ends)):
                text = block.text(index)
                if text.strip():
                    self._rest = block.after(index + 1)
                    return text, block.first_line + index
            self._rest = next(self._blocks, None)
        raise RefusedFileError("empty_file", "The file is empty.")


def _without(block: TextBlock, left_out: NDArray[np.bool_]) -> bytes:
    if not left_out.any():
        return block.data
    kept = np.repeat(~left_out, block.ends - block.starts)
    return block.bytes[kept].tobytes()


def _delimiter(header: str, dataset: Dataset) -> str:
    """Return the delimiter that finds most of the dataset's columns in the header."""
    declared = {c.name for c in dataset.columns}

    def found(delimiter: str) -> int:
        names = next(csv.reader([header], delimiter=delimiter), [])
        return len(declared.intersection(map(normalised, names)))

    return max(DELIMITERS, key=found)


def _line_ends(field: str) -> int:
    return field.count("\n") + field.count("\r") - field.count("\r\n")


def _unterminated(line: int) -> RefusedFileError:
    return RefusedFileError(
        "unterminated_quote",
        f'The quote that opens on line {line:,} swallows the lines after it. Close it, or write "" '
        "for a quote inside a field.",
        line,
    )
