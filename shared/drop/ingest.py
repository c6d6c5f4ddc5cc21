"""Noun drop: judging one drop version, once."""

import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from shared.drop.acceptance import judge_file
from shared.drop.accepted import accepted_file
from shared.drop.accepted_keys import accepted_key
from shared.drop.candidates import Candidate
from shared.drop.drops import Drop, UnreadableKey, read_key
from shared.drop.judgements import ACCEPTED, DUPLICATE, PARTIAL, REJECTED, Judgement
from shared.drop.receipts import Receipt, WriteCost, make_receipt, write_cost
from shared.drop.record_store import DropRecord, DropTable
from shared.drop.store import AcceptedBucket, DropBucket, ObjectReference, ReceiptBucket
from shared.event.events import DropAccepted, DropRejected
from shared.event.store import EventBus
from shared.policy.policies import Policy


def ingest_drop(
    reference: ObjectReference,
    *,
    now: datetime,
    policy: Policy,
    policy_producer: str,
    drops: DropBucket,
    accepted: AcceptedBucket,
    receipts: ReceiptBucket,
    records: DropTable,
    events: EventBus,
) -> Receipt | None:
    """Judge a dropped file, store what is accepted, and write its receipt last.

    Safe to run twice: a receipt means that all before it was done, and every step before it
    repeats with the same outcome. Returns None where the drop has its receipt, or is gone.
    """
    began = time.monotonic()
    version = drops.describe(reference)
    if version is None or receipts.has(version.drop_id):
        return None
    drop = read_key(version)
    judgement, sha256, cost, key = _judge(drop, policy, policy_producer, drops, accepted, records)
    receipt = make_receipt(
        drop,
        judgement,
        sha256=sha256,
        cost=cost,
        now=now,
        judged_in_s=time.monotonic() - began,
    )
    if judgement.status == DUPLICATE:
        receipts.put(receipt)
        return receipt
    record = _record(receipt, key, version.last_modified)
    records.put(record)
    if key:
        records.note_newest(record)
        events.send(
            DropAccepted(receipt.drop_id, receipt.dataset, receipt.producer, receipt.order, key)
        )
    else:
        events.send(
            DropRejected(
                receipt.drop_id,
                receipt.dataset,
                receipt.producer,
                receipt.reason,
                receipt.sentence,
            )
        )
    receipts.put(receipt)
    return receipt


def _judge(
    drop: Drop | UnreadableKey,
    policy: Policy,
    policy_producer: str,
    drops: DropBucket,
    accepted: AcceptedBucket,
    records: DropTable,
) -> tuple[Judgement, str, WriteCost, str]:
    """Return judgement, SHA-256, cost and the key of the accepted data, empty if there is none."""
    free = write_cost([])
    if isinstance(drop, UnreadableKey):
        return Judgement(REJECTED, drop.reason, None, drop.message), "", free, ""
    # Its own producer may always replace the policy, or a mistake in it could never be undone.
    is_policy_makers = drop.dataset.name == "policy" and drop.producer == policy_producer
    if not (is_policy_makers or policy.admits_producer(drop.producer, drop.dataset.name)):
        message = f"Policy does not let {drop.producer} drop {drop.dataset.name}."
        return Judgement(REJECTED, "producer_not_allowed", None, message), "", free, ""
    if drop.version.size > policy.limits.max_bytes:
        message = f"The file is larger than {policy.limits.max_bytes:,} bytes. Send it in parts."
        return Judgement(REJECTED, "file_too_large", None, message), "", free, ""
    with drops.fetched(drop.version) as (path, sha256):
        newest = records.newest(drop.dataset.name, drop.producer)
        if (
            newest is not None
            and newest.drop_id != drop.drop_id
            and (newest.sha256, newest.as_of) == (sha256, drop.as_of.isoformat())
            and not records.has(drop.drop_id)  # judged before, and killed before its receipt
        ):
            message = f"Drop {newest.drop_id} has the same bytes and as_of, and is the newest."
            return Judgement(DUPLICATE, message=message), sha256, free, ""
        with TemporaryDirectory() as folder:
            body = Path(folder) / "accepted"
            sink = accepted_file(body, drop, max_scores_per_audience=policy.max_scores_per_audience)
            candidate = Candidate(path, drop.dataset, drop.format, policy.limits)
            judgement = judge_file(candidate, sink=sink)
            sink.close()
            if judgement.status not in (ACCEPTED, PARTIAL):
                return judgement, sha256, free, ""
            if judgement.document:
                body.write_bytes(judgement.document)
            key = accepted_key(drop)
            accepted.upload(key, body)
    return judgement, sha256, sink.cost, key


def _record(receipt: Receipt, key: str, arrived_at: datetime) -> DropRecord:
    # Where the key gives no order the record stands by its arrival, on which a retry agrees.
    return DropRecord(
        drop_id=receipt.drop_id,
        dataset=receipt.dataset,
        order=receipt.order or f"{arrived_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        producer=receipt.producer,
        as_of=receipt.as_of,
        key=receipt.key,
        version_id=receipt.version_id,
        sha256=receipt.sha256,
        status=receipt.status,
        sentence=receipt.sentence,
        accepted_key=key,
        judged_at=datetime.fromisoformat(receipt.judged_at).astimezone(UTC).isoformat(),
    )
