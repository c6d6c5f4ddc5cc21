"""One number for a set of scores, the same in whatever order they stand."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from shared.score.hash_columns import id_hashes
from shared.score.hashes import NARROW_SHIFT
from shared.score.packed_row import SCORE_SCALE
from shared.score.rows import unpack_rows

_AUDIENCE, _TRACK, _SCORE = (
    np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
)
_SHIFT = np.uint64(31)


class PairSum:
    """The number of (audience, track, score) and the sum of a hash of each, modulo 2**64."""

    def __init__(self) -> None:
        """Start without any."""
        self._many = self._sum = 0

    def add_table(self, table: pa.Table) -> None:
        """Add scores as a file has them."""
        for batch in table.to_batches(max_chunksize=1 << 20):
            audience, track = (id_hashes(batch.column(i)) for i in range(2))
            quantised = np.floor(batch.column(2).to_numpy() * SCORE_SCALE + 0.5)
            self.add(audience, track >> np.uint64(NARROW_SHIFT), quantised.astype(np.uint64))

    def add_packed(self, audiences: pa.Array, rows: pa.Array) -> None:
        """Add scores as the table holds them."""
        columns = unpack_rows(rows)
        lengths = np.diff(columns.start)
        is_wide = np.repeat(columns.is_wide, lengths)
        track = np.where(is_wide, columns.hashes >> np.uint64(NARROW_SHIFT), columns.hashes)
        audience = np.repeat(id_hashes(audiences), lengths)
        self.add(audience, track, columns.scores.astype(np.uint64))

    def add(
        self,
        audience: NDArray[np.uint64],
        track: NDArray[np.uint64],
        quantised: NDArray[np.uint64],
    ) -> None:
        """Add scores by the hashes of their ids, the track's narrow one."""
        mixed = (audience * _AUDIENCE) ^ (track * _TRACK) ^ (quantised * _SCORE)
        mixed ^= mixed >> _SHIFT
        mixed *= _AUDIENCE
        self._many += len(mixed)
        self._sum = (self._sum + int(mixed.sum(dtype=np.uint64))) % 2**64

    def tell(self) -> None:
        """Print the sum."""
        print(f"{self._many} scores, {self._sum:016x}")


def add_packed_file(found: PairSum, path: Path) -> None:
    """Add all rows of an accepted file."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches():
            found.add_packed(batch.column("audience_id"), batch.column("row"))
