"""Seeded faults that only faulty calls or lost notifications show."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from functions.ingest_drop import handler as ingest_drop
from shared.campaign.store import CampaignItem
from shared.drop import reconcile
from shared.drop.ingest import ingest_drop as judge
from shared.drop.load_store import LoadTable
from shared.drop.store import DropBucket
from shared.event.store import EventBus
from shared.score.store import ScoreStore, WriteCounts
from tests.faults.order.order_mutants import Install
from tests.faults.order.puts import delivery, report, scores
from tests.faults.order.schedules import Kind


def refused_entries_ignored(patch: pytest.MonkeyPatch) -> None:
    """Send events, and do not look at what the bus refused."""

    def sent(bus: Any, *events: Any) -> None:
        bus._client.put_events(Entries=[bus._entry(event) for event in events])

    patch.setattr(EventBus, "send", sent)


def unprocessed_keys_ignored(patch: pytest.MonkeyPatch) -> None:
    """Take what a batch answers for all that there is."""
    page = CampaignItem._batch_get_page.__func__

    def answered(model: Any, *asked: Any, **told: Any) -> Any:
        found, _ = page(model, *asked, **told)
        return found, []

    patch.setattr(CampaignItem, "_batch_get_page", classmethod(answered))


def rows_written_after_they_are_noted(patch: pytest.MonkeyPatch) -> None:
    """Note a part as written, and then write it."""
    put, note_part = ScoreStore.put, LoadTable.note_part
    waiting = list[Any]()

    def put_later(*asked: Any) -> WriteCounts:
        waiting[:] = [asked]
        return WriteCounts(len(asked[1]), 0)

    def noted(*told: Any) -> Any:
        progress = note_part(*told)
        put(*waiting.pop())
        return progress

    patch.setattr(ScoreStore, "put", put_later)
    patch.setattr(LoadTable, "note_part", noted)


def failed_judgement_is_not_asked_for_again(patch: pytest.MonkeyPatch) -> None:
    """Answer that a message is done with, whatever became of it."""

    def tried(*asked: Any, **told: Any) -> Any:
        with suppress(Exception):
            return judge(*asked, **told)
        return None

    patch.setattr(ingest_drop, "ingest_drop", tried)


def event_sent_after_the_receipt(patch: pytest.MonkeyPatch) -> None:
    """Say what was judged once its receipt stands, which ends every retry."""
    send, put, kept = EventBus.send, ingest_drop.stores.receipts.put, list[Any]()

    def later(bus: Any, *events: Any) -> None:
        if bus is ingest_drop.events:
            kept.extend(events)
        else:
            send(bus, *events)

    def put_first(receipt: Any) -> None:
        put(receipt)
        said = [kept.pop() for _ in range(len(kept))]
        send(ingest_drop.events, *said)

    patch.setattr(EventBus, "send", later)
    patch.setattr(ingest_drop.stores.receipts, "put", put_first)


FAULT_MUTANTS: tuple[tuple[Kind, Install], ...] = (
    (scores, refused_entries_ignored),
    (report, unprocessed_keys_ignored),
    (scores, rows_written_after_they_are_noted),
    (scores, failed_judgement_is_not_asked_for_again),
    (scores, event_sent_after_the_receipt),
)


def drops_without_a_receipt_not_looked_for(patch: pytest.MonkeyPatch) -> None:
    """Look at what was accepted alone."""
    patch.setattr(reconcile, "_unjudged", lambda *_: [])


def begun_load_taken_for_a_done_one(patch: pytest.MonkeyPatch) -> None:
    """Take a load for done once it has begun."""
    patch.setattr(reconcile, "_is_loaded", lambda key, loads: loads.find(key) is not None)


def campaigns_and_deliveries_not_announced(patch: pytest.MonkeyPatch) -> None:
    """Leave out the datasets whose progress nobody notes."""
    patch.setattr(reconcile, "ANNOUNCED", ())


def only_the_newest_version_of_a_key(patch: pytest.MonkeyPatch) -> None:
    """See of each key what stands there now."""
    versions = DropBucket.versions

    def newest(bucket: Any, *asked: Any) -> Iterator[Any]:
        found = {version.key: version for version in reversed(list(versions(bucket, *asked)))}
        yield from found.values()

    patch.setattr(DropBucket, "versions", newest)


def ended_load_run_taken_for_one_under_way(patch: pytest.MonkeyPatch) -> None:
    """Start no second run of a drop's load."""
    patch.setattr("shared.drop.load_store.UNDER_WAY", ("RUNNING", "ABORTED", "SUCCEEDED"))


LOSS_MUTANTS: tuple[tuple[Kind, Install], ...] = (
    (scores, drops_without_a_receipt_not_looked_for),
    (scores, begun_load_taken_for_a_done_one),
    (delivery, campaigns_and_deliveries_not_announced),
    (scores, only_the_newest_version_of_a_key),
    (scores, ended_load_run_taken_for_one_under_way),
)
