"""Noun drop: the form in which accepted rows are stored.

One Parquet object a drop. Its row groups are the parts in which the file was judged: all rows of
an audience stand in one row group, so that parts can be loaded side by side.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shared.drop.drops import Drop
from shared.drop.manifests import DELTA, FULL
from shared.drop.sinks import kept_columns
from shared.drop.verdicts import WriteCost, write_cost
from shared.score.hash_columns import id_hashes
from shared.score.rows import pack_columns

PACKED = pa.schema([("audience_id", pa.string()), ("row", pa.binary())])
TRACK = "track_id"


def described(drop: Drop, mode: str) -> dict[str, str]:
    """Return what an accepted file says of its drop."""
    return {
        "mode": mode,
        "drop_id": drop.drop_id,
        "producer": drop.producer,
        "order": drop.order,
        "as_of": drop.as_of.isoformat(),
    }


class AcceptedTable:
    """A Parquet file of accepted rows as they are."""

    cost = write_cost([])

    def __init__(self, path: Path, drop: Drop, *, mode: str) -> None:
        """Write to ``path``."""
        self._path, self._dataset, self._about = path, drop.dataset, described(drop, mode)
        self._writer: pq.ParquetWriter | None = None

    def stored(self, columns: dict[str, pa.Array]) -> dict[str, pa.Array]:
        """Return the columns."""
        return dict(columns)

    def write(self, table: pa.Table) -> None:
        """Write one part as a row group."""
        kept = kept_columns(self._dataset, table)
        self._writer = _written(self._writer, self._path, kept, self._about)

    def restart(self) -> None:
        """Forget all rows."""
        self.close()
        self._writer = None

    def close(self) -> None:
        """Finish the file."""
        if self._writer:
            self._writer.close()


class PackedScores:
    """A Parquet file of one packed row an audience."""

    def __init__(self, path: Path, drop: Drop, *, mode: str, max_entries: int) -> None:
        """Write to ``path``, at most ``max_entries`` scores a row."""
        self._path, self._as_of, self._about = path, drop.as_of, described(drop, mode)
        self._max_entries = max_entries
        self._writer: pq.ParquetWriter | None = None
        self._is_full = mode == FULL
        self.audiences: list[pa.Array] = []  # written so far, of a full drop
        self.living: pa.Array | None = None  # others' rows are absent: a later full drop took them
        self.cost = write_cost([])

    def take_away(self, audiences: pa.Array) -> None:
        """Say of audiences that they have no row any more."""
        absent = pa.nulls(len(audiences), pa.binary())
        gone = pa.table({"audience_id": audiences, "row": absent})
        self._write(gone, write_cost([0] * len(audiences)))

    def stored(self, columns: dict[str, pa.Array]) -> dict[str, pa.Array]:
        """Return the columns with the hash of the track in its place."""
        return {**columns, TRACK: pa.array(id_hashes(columns[TRACK]))}

    def write(self, table: pa.Table) -> None:
        """Pack one part, and write it as a row group."""
        audience = table.column("audience_id").combine_chunks()
        if not isinstance(audience, pa.DictionaryArray):
            audience = audience.dictionary_encode()
        audiences, rows = pack_columns(
            audience,
            table.column(TRACK).to_numpy(),
            table.column("score").to_numpy(),
            as_of=self._as_of,
            max_entries=self._max_entries,
        )
        packed = pa.table({"audience_id": audiences, "row": pa.array(rows, pa.binary())})
        names = packed.column("audience_id").cast(pa.string()).combine_chunks()
        if self._is_full:
            self.audiences.append(names)
        if self.living is not None:
            lives = pc.is_in(names, value_set=self.living)
            row = pc.if_else(lives, packed.column("row"), pa.scalar(None, pa.binary()))
            packed = packed.set_column(1, "row", row)
        self._write(packed, write_cost([len(row) for row in rows]))

    def _write(self, packed: pa.Table, cost: WriteCost) -> None:
        if not packed.num_rows:
            return
        self._writer = _written(self._writer, self._path, packed, self._about)
        self.cost = WriteCost(
            self.cost.write_units + cost.write_units, self.cost.dollars + cost.dollars
        )

    def restart(self) -> None:
        """Forget all rows."""
        self.close()
        self._writer, self.cost = None, write_cost([])
        self.audiences.clear()

    def close(self) -> None:
        """Finish the file."""
        if self._writer:
            self._writer.close()


AcceptedFile = AcceptedTable | PackedScores


def accepted_file(
    path: Path, drop: Drop, *, max_scores_per_audience: int, mode: str = DELTA
) -> AcceptedFile:
    """Return what writes a drop's accepted rows."""
    if drop.dataset.name == "scores":
        return PackedScores(path, drop, mode=mode, max_entries=max_scores_per_audience)
    return AcceptedTable(path, drop, mode=mode)


def _written(
    writer: pq.ParquetWriter | None, path: Path, table: pa.Table, about: dict[str, str]
) -> pq.ParquetWriter:
    if writer is None:
        schema = table.schema.with_metadata(about)
        packed = "none" if schema.names == PACKED.names else "zstd"  # hashes do not compress
        writer = pq.ParquetWriter(path, schema, compression=packed, use_dictionary=False)
    writer.write_table(table, row_group_size=max(1, table.num_rows))
    return writer
