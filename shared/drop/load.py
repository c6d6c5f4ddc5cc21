"""Noun drop: writing the rows of an accepted drop of scores to the table."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pyarrow.parquet as pq

from shared.drop.accepted_store import AcceptedBucket
from shared.drop.record_store import DropTable
from shared.event.events import DropAccepted, ScoresLoaded
from shared.event.store import EventBus
from shared.score.packed_row import as_of_s
from shared.score.store import ScoreRow, ScoreStore, WriteCounts

BATCH_ROWS = 4096


def load_scores(
    drop: DropAccepted,
    *,
    score_ttl: timedelta,
    accepted: AcceptedBucket,
    scores: ScoreStore,
    records: DropTable,
    events: EventBus,
    now: datetime,
) -> WriteCounts:
    """Write every row of an accepted drop whose order is newer than what stands there.

    Safe to run twice, late and out of order: every write is conditional on its order.
    """
    file = pq.ParquetFile(io.BytesIO(accepted.read(drop.accepted_key)))
    as_of = datetime.fromisoformat(file.schema_arrow.metadata[b"as_of"].decode())
    written = superseded = 0
    for rows in _rows(file, drop, as_of, score_ttl):
        counts = scores.put(rows)
        written += counts.written
        superseded += counts.superseded
    moment = now.astimezone(UTC).isoformat()
    records.note_loaded(drop.drop_id, written=written, superseded=superseded, now=moment)
    events.send(ScoresLoaded(drop.drop_id, written, superseded))
    return WriteCounts(written, superseded)


def _rows(
    file: pq.ParquetFile, drop: DropAccepted, as_of: datetime, score_ttl: timedelta
) -> Iterator[list[ScoreRow]]:
    """Yield rows; each lives as long as its own scores, an absent one as long as the drop."""
    of_drop = int((as_of + score_ttl).timestamp())
    for batch in file.iter_batches(BATCH_ROWS):
        columns = batch.column("audience_id").to_pylist(), batch.column("row").to_pylist()
        yield [
            ScoreRow(
                audience_id,
                packed,
                drop.order,
                drop.producer,
                of_drop if packed is None else int(as_of_s(packed) + score_ttl.total_seconds()),
            )
            for audience_id, packed in zip(*columns, strict=True)
        ]
