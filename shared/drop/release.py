"""Noun drop: what a person decides about drops: release one from quarantine, judge one again."""

from datetime import UTC, datetime

from shared.drop.accepted_store import AcceptedBucket
from shared.drop.judgements import QUARANTINED
from shared.drop.record_store import DropRecord, DropTable
from shared.event.events import DropAccepted, ReplayRequested
from shared.event.store import EventBus


class DropDecisionError(RuntimeError):
    """What a person asked for cannot be done; the message says why."""


def release_drop(
    record_id: str,
    *,
    accepted: AcceptedBucket,
    records: DropTable,
    events: EventBus,
    now: datetime,
) -> DropRecord:
    """Let a drop out of quarantine: its rows are used as if no gate had held it.

    It keeps its order, so what has come later stays newer. Safe to run twice: each step repeats
    with the same outcome, and readers of the event bear it twice.

    Raises:
        DropDecisionError: there is no such drop, or it is not in quarantine.
    """
    record = known_drop(record_id, records)
    if record.status != QUARANTINED:
        raise DropDecisionError(f"Drop {record_id} is {record.status}, not in quarantine.")
    key = accepted.release(record.accepted_key)
    records.note_released(record_id, now.astimezone(UTC).isoformat())
    records.note_newest(record)
    who = (record.drop_id, record.dataset, record.producer)
    events.send(DropAccepted(*who, record.order, key))
    return record


def replay_drop(record_id: str, judgement: int, *, records: DropTable, events: EventBus) -> None:
    """Ask for a drop version to be judged again, as the given judgement, which counts from 1.

    Asking twice for one judgement makes one: the receipt of its number is written once.

    Raises:
        DropDecisionError: there is no such drop.
    """
    record = known_drop(record_id, records)
    events.send(ReplayRequested(record.drop_id, record.key, record.version_id, judgement))


def known_drop(record_id: str, records: DropTable) -> DropRecord:
    """Return what is recorded of a drop.

    Raises:
        DropDecisionError: nothing is.
    """
    record = records.find(record_id)
    if record is None:
        raise DropDecisionError(f"There is no drop {record_id}. `oasis receipts` lists them.")
    return record
