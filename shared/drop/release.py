"""Noun drop: what a person decides about drops: judge one again, or release one from quarantine."""

from datetime import UTC, datetime

from shared.drop.drops import record_id_of
from shared.drop.judgements import QUARANTINED
from shared.drop.record_store import DropRecord, DropTable
from shared.event.events import ReplayRequested
from shared.event.store import EventBus


class DropDecisionError(RuntimeError):
    """What a person asked for cannot be done; the message says why."""


def release_drop(
    drop_id: str, judgement: int, *, records: DropTable, events: EventBus, now: datetime
) -> None:
    """Let a drop out of quarantine: it is judged again, as the given judgement, held by no gate.

    So what it takes from and leaves to drops that came meanwhile is seen as it stands now. Its
    order is right behind its own: what is newer stays newer. Asking twice makes one judgement.

    Raises:
        DropDecisionError: there is no such drop, or it is not in quarantine.
    """
    first = known_drop(drop_id, records)
    last = records.find(record_id_of(drop_id, judgement - 1)) or first
    if last.status != QUARANTINED:
        raise DropDecisionError(f"Drop {drop_id} is {last.status}, not in quarantine.")
    records.note_released(drop_id, now.astimezone(UTC).isoformat())
    events.send(ReplayRequested(drop_id, first.key, first.version_id, judgement))


def replay_drop(drop_id: str, judgement: int, *, records: DropTable, events: EventBus) -> None:
    """Ask for a drop version to be judged again, as the given judgement, which counts from 1.

    Asking twice for one judgement makes one: the receipt of its number is written once.

    Raises:
        DropDecisionError: there is no such drop, or it was undone.
    """
    record = known_drop(drop_id, records)
    if record.reverted_at:
        raise DropDecisionError(
            f"Drop {drop_id} was undone, and what was put back stands behind it. Drop its file "
            "again with an as_of of now."
        )
    events.send(ReplayRequested(drop_id, record.key, record.version_id, judgement))


def known_drop(drop_id: str, records: DropTable) -> DropRecord:
    """Return what is recorded of a drop's first judgement.

    Raises:
        DropDecisionError: nothing is.
    """
    record = records.find(drop_id)
    if record is None:
        raise DropDecisionError(
            f"Nothing is recorded of drop {drop_id}. Either there is none (`oasis receipts` lists "
            "all), or it was a duplicate or a dry run, of which nothing was kept."
        )
    return record
