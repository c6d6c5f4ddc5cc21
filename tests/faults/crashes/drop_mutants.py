"""Seeded faults of a drop's steps, each such as a hasty change would bring in."""

from collections.abc import Callable
from dataclasses import asdict
from hashlib import blake2b
from typing import Any
from uuid import uuid4

import pytest

from functions.count_delivery import handler as count_delivery
from functions.ingest_drop import handler as ingest_drop
from shared.campaign import update
from shared.campaign.store import CampaignStore
from shared.campaign.update import Outcome
from shared.drop import ingest, load_store
from shared.drop.claim_store import PREFIX, ClaimStore
from shared.drop.claims import Claims, encode_claims
from shared.drop.load_store import LoadTable
from shared.drop.record_store import DropTable
from shared.event.store import EventBus
from shared.plan.count import Counted
from shared.score.store import ScoreStore, WriteCounts
from shared.table.signed_calls import SignedCalls
from tests.aws_world import ENVIRONMENT, SESSION

Install = Callable[[pytest.MonkeyPatch], None]


def receipt_before_the_record(patch: pytest.MonkeyPatch) -> None:
    """Write the receipt as soon as it is made."""
    make = ingest.make_receipt

    def written(*judged: Any, **told: Any) -> Any:
        receipt = make(*judged, **told)
        ingest_drop.stores.receipts.put(receipt)
        return receipt

    patch.setattr(ingest, "make_receipt", written)


def claims_that_do_not_know_their_owner(patch: pytest.MonkeyPatch) -> None:
    """Take every claim for another producer's."""
    of_others = Claims.of_others
    patch.setattr(Claims, "of_others", lambda claims, hashes, _: of_others(claims, hashes, ""))


def claims_pointed_to_before_they_stand(patch: pytest.MonkeyPatch) -> None:
    """Move a shard's pointer before the object it points to is stored."""

    def pointed(store: Any, shard: int, before: str, claims: Claims) -> bool:
        body = encode_claims(claims)
        key = f"{PREFIX}{shard:02}/{blake2b(body, digest_size=16).hexdigest()}.parquet"
        is_moved: bool = store._pointers.move(shard, before, key)
        store._client.put_object(Bucket=store._bucket, Key=key, Body=body)
        return is_moved

    patch.setattr(ClaimStore, "replace", pointed)


def part_noted_before_its_rows(patch: pytest.MonkeyPatch) -> None:
    """Note that a part is written, and write it then."""
    put, note_part = ScoreStore.put, LoadTable.note_part
    waiting: list[Any] = []

    def put_later(*asked: Any) -> WriteCounts:
        waiting.append(asked)
        return WriteCounts(len(asked[1]), 0)

    def noted(*told: Any) -> Any:
        progress = note_part(*told)
        while waiting:
            put(*waiting.pop())
        return progress

    patch.setattr(ScoreStore, "put", put_later)
    patch.setattr(LoadTable, "note_part", noted)


def rows_added_to_the_record(patch: pytest.MonkeyPatch) -> None:
    """Add to a counter that is to be set."""

    def added(table: Any, drop_id: str, *, written: int, superseded: int, now: str) -> None:
        model = table._model
        counts = [model.rows_written.add(written), model.rows_superseded.add(superseded)]
        model(drop_id).update(actions=[*counts, model.loaded_at.set(model.loaded_at | now)])

    patch.setattr(DropTable, "note_loaded", added)


def load_run_of_a_random_name(patch: pytest.MonkeyPatch) -> None:
    """Name each run anew, whether one is under way or not."""
    patch.setattr(load_store, "count", lambda: iter([uuid4()]))


def own_row_taken_for_a_newer_one(patch: pytest.MonkeyPatch) -> None:
    """Do not ask what stands where a condition failed."""
    call = SignedCalls.call

    def unasked(calls: Any, operation: str, request: dict[str, Any], budget: Any) -> Any:
        kept = {name: request[name] for name in request if not name.startswith("ReturnValues")}
        return call(calls, operation, kept, budget)

    patch.setattr(SignedCalls, "call", unasked)


class OneByOne:
    """Calls of their own in the place of one transaction."""

    def __init__(self, *_: Any) -> None:
        """Take what a transaction takes."""

    def __enter__(self) -> "OneByOne":
        """Begin nothing."""
        return self

    def __exit__(self, *_: Any) -> None:
        """End nothing."""

    def save(self, item: Any, condition: Any) -> None:
        """Write an item at once."""
        item.save(condition=condition)

    def condition_check(self, *_: Any, condition: Any) -> None:
        """Check nothing."""

    def update(self, item: Any, actions: Any, condition: Any) -> None:
        """Change an item at once."""
        item.update(actions=actions, condition=condition)


def suppression_in_a_call_of_its_own(patch: pytest.MonkeyPatch) -> None:
    """Write the campaign, and its entry of suppression after it."""
    patch.setattr(CampaignStore, "_transaction", OneByOne)


def version_that_stands_is_not_announced(patch: pytest.MonkeyPatch) -> None:
    """Say nothing of a version that is applied already, as of an older one."""
    apply = update._apply

    def silent(campaign: Any, publisher: str, correlation_id: str, campaigns: Any, *on: Any) -> Any:
        stored = campaigns.get(campaign.campaign_id)
        if stored is not None and stored.version == campaign.version:
            return Outcome(campaign.campaign_id, "older", campaign.version)
        return apply(campaign, publisher, correlation_id, campaigns, *on)

    patch.setattr(update, "_apply", silent)


def delivery_noted_before_it_silences(patch: pytest.MonkeyPatch) -> None:
    """Write the summary first, and count no drop that is in it."""
    count = count_delivery.count_delivery

    def counted_once(key: str, *, deliveries: Any, **stores: Any) -> Counted:
        if key in deliveries._summary().drops:
            return Counted(0, 0, (), ())
        deliveries.standing()
        deliveries.summarise()
        return count(key, deliveries=deliveries, **stores)

    patch.setattr(count_delivery, "count_delivery", counted_once)


def event_noted_before_it_is_sent(patch: pytest.MonkeyPatch) -> None:
    """Note an event as sent, send it then, and send none that is noted."""
    send, s3 = EventBus.send, SESSION.client("s3")
    bucket = ENVIRONMENT["RECEIPT_BUCKET"]

    def sent_once(bus: EventBus, event: Any) -> None:
        key = f"sent/{blake2b(repr(asdict(event)).encode(), digest_size=8).hexdigest()}"
        if not s3.list_objects_v2(Bucket=bucket, Prefix=key)["KeyCount"]:
            s3.put_object(Bucket=bucket, Key=key)
            send(bus, event)

    patch.setattr(EventBus, "send", sent_once)


DROP_MUTANTS: tuple[tuple[str, Install], ...] = (
    ("ingest_drop, accepted", receipt_before_the_record),
    ("ingest_drop, accepted", claims_that_do_not_know_their_owner),
    ("ingest_drop, accepted", claims_pointed_to_before_they_stand),
    ("load_scores, at once", part_noted_before_its_rows),
    ("load_scores, loaded before", rows_added_to_the_record),
    ("load_scores, in a run", load_run_of_a_random_name),
    ("load_part, the first", own_row_taken_for_a_newer_one),
    ("update_campaign, paused", suppression_in_a_call_of_its_own),
    ("update_campaign, new", version_that_stands_is_not_announced),
    ("count_delivery, silenced", delivery_noted_before_it_silences),
    ("reconcile", event_noted_before_it_is_sent),
)
