"""Noun drop: undoing a drop of scores: the rows that stood before it stand again."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shared.drop.accepted_keys import (
    UNDONE,
    accepted_key_of,
    is_put_back,
    read_accepted_key,
    record_id_in,
    undone_drops,
)
from shared.drop.accepted_store import AcceptedBucket
from shared.drop.datasets import SCORES
from shared.drop.manifests import DELTA
from shared.drop.record_store import DropRecord, DropTable
from shared.drop.release import DropDecisionError, known_drop
from shared.event.events import DropAccepted
from shared.event.store import EventBus

ROWS = pa.schema([("audience_id", pa.string()), ("row", pa.binary())])
ROWS_OF_GROUP = 4096  # of a row group, so that whoever reads them later holds few


def revert_drop(
    drop_id: str,
    *,
    accepted: AcceptedBucket,
    records: DropTable,
    events: EventBus,
    now: datetime,
) -> int:
    """Put back what stood before a drop of scores, and return how many audiences had rows then.

    The rows go under an order of their own, right behind the drop's: what came later stays. An
    audience that had no row before has none again. Later drops that were undone before are undone
    again, since this drop's rows may have come back by that. The producer's drop before it is the
    one to compare with again. Safe to run twice: the drops before it are the same, so the same
    rows go under the same keys.

    Raises:
        DropDecisionError: there is no such drop, or it is none of scores that are in use.
    """
    record = known_drop(drop_id, records)
    keys = [(key, read_accepted_key(key).drop_id) for key in accepted.keys(SCORES.name)]
    own = [key for key, of_drop in keys if of_drop == drop_id and not is_put_back(key)]
    if not own:
        raise DropDecisionError(
            f"Drop {drop_id} is a drop of {record.dataset}, {record.status}. Only drops of scores "
            "that are in use can be undone; of other datasets, drop what stood before."
        )
    undone = undone_drops(key for key, _ in keys) | {drop_id}
    sound = [key for key, of_drop in keys if of_drop not in undone]
    first, many = min(own), 0
    for key, of_drop in keys:
        if is_put_back(key) or of_drop not in undone or key < first:
            continue
        about, rows = _rows_before(key, sound, accepted)
        about["order"] += f"{UNDONE}{len(undone):04}"
        about["mode"] = DELTA
        put_back = accepted_key_of(SCORES, about["order"], of_drop)
        _store(rows.replace_schema_metadata(about), put_back, accepted)
        events.send(DropAccepted(of_drop, SCORES.name, about["producer"], about["order"], put_back))
        if of_drop == drop_id:
            many = int(rows.num_rows - rows.column("row").null_count)
    records.replace_newest(record, _before(record, sound, first, accepted, records))
    records.note_reverted(drop_id, now.astimezone(UTC).isoformat())
    return many


def _before(
    record: DropRecord, sound: list[str], first: str, accepted: AcceptedBucket, records: DropTable
) -> DropRecord | None:
    """Return the record of the producer's drop before one, None where there is none."""
    for key in sorted((each for each in sound if each < first), reverse=True):
        if accepted.producer(key) == record.producer:
            return records.find(record_id_in(key))
    return None


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
        pq.write_table(rows, body, compression="none", row_group_size=ROWS_OF_GROUP)
        accepted.upload(key, body)
