"""Noun drop: judging one drop version, once for each judgement that is asked for."""

from datetime import UTC, datetime

from shared.drop.drop_stores import DropStores
from shared.drop.drops import MANIFEST_DUE, Drop, DropPart, UnreadableKey, read_key
from shared.drop.judge_drop import judge_drop
from shared.drop.judgements import DRY_RUN, DUPLICATE, QUARANTINED, REJECTED, Judgement
from shared.drop.receipts import Receipt, make_receipt
from shared.drop.record_store import DropRecord
from shared.drop.store import ObjectReference
from shared.drop.verdicts import Verdict
from shared.event.events import DropAccepted, DropQuarantined, DropRejected
from shared.event.store import EventBus
from shared.policy.policies import Policy
from shared.request.budgets import TimeBudget


def ingest_drop(
    reference: ObjectReference,
    *,
    judgement: int = 0,
    now: datetime,
    policy: Policy,
    policy_producer: str,
    stores: DropStores,
    events: EventBus,
    budget: TimeBudget | None = None,
) -> Receipt | None:
    """Judge a dropped file, store what is accepted, and write its receipt last.

    ``judgement`` is 0, or the number of the replay. Safe to run twice: a receipt means that all
    before it was done, and every step before it repeats with the same outcome. Returns None where
    the judgement has its receipt, the drop is gone, or it is a part: parts are judged by their
    manifest, and refused on their own where there is none a day after they came. A drop that is
    not judged within the budget is refused.
    """
    version = stores.drops.describe(reference)
    if version is None or stores.receipts.has(version.drop_id, judgement):
        return None
    drop = read_key(version, judgement)
    if isinstance(drop, DropPart) and not _is_forgotten(drop, now, stores):
        return None
    verdict = (
        judge_drop(drop, policy, policy_producer, stores, budget)
        if isinstance(drop, Drop)
        else Verdict(REJECTED, _unread(drop))
    )
    receipt = make_receipt(drop, verdict, judgement=judgement, now=now)
    if verdict.status not in (DUPLICATE, DRY_RUN):
        record = record_of(
            receipt,
            record_id=drop.record_id if isinstance(drop, Drop) else receipt.drop_id,
            accepted_key=verdict.accepted_key,
            arrived_at=drop.version.last_modified,
        )
        stores.records.put(record)
        if verdict.accepted_key and verdict.status != QUARANTINED:
            stores.records.note_newest(record)
        events.send(_said(receipt, verdict))
        for later in _repeating_what_was(drop, verdict, stores):
            ingest_drop(
                later,
                judgement=1,
                now=now,
                policy=policy,
                policy_producer=policy_producer,
                stores=stores,
                events=events,
                budget=budget,
            )
    stores.receipts.put(receipt)
    return receipt


def _repeating_what_was(
    drop: Drop | DropPart | UnreadableKey, verdict: Verdict, stores: DropStores
) -> list[ObjectReference]:
    """Return the duplicates of what stood before an accepted drop that are later than it.

    They repeat nothing that stands any more, so each is judged as by a first replay.
    """
    is_used = verdict.accepted_key and verdict.status != QUARANTINED
    return stores.receipts.duplicates_after(drop) if is_used and isinstance(drop, Drop) else []


def _is_forgotten(part: DropPart, now: datetime, stores: DropStores) -> bool:
    is_due = now - part.version.last_modified >= MANIFEST_DUE
    return is_due and stores.drops.describe(ObjectReference("", part.manifest_key)) is None


def _unread(drop: DropPart | UnreadableKey) -> Judgement:
    if isinstance(drop, UnreadableKey):
        return Judgement(REJECTED, drop.reason, None, drop.message)
    message = f"No {drop.manifest_key} came within a day of this part. Drop parts and manifest."
    return Judgement(REJECTED, "manifest_missing", None, message)


def _said(receipt: Receipt, verdict: Verdict) -> DropAccepted | DropQuarantined | DropRejected:
    who = (receipt.drop_id, receipt.dataset, receipt.producer)
    if verdict.status == QUARANTINED:
        return DropQuarantined(*who, verdict.departure.held_by, receipt.sentence)
    if verdict.status == REJECTED:
        return DropRejected(*who, receipt.reason, receipt.sentence)
    return DropAccepted(*who, receipt.order, verdict.accepted_key)


def record_of(
    receipt: Receipt, *, record_id: str, accepted_key: str, arrived_at: datetime
) -> DropRecord:
    """Return the record of a judgement; what names no drop has the order of its arrival."""
    return DropRecord(
        drop_id=record_id,
        dataset=receipt.dataset,
        order=receipt.order or f"{arrived_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        producer=receipt.producer,
        as_of=receipt.as_of,
        key=receipt.key,
        version_id=receipt.version_id,
        sha256=receipt.sha256,
        status=receipt.status,
        sentence=receipt.sentence,
        accepted_key=accepted_key,
        judged_at=receipt.judged_at,
        departure=receipt.departure,
        profile=receipt.profile,
    )
