"""The bucket of accepted scores as a test fills it, and what a solve reads there."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow.parquet as pq

from shared.plan.forecasts import LiveScores
from shared.plan.score_store import AcceptedScores
from shared.score.hashes import id_hash
from tests.integration.plan.accepted_files import SINCE, AcceptedFile

WHOLE = 2**62  # the last byte of a read that asks for no range


@dataclass(frozen=True)
class Read:
    """One GET of an object; ``last`` is that of its last byte."""

    key: str
    first: int
    last: int


@dataclass(frozen=True)
class Shelf:
    """The bucket of accepted data, and every GET of it."""

    world: Any
    reads: list[Read]

    def store(self, *files: AcceptedFile) -> None:
        """Store files, the last first: it is their keys that say what is newer."""
        for file in reversed(files):
            self.world.s3.put_object(
                Bucket=self.world.accepted_bucket, Key=file.key, Body=file.body
            )
        self.reads.clear()

    def accepted(self) -> AcceptedScores:
        """Return what a process makes to read it, which knows nothing yet."""
        return AcceptedScores(self.world.accepted_bucket)

    def note(self, params: dict[str, Any], **_: Any) -> None:
        """Note what is asked of S3."""
        asked = params.get("Range", "").removeprefix("bytes=")
        first, _, last = (asked or f"0-{WHOLE}").partition("-")
        self.reads.append(Read(params["Key"], int(first), int(last)))

    def packed_rows_read(self, file: AcceptedFile) -> list[int]:
        """Return of which row groups packed rows were read, each read counted.

        What is read from a file's end, to find what is in it, may begin within the last of them.
        """
        body = file.body
        metadata = pq.ParquetFile(io.BytesIO(body)).metadata
        chunks = [metadata.row_group(i).column(1) for i in range(metadata.num_row_groups)]
        return [
            group
            for read in self.reads
            for group, chunk in enumerate(chunks)
            if read.key == file.key
            and read.last != len(body) - 1
            and read.first < chunk.data_page_offset + chunk.total_compressed_size
            and read.last >= chunk.data_page_offset
        ]


def rows_by_name(scores: LiveScores, files: Sequence[AcceptedFile]) -> dict[str, bytes]:
    """Return {audience: row} as blocks yield it; each must stand where its place says."""
    files_of = {file.key: file for file in files}
    places = scores.places
    rows = [row for block in scores.blocks() for row in block.to_pylist()]
    found: dict[str, bytes] = {}
    for i, row in enumerate(rows):
        groups = files_of[places.keys[places.file[i]]].groups
        audience, stored = groups[places.group[i]][places.row[i]]
        assert (id_hash(audience), stored) == (int(places.audience[i]), row)
        found[audience] = row
    assert len(found) == len(rows) == len(scores.audience)
    return found


def live(shelf: Shelf, *files: AcceptedFile) -> dict[str, bytes]:
    """Return what lives of these files, which are all there are."""
    shelf.store(*files)
    return rows_by_name(shelf.accepted().live(SINCE), files)
