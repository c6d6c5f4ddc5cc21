"""Noun drop: what a file is judged to be."""

import re
from dataclasses import dataclass

from shared.drop.datasets import NUMBERS, Dataset
from shared.drop.profiles import Profile
from shared.drop.refusals import RefusedFileError
from shared.drop.rejections import NONE, Rejections

ACCEPTED = "accepted"
PARTIAL = "partial"
REJECTED = "rejected"
DUPLICATE = "duplicate"
QUARANTINED = "quarantined"
DRY_RUN = "dry_run"

SHOWABLE = re.compile(r"[+-]?\d{0,3}([.,]\d{0,12})?([eE][+-]?\d{1,4})? ?%?", re.ASCII)


@dataclass(frozen=True)
class Judgement:
    """What became of one file. ``rows_parsed`` is the sum of accepted and rejected rows.

    Accepted rows went where the judge was told; of the datasets that are documents they are the
    bytes to store.
    """

    status: str
    reason: str = ""
    reason_line: int | None = None
    message: str = ""
    rows_accepted: int = 0
    rejections: Rejections = NONE
    profile: Profile | None = None
    document: bytes = b""

    @property
    def rows_rejected(self) -> int:
        """Return how many rows were rejected."""
        return len(self.rejections)

    @property
    def rows_parsed(self) -> int:
        """Return how many rows the file has."""
        return self.rows_accepted + self.rows_rejected


def refusal(error: RefusedFileError) -> Judgement:
    """Return the judgement of a file that is refused whole."""
    return Judgement(REJECTED, error.reason, error.line, error.message)


def too_large(size: int, max_bytes: int) -> Judgement | None:
    """Return the judgement of a file of more bytes than policy lets in, None of a smaller one."""
    if size <= max_bytes:
        return None
    message = f"The file is larger than {max_bytes:,} bytes. Make several drops of it."
    return Judgement(REJECTED, "file_too_large", None, message)


def conclude(
    rejections: Rejections,
    *,
    rows_accepted: int,
    profile: Profile | None = None,
    document: bytes = b"",
) -> Judgement:
    """Return the judgement of a file whose rows were judged one by one."""
    if not rows_accepted and not rejections:
        return Judgement(REJECTED, "no_rows", None, "The file has no rows.")
    if not rows_accepted:
        code = next(iter(rejections.counts()))
        message = f"All {len(rejections):,} rows were rejected, most of them for {code}."
        return Judgement(REJECTED, "all_rows_rejected", None, message, rejections=rejections)
    return Judgement(
        status=PARTIAL if rejections else ACCEPTED,
        rows_accepted=rows_accepted,
        rejections=rejections,
        profile=profile,
        document=document,
    )


def quoted(dataset: Dataset, column_index: int, value: object) -> str:
    """Return a value for people, empty where it is or may be an id.

    A row whose columns slipped has ids anywhere: only what looks like a number is shown.
    """
    text = str(value).strip(" ")
    is_shown = dataset.columns[column_index].kind in NUMBERS and SHOWABLE.fullmatch(text)
    return text if is_shown else ""
