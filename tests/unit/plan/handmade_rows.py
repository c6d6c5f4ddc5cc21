"""Packed rows of any hashes and scores, wide or not, as no packer would choose them."""

from dataclasses import dataclass
from zlib import crc32

import pyarrow as pa

from shared.score.hashes import NARROW_SHIFT, narrow
from shared.score.packed_row import FORMAT, HEADER, NARROW_BYTES, WIDE_BYTES
from shared.score.rows import ScoreColumns, unpack_rows


@dataclass(frozen=True)
class Row:
    """A packed row as it is to be: 64-bit hashes with their scores."""

    is_wide: bool
    entries: tuple[tuple[int, int], ...]

    @property
    def packed(self) -> bytes:
        """Return its bytes."""
        size = WIDE_BYTES if self.is_wide else NARROW_BYTES
        held = b"".join(
            (s << 64 | h if self.is_wide else narrow(h) << NARROW_SHIFT | s).to_bytes(
                size + 2, "little"
            )
            for h, s in self.entries
        )
        return HEADER.pack(FORMAT, size, len(self.entries), crc32(held), 0) + held


def columns_of(rows: list[Row]) -> ScoreColumns:
    """Return rows as a solve unpacks them."""
    return unpack_rows(pa.array([row.packed for row in rows], pa.binary()))
