"""Noun drop: the header of a CSV or TSV file, and its repetitions further down."""

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from shared.drop.blank_lines import blank_lines
from shared.drop.datasets import Dataset
from shared.drop.headers import normalised, positions
from shared.drop.line_feed import LineFeed
from shared.drop.loose_fields import loose_fields
from shared.drop.refusals import RefusedFileError
from shared.score.hash_columns import value_layout

DELIMITERS = (",", ";", "\t", "|")
_SEP_LINE = re.compile(r"\s*sep=(?P<delimiter>[,;:|^~!#$%&*\t])\s*", re.IGNORECASE)
_BEFORE_A_NAME = b' \t\v\f\r\n"-'


@dataclass(frozen=True)
class Header:
    """The header line of one file."""

    text: str  # as it stands in the file
    delimiter: str
    names: tuple[str, ...]  # normalised
    positions: tuple[int | None, ...]  # of the dataset's columns

    @property
    def first(self) -> int:
        """Return the position of the first declared column that the file has."""
        return next(p for p in self.positions if p is not None)

    @property
    def longest(self) -> int:
        """Return how many bytes a name takes at most where the header stands again."""
        return max(map(len, self.text.split(self.delimiter))) + 2

    @property
    def shortest(self) -> int:
        """Return how many bytes a name takes at least."""
        return max(1, min(map(len, self.names)))

    def like_names(self, first: pa.Array) -> list[int]:
        """Return rows that may hold one of the names in the first declared column."""
        bounds, data = value_layout(first)
        size = np.diff(bounds)
        found = np.flatnonzero((size >= self.shortest) & (size <= self.longest))
        begins = np.zeros(256, dtype=bool)
        begins[list(_BEFORE_A_NAME)] = True
        for name in self.names:
            begins[list((name[:1] + name[:1].upper()).encode())] = True
        likely: list[int] = found[begins[data[bounds[found]]]].tolist() if len(data) else []
        return likely

    def is_repeated_by(self, fields: list[str], line: int) -> bool:
        """Say whether the header stands here again.

        Raises:
            RefusedFileError: it does with its columns in another order (format_mismatch).
        """
        # A file that was put behind another brings its byte-order mark along.
        fields = [fields[0].removeprefix("\ufeff"), *fields[1:]]
        first = fields[self.first]
        if not self.shortest <= len(first) <= self.longest or not first.isascii():
            return False
        if normalised(first) not in self.names:
            return False
        names = tuple(normalised(field) for field in fields)
        if names == self.names:
            return True
        if sorted(names) == sorted(self.names):
            raise RefusedFileError(
                "format_mismatch",
                f"Line {line:,} is a header with its columns in another order. Send two files.",
                line,
            )
        return False


def read_header(feed: LineFeed, dataset: Dataset) -> Header:
    """Take the header off a file; a line ``sep=;`` before it names the delimiter.

    Raises:
        RefusedFileError: the header does not fit the dataset, or there is none.
    """
    text, line = _next_line(feed)
    said = _SEP_LINE.fullmatch(text)
    if said:
        text, line = _next_line(feed)
    delimiter = said["delimiter"] if said else _delimiter(text, dataset)
    if "\0" in text:
        raise RefusedFileError(
            "bad_encoding",
            "The header has NUL characters; UTF-16 needs a byte-order mark.",
            line,
        )
    found = loose_fields(text, delimiter)
    where = positions(dataset, found, line)
    return Header(text, delimiter, tuple(map(normalised, found)), tuple(where))


def _next_line(feed: LineFeed) -> tuple[str, int]:
    """Take the next line that is not blank, with its number."""
    while (block := feed.next_block()) is not None:
        written = np.flatnonzero(~blank_lines(block))
        if len(written):
            index = int(written[0])
            feed.put_back(block, index + 1)
            return block.text(index), block.first_line + index
    raise RefusedFileError("empty_file", "The file is empty.")


def _delimiter(header: str, dataset: Dataset) -> str:
    """Return the delimiter that finds most of the dataset's columns in the header."""
    declared = {c.name for c in dataset.columns}

    def found(delimiter: str) -> int:
        names = loose_fields(header, delimiter)
        return len(declared.intersection(map(normalised, names)))

    return max(DELIMITERS, key=found)
