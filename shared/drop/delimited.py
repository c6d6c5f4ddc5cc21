"""Noun drop: records of CSV and TSV files."""

import csv
from collections.abc import Iterator

from shared.drop.datasets import Dataset, Kind
from shared.drop.file_rows import Record
from shared.drop.headers import normalised, positions
from shared.drop.refusals import RefusedFileError

DELIMITERS = (",", ";", "\t", "|")
SEP_LINE = "sep="


class DelimitedFile:
    """One CSV or TSV file, read once. ``delimiter`` is known after the header was read."""

    def __init__(self, lines: Iterator[tuple[int, str]], dataset: Dataset) -> None:
        """Read the header.

        Raises:
            RefusedFileError: the header does not fit, or there is none.
        """
        self._lines = lines
        self._line = 0
        header = self._next_line()
        if header.strip().lower().startswith(SEP_LINE) and len(header.strip()) == len(SEP_LINE) + 1:
            self.delimiter = header.strip()[-1]
            header = self._next_line()
        else:
            self.delimiter = _delimiter(header, dataset)
        self._header = next(csv.reader([header], delimiter=self.delimiter))
        self._normalised = [normalised(name) for name in self._header]
        if "\0" in header:
            raise RefusedFileError(
                "bad_encoding",
                "The header has NUL characters; UTF-16 needs a byte-order mark.",
                self._line,
            )
        self._positions = positions(dataset, self._header, self._line)
        self._first = next(p for p in self._positions if p is not None)
        self._single_line = [
            p
            for p, c in zip(self._positions, dataset.columns, strict=True)
            if p is not None and c.kind is not Kind.TEXT
        ]

    def records(self) -> Iterator[Record]:
        """Yield the records below the header; blank lines are none.

        Raises:
            RefusedFileError: a quote swallows lines (unterminated_quote).
        """
        reader = csv.reader(self._texts(), delimiter=self.delimiter, strict=True)
        wanted, width = self._positions, len(self._header)
        while True:
            first = self._line + 1
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                if self._line > first or "end of data" in str(error):
                    raise _unterminated(first) from error
                yield Record(first, fault="bad_quote")
                continue
            if not fields or (len(fields) == 1 and not fields[0].strip()):
                continue
            if self._line > first and self._hides_rows(fields):
                raise _unterminated(first)
            if len(fields) != width:
                fault = "too_many_fields" if len(fields) > width else "too_few_fields"
                yield Record(first, fault=fault)
            elif self._repeats_header(fields, first):
                yield Record(first, fault="repeated_header")
            else:
                yield Record(first, tuple(None if p is None else fields[p] for p in wanted))

    def _hides_rows(self, fields: list[str]) -> bool:
        """Say whether a record of several lines is more likely a stray quote than text.

        A quote that swallows k line ends leaves the separators of k rows inside its field.
        """
        between = len(self._header) - 1
        return (
            len(fields) != len(self._header)
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
        if normalised(fields[self._first]) not in self._normalised:
            return False
        names = [normalised(field) for field in fields]
        if names == self._normalised:
            return True
        if sorted(names) == sorted(self._normalised):
            raise RefusedFileError(
                "format_mismatch",
                f"Line {line:,} is a header with its columns in another order. Send two files.",
                line,
            )
        return False

    def _next_line(self) -> str:
        for line, text in self._lines:
            self._line = line
            if text.strip():
                return text
        raise RefusedFileError("empty_file", "The file is empty.")

    def _texts(self) -> Iterator[str]:
        for line, text in self._lines:
            self._line = line
            yield text


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
