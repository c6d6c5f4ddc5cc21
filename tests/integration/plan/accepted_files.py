"""Accepted files of scores by hand: any rows in any row groups."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

import pyarrow as pa
import pyarrow.parquet as pq

from shared.drop.accepted import PACKED
from shared.drop.accepted_keys import UNDONE, accepted_key_of
from shared.drop.datasets import SCORES
from shared.drop.drops import Drop, ObjectVersion
from shared.score.packed_row import FORMAT, HEADER, NARROW_BYTES

LANDED = datetime(2026, 3, 9, 12, tzinfo=UTC)
SINCE = datetime(2026, 2, 7, 6, tzinfo=UTC)
OLD, MONDAY, TUESDAY, WEDNESDAY = (SINCE + timedelta(days=d) for d in (-1, 1, 2, 3))
SMALL = 3  # entries
LARGE = 60_000  # entries; a file of three such rows is not read whole

Group = Sequence[tuple[str, bytes | None]]


def row_of(number: int, as_of: datetime, *, entries: int = 3) -> bytes:
    """Return a packed row that is like that of no other number."""
    held = number.to_bytes(8, "little") * entries
    as_of_ms = int(as_of.timestamp() * 1000)
    return HEADER.pack(FORMAT, NARROW_BYTES, entries, crc32(held), as_of_ms) + held


@dataclass(frozen=True)
class AcceptedFile:
    """An accepted file: audiences and rows by row group, None where a row was taken away."""

    as_of: datetime
    groups: Sequence[Group]
    landed_at: datetime = LANDED
    version_id: str = "null"
    is_put_back: bool = False

    @property
    def key(self) -> str:
        """Return where it stands."""
        version = ObjectVersion("drops", f"{self.as_of}", self.version_id, self.landed_at, 1)
        drop = Drop(version, SCORES, "models", self.as_of, "csv")
        order = drop.order + (f"{UNDONE}0001" if self.is_put_back else "")
        return accepted_key_of(SCORES, order, drop.drop_id)

    @property
    def rows(self) -> list[tuple[str, bytes | None]]:
        """Return all audiences and rows, in order."""
        return [each for group in self.groups for each in group]

    @property
    def body(self) -> bytes:
        """Return its bytes, written as the ingest does."""
        body = io.BytesIO()
        with pq.ParquetWriter(body, PACKED, compression="none", use_dictionary=False) as writer:
            for group in self.groups:
                names, rows = [a for a, _ in group], [row for _, row in group]
                columns = pa.array(names, pa.string()), pa.array(rows, pa.binary())
                writer.write_table(pa.table(columns, schema=PACKED))
        return body.getvalue()


def file_of(
    as_of: datetime, first: int, *groups: str, entries: int = SMALL, **about: Any
) -> AcceptedFile:
    """Return a file of groups of one-letter audiences, rows numbered from ``first`` on."""
    numbers = iter(range(first, first + 100))
    return AcceptedFile(
        as_of,
        [[(a, row_of(next(numbers), as_of, entries=entries)) for a in names] for names in groups],
        **about,
    )
