"""Noun drop: undoing a drop of scores: the rows that stood before it stand again."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shared.drop.accepted_keys import QUARANTINE_PREFIX, accepted_key_of, read_accepted_key
from shared.drop.accepted_store import AcceptedBucket
from shared.drop.datasets import SCORES
from shared.drop.judgements import ACCEPTED, PARTIAL, QUARANTINED
from shared.drop.record_store import DropRecord, DropTable
from shared.drop.release import DropDecisionError, known_drop
from shared.event.events import DropAccepted
from shared.event.store import EventBus

UNDONE = "~"  # sorts behind an order and all its replays, before any later order
ROWS = pa.schema([("audience_id", pa.string()), ("row", pa.binary())])


def revert_drop(
    record_id: str,
    *,
    accepted: AcceptedBucket,
    records: DropTable,
    events: EventBus,
    now: datetime,
) -> int:
    """Put back what stood before a drop of scores, and return how many audiences had rows then.

    The rows go under an order of their own, right behind the drop's: what came later stays. An
    audience that had no row before has none again. Later drops that were undone before are undone
    again, since this drop's rows may have come back by that. Safe to run twice: the drops before
    it are the same, so the same rows go under the same keys.

    Raises:
        DropDecisionError: there is no such drop, or it is none of scores that are in use.
    """
    record = known_drop(record_id, records)
    _check(record)
    keys = [(key, read_accepted_key(key).drop_id) for key in accepted.keys(SCORES.name)]
    undone = {drop_id for key, drop_id in keys if UNDONE in key} | {record.drop_id}
    sound = [key for key, drop_id in keys if drop_id not in undone]
    first = record.accepted_key.removeprefix(QUARANTINE_PREFIX)
    many = 0
    for key, drop_id in keys:
        if UNDONE in key or drop_id not in undone or key < first:
            continue
        about, rows = _rows_before(key, sound, accepted)
        about["order"] += f"{UNDONE}{len(undone):04}"
        put_back = accepted_key_of(SCORES, about["order"], drop_id)
        _store(rows.replace_schema_metadata(about), put_back, accepted)
        events.send(DropAccepted(drop_id, SCORES.name, about["producer"], about["order"], put_back))
        if drop_id == record.drop_id:
            many = int(rows.num_rows - rows.column("row").null_count)
    records.note_reverted(record_id, now.astimezone(UTC).isoformat())
    return many


def _check(record: DropRecord) -> None:
    is_used = record.status in (ACCEPTED, PARTIAL) or (
        record.status == QUARANTINED and record.released_at
    )
    if record.dataset != SCORES.name or not is_used:
        raise DropDecisionError(
            f"Drop {record.drop_id} is a drop of {record.dataset}, {record.status}. Only drops of "
            "scores that are in use can be undone; of other datasets, drop what stood before."
        )


def _rows_before(
    key: str, sound: list[str], accepted: AcceptedBucket
) -> tuple[dict[str, str], pa.Table]:
    """Return what a file says of its drop, and for each of its audiences the row from before it.

    The row is null where there was none.
    """
    table = accepted.table(key)
    about = {name.decode(): value.decode() for name, value in table.schema.metadata.items()}
    found = [ROWS.empty_table()]
    missing = table.column("audience_id").combine_chunks()
    for earlier in sorted((each for each in sound if each < key), reverse=True):
        if not len(missing):
            break
        rows = accepted.table(earlier).select(ROWS.names).cast(ROWS)
        found.append(rows.filter(pc.is_in(rows.column("audience_id"), value_set=missing)))
        known = found[-1].column("audience_id").combine_chunks()
        missing = missing.filter(pc.invert(pc.is_in(missing, value_set=known)))
    absent = pa.table({"audience_id": missing, "row": pa.nulls(len(missing), pa.binary())})
    return about, pa.concat_tables([*found, absent]).sort_by("audience_id")


def _store(rows: pa.Table, key: str, accepted: AcceptedBucket) -> None:
    with TemporaryDirectory() as folder:
        body = Path(folder) / "rows"
        pq.write_table(rows, body, compression="none")
        accepted.upload(key, body)
