"""Noun drop: writing the rows of an accepted drop of scores to the table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq

from shared.drop.accepted_store import AcceptedBucket
from shared.drop.load_parts import PARTS_AT_ONCE, LoadPart, LoadProgress, load_parts
from shared.drop.load_store import LoadRuns, LoadTable
from shared.drop.record_store import DropTable
from shared.erasure.erasures import NOBODY
from shared.event.events import DropAccepted, ScoresLoaded
from shared.event.store import EventBus
from shared.request.budgets import TimeBudget
from shared.score.packed_row import as_of_s
from shared.score.store import ScoreRow, ScoreStore, WriteCounts

BATCH_ROWS = 4096


@dataclass(frozen=True)
class LoadStores:
    """Where accepted rows are read from, where they go, and where it is noted and said."""

    accepted: AcceptedBucket
    scores: ScoreStore
    loads: LoadTable
    records: DropTable
    events: EventBus


def load_scores(
    drop: DropAccepted,
    *,
    score_ttl: timedelta,
    part_rows: int,
    stores: LoadStores,
    runs: LoadRuns,
    budget: TimeBudget,
    now: datetime,
) -> LoadProgress:
    """Write the rows of an accepted drop, or start the run that writes those of a large one.

    A drop is large if it has more parts of ``part_rows`` than one function writes at once.

    Returns how far the writing has come. Safe to run twice, late and out of order: every write is
    conditional on its order, a run that is under way is not started again, and what is written
    already is said once more and not written.

    Raises:
        OutOfTimeError: the table did not take the rows within the budget.
    """
    rows = stores.accepted.open(drop.accepted_key).metadata.num_rows
    parts = load_parts(rows, part_rows)
    progress = stores.loads.begin(drop.accepted_key, len(parts))
    if progress.is_complete:
        _conclude(drop, progress, stores, now)
        return progress
    if len(parts) > PARTS_AT_ONCE:
        runs.start(drop, parts)
        return progress
    for part in parts:
        progress = load_part(drop, part, score_ttl=score_ttl, stores=stores, budget=budget, now=now)
    return progress


def load_part(
    drop: DropAccepted,
    part: LoadPart,
    *,
    score_ttl: timedelta,
    stores: LoadStores,
    budget: TimeBudget,
    now: datetime,
) -> LoadProgress:
    """Write one part's rows where nothing newer stands; with the last part, the drop is loaded.

    Safe to run twice, beside other parts and in any order.

    Raises:
        OutOfTimeError: the table did not take the rows within the budget.
    """
    file = stores.accepted.open(drop.accepted_key)
    written = superseded = 0
    for rows in _rows(file, part, drop, score_ttl):
        counts = stores.scores.put(rows, budget)
        written += counts.written
        superseded += counts.superseded
    progress = stores.loads.note_part(drop.accepted_key, part, WriteCounts(written, superseded))
    if progress.is_complete:
        _conclude(drop, progress, stores, now)
    return progress


def _conclude(
    drop: DropAccepted, progress: LoadProgress, stores: LoadStores, now: datetime
) -> None:
    stores.records.note_loaded(
        drop.drop_id,
        written=progress.written,
        superseded=progress.superseded,
        now=now.astimezone(UTC).isoformat(),
    )
    stores.events.send(ScoresLoaded(drop.drop_id, progress.written, progress.superseded))


def _rows(
    file: pq.ParquetFile, part: LoadPart, drop: DropAccepted, score_ttl: timedelta
) -> Iterator[list[ScoreRow]]:
    """Yield rows; each lives as long as its own scores, an absent one as long as the drop."""
    as_of = datetime.fromisoformat(file.schema_arrow.metadata[b"as_of"].decode())
    of_drop = int((as_of + score_ttl).timestamp())
    for batch in _batches(file, part):
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
            if audience_id != NOBODY
        ]


def _batches(file: pq.ParquetFile, part: LoadPart) -> Iterator[pa.RecordBatch]:
    """Yield a part's rows, reading only the row groups that they stand in."""
    first_of_group = 0
    for group in range(file.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        start = max(part.first - first_of_group, 0)
        end = min(part.first + part.rows - first_of_group, rows)
        if start < end:
            yield from file.read_row_group(group).slice(start, end - start).to_batches(BATCH_ROWS)
        first_of_group += rows
