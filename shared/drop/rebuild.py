"""Noun drop: writing lost records of drops again, from receipts and from accepted data."""

from dataclasses import dataclass
from datetime import datetime

from shared.drop.accepted_keys import is_put_back, record_id_in, undone_drops
from shared.drop.accepted_store import AcceptedBucket
from shared.drop.claim_store import ClaimStore
from shared.drop.datasets import DATASETS
from shared.drop.drops import record_id_of
from shared.drop.ingest import record_of
from shared.drop.judge_fetched import RELEASED
from shared.drop.judgements import DRY_RUN, DUPLICATE
from shared.drop.receipt_store import ReceiptBucket
from shared.drop.receipts import Receipt
from shared.drop.record_store import DropRecord, DropTable
from shared.drop.store import DropBucket, ObjectReference
from shared.event.events import DropAccepted
from shared.event.store import EventBus


@dataclass(frozen=True)
class RebuiltDrops:
    """How many records stand again, and how many shards of claims."""

    records: int
    shards: int


def rebuild_drops(
    *,
    drops: DropBucket,
    receipts: ReceiptBucket,
    accepted: AcceptedBucket,
    claims: ClaimStore,
    records: DropTable,
    now: datetime,
) -> RebuiltDrops:
    """Write the record of each judgement, the newest drop of each producer, and the claims again.

    What stands there stays, so it is safe to run twice, and beside new drops. Releases and
    reverts stand again without their instants. How far drops are loaded, and which plan served
    them first, comes with loading and planning.
    """
    keys = [key for dataset in DATASETS for key in accepted.keys(dataset)]
    accepted_keys = {record_id_in(key): key for key in keys if not is_put_back(key)}
    undone = undone_drops(keys)
    many = 0
    for receipt in receipts.all():
        if receipt.status in (DUPLICATE, DRY_RUN):
            continue
        record = _record(receipt, accepted_keys, drops)
        records.put(record)
        if record.accepted_key and receipt.drop_id not in undone:
            records.note_newest(record)
        if RELEASED in receipt.departure.passed:
            records.note_released(receipt.drop_id, receipt.judged_at)
        many += 1
    for drop_id in undone:
        records.note_reverted(drop_id, now.isoformat())
    return RebuiltDrops(many, claims.point_to_largest())


def announce_again(
    dataset: str, *, accepted: AcceptedBucket, records: DropTable, events: EventBus
) -> int:
    """Say of each accepted drop of a dataset that it was accepted, in their order; return how many.

    Safe to run twice: whoever listens bears that.
    """
    keys = accepted.keys(dataset)
    for key in keys:
        record = records.find(record_id_in(key))
        if record is None:
            raise NoRecordError(f"{key} has no record: rebuild the table of drops first.")
        drop_id, _, _ = record.drop_id.partition("+")
        events.send(DropAccepted(drop_id, dataset, record.producer, record.order, key))
    return len(keys)


class NoRecordError(RuntimeError):
    """Accepted data stands there without the record of its drop."""


def _record(receipt: Receipt, accepted_keys: dict[str, str], drops: DropBucket) -> DropRecord:
    is_drop = bool(receipt.as_of)
    record_id = record_id_of(receipt.drop_id, receipt.judgement if is_drop else 0)
    return record_of(
        receipt,
        record_id=record_id,
        accepted_key=accepted_keys.get(record_id, ""),
        arrived_at=_arrived_at(receipt, drops),
    )


def _arrived_at(receipt: Receipt, drops: DropBucket) -> datetime:
    """Return when a version arrived, or was judged where its order tells or it is gone."""
    judged_at = datetime.fromisoformat(receipt.judged_at)
    if receipt.order:
        return judged_at
    reference = ObjectReference(receipt.bucket, receipt.key, receipt.version_id)
    version = drops.describe(reference)
    return version.last_modified if version else judged_at
