"""Noun drop: what a file is judged to be."""

import re
from collections import Counter
from dataclasses import dataclass

import pyarrow as pa

from shared.drop.datasets import NUMBERS, Dataset
from shared.drop.refusals import RefusedFileError

ACCEPTED = "accepted"
PARTIAL = "partial"
REJECTED = "rejected"
DUPLICATE = "duplicate"

SHOWABLE = re.compile(r"[+-]?\d{0,3}([.,]\d{0,12})?([eE][+-]?\d{1,4})? ?%?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rejection:
    """One rejected row. ``value`` is empty where it belongs to an id column."""

    line: int
    code: str
    column: str = ""
    value: str = ""


@dataclass(frozen=True)
class Judgement:
    """What became of one file. ``rows_parsed`` is the sum of accepted and rejected rows.

    Accepted rows are a table, or the bytes to store for the datasets that are documents.
    """

    status: str
    reason: str = ""
    reason_line: int | None = None
    message: str = ""
    rows_accepted: int = 0
    rejections: tuple[Rejection, ...] = ()
    table: pa.Table | None = None
    document: bytes = b""

    @property
    def rows_rejected(self) -> int:
        """Return how many rows were rejected."""
        return len(self.rejections)

    @property
    def rows_parsed(self) -> int:
        """Return how many rows the file has."""
        return self.rows_accepted + self.rows_rejected

    def counts(self) -> dict[str, int]:
        """Return how many rows were rejected for each reason, most first."""
        return dict(Counter(r.code for r in self.rejections).most_common())


def refusal(error: RefusedFileError) -> Judgement:
    """Return the judgement of a file that is refused whole."""
    return Judgement(REJECTED, error.reason, error.line, error.message)


def conclude(
    rejections: list[Rejection],
    *,
    rows_accepted: int,
    table: pa.Table | None = None,
    document: bytes = b"",
) -> Judgement:
    """Return the judgement of a file whose rows were judged one by one."""
    ordered = tuple(sorted(rejections, key=lambda r: r.line))
    if not rows_accepted and not ordered:
        return Judgement(REJECTED, "no_rows", None, "The file has a header and no rows.")
    if not rows_accepted:
        code = Counter(r.code for r in ordered).most_common(1)[0][0]
        message = f"All {len(ordered):,} rows were rejected, most of them for {code}."
        return Judgement(REJECTED, "all_rows_rejected", None, message, rejections=ordered)
    return Judgement(
        status=PARTIAL if ordered else ACCEPTED,
        rows_accepted=rows_accepted,
        rejections=ordered,
        table=table,
        document=document,
    )


def quoted(dataset: Dataset, column_index: int, value: object) -> str:
    """Return a value for people, empty where it is or may be an id.

    A row whose columns slipped has ids anywhere: only what looks like a number is shown.
    """
    text = str(value).strip(" ")
    is_shown = dataset.columns[column_index].kind in NUMBERS and SHOWABLE.fullmatch(text)
    return text if is_shown else ""
