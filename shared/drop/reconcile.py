"""Noun drop: finding what a lost notification left behind, and writing the table again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.drop.accepted_keys import read_accepted_key, record_id_in
from shared.drop.accepted_store import AcceptedBucket
from shared.drop.datasets import SCORES
from shared.drop.drops import MANIFEST, MANIFEST_DUE, ObjectVersion, parts_folder
from shared.drop.load_store import LoadTable
from shared.drop.receipt_store import ReceiptBucket
from shared.drop.record_store import DropTable
from shared.drop.store import DropBucket
from shared.event.events import DropAccepted, ReplayRequested
from shared.event.store import EventBus

ANNOUNCED = ("campaigns", "delivery")
ANNOUNCED_FOR = timedelta(hours=3)
"""The clock looks each hour: each is announced again although a look or two should fail."""


@dataclass(frozen=True)
class Found:
    """How much was left behind, and is under way again."""

    drops: int
    loads: int
    announced: int


def reconcile(
    *,
    drops: DropBucket,
    receipts: ReceiptBucket,
    accepted: AcceptedBucket,
    records: DropTable,
    loads: LoadTable,
    events: EventBus,
    settled_before: datetime,
    score_ttl: timedelta,
) -> Found:
    """Ask again for each dropped version without a receipt, and each accepted drop not loaded.

    Accepted campaigns and deliveries of the last hours are announced again, whether they were
    heard or not: to apply or count them twice changes nothing, and takes less than to note it.
    Only what stood there before ``settled_before`` counts: younger work may be under way. Safe to
    run twice: what is asked for again changes nothing that was done meanwhile.
    """
    missing = _unjudged(list(drops.versions()), receipts.judged(), settled_before)
    for version in missing:
        events.send(ReplayRequested(version.drop_id, version.key, version.version_id, 0))
    keys = accepted.keys(SCORES.name, until=settled_before)
    unloaded = [
        key for key in _live(keys, settled_before - score_ttl) if not _is_loaded(key, loads)
    ]
    for key in unloaded:
        events.send(_acceptance_of(key, accepted))
    announced = 0
    for dataset in ANNOUNCED:
        since = settled_before - ANNOUNCED_FOR
        for key in accepted.keys(dataset, since=since, until=settled_before):
            record = records.find(record_id_in(key))
            if record is not None:
                drop_id = read_accepted_key(key).drop_id
                events.send(DropAccepted(drop_id, dataset, record.producer, record.order, key))
                announced += 1
    return Found(len(missing), len(unloaded), announced)


def rebuild_scores(
    *,
    accepted: AcceptedBucket,
    loads: LoadTable,
    events: EventBus,
    now: datetime,
    score_ttl: timedelta,
) -> int:
    """Ask for every accepted drop of scores that lives to be written again; return how many.

    Into an empty table this brings every row that stood there. Rows that stand there stay, since
    each write is conditional on its order.
    """
    keys = _live(accepted.keys(SCORES.name), now - score_ttl)
    for key in keys:
        loads.forget(key)
        events.send(_acceptance_of(key, accepted))
    return len(keys)


def _unjudged(
    versions: list[ObjectVersion], judged: set[str], settled_before: datetime
) -> list[ObjectVersion]:
    """Return versions that should have a receipt; parts only where their manifest never came."""
    with_manifest = {parts_folder(v.key) for v in versions if v.key.endswith(f"/{MANIFEST}")}

    def is_due(version: ObjectVersion) -> bool:
        folder = parts_folder(version.key)
        if folder in with_manifest and not version.key.endswith(f"/{MANIFEST}"):
            return False
        is_part = folder and folder not in with_manifest
        waited = MANIFEST_DUE if is_part else timedelta()
        return version.last_modified < settled_before - waited

    return [v for v in versions if v.drop_id not in judged and is_due(v)]


def _live(keys: Iterable[str], since: datetime) -> list[str]:
    """Return the keys of drops whose scores have not expired."""
    return [key for key in keys if read_accepted_key(key).as_of > since]


def _is_loaded(key: str, loads: LoadTable) -> bool:
    progress = loads.find(key)
    return progress is not None and progress.is_complete


def _acceptance_of(key: str, accepted: AcceptedBucket) -> DropAccepted:
    about = accepted.open(key).schema_arrow.metadata
    told = {name: about[name.encode()].decode() for name in ("drop_id", "producer", "order")}
    return DropAccepted(dataset=SCORES.name, accepted_key=key, **told)
