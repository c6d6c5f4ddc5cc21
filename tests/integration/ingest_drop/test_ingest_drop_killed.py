"""Arrow ingest_drop killed before or after any call: a retry ends in the same state."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.ingest_drop import handler

SCORES = b"audience_id,track_id,score\na,t1,0.25\na,t2,0.5\nb,t1,1\n"
FILES = {
    "accepted": ("drops/scores/ml/2026-01-05/a.csv", SCORES),
    "rejected": ("drops/scores/ml/2026-01-05/a.csv", b"a,t1,0.5\n"),
    "a bad key": ("drops/a.csv", SCORES),
    "a document": ("drops/policy/operations/2026-01-05/a.json", b"{}"),
}
MOST_CALLS = 20


def stored(world: Any) -> dict[str, Any]:
    items = world.items(world.drops_table)
    for item in items:
        item.pop("judged_at", None)
    receipts = [json.loads(body) for body in world.objects(world.receipt_bucket).values()]
    for receipt in receipts:
        del receipt["judged_at"], receipt["timings"]
    return {
        "accepted": world.objects(world.accepted_bucket),
        "items": sorted(items, key=lambda item: str(item["drop_id"])),
        "receipts": receipts,
        "receipt_names": set(world.objects(world.receipt_bucket)),
    }


def wipe(world: Any) -> None:
    for bucket in (world.accepted_bucket, world.receipt_bucket):
        for name in world.objects(bucket):
            world.s3.delete_object(Bucket=bucket, Key=name)
    for item in world.items(world.drops_table):
        world.tables.Table(world.drops_table).delete_item(Key={"drop_id": item["drop_id"]})
    world.events()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("name", FILES)
def test_a_retry_after_a_kill_at_any_call_ends_the_same(
    world: Any,
    context: Any,
    make_batch: Callable[..., Any],
    killed: type[BaseException],
    name: str,
    when: str,
) -> None:
    batch = make_batch(world.drop(*FILES[name]))
    world.calls.start()
    handler.handle(batch, context)
    calls = list(world.calls.calls)
    expected, expected_events = stored(world), world.events()
    assert 5 < len(calls) < MOST_CALLS
    assert calls[-1] == "s3.PutObject"

    for call in range(len(calls)):
        wipe(world)
        world.calls.start(call, when)
        with pytest.raises(killed):
            handler.handle(batch, context)
        world.calls.start()

        handler.handle(batch, context)

        assert stored(world) == expected, f"{when} {calls[call]}"
        said = world.events()
        assert said in (expected_events, expected_events * 2), f"{when} {calls[call]}"


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_duplicate_killed_at_any_call_stays_a_duplicate(
    world: Any,
    context: Any,
    make_batch: Callable[..., Any],
    killed: type[BaseException],
    when: str,
) -> None:
    handler.handle(make_batch(world.drop("drops/scores/ml/2026-01-05/a.csv", SCORES)), context)
    before = stored(world)
    world.events()
    event = make_batch(world.drop("drops/scores/ml/2026-01-05/b.csv", SCORES))
    world.calls.start()
    handler.handle(event, context)
    calls, expected = list(world.calls.calls), stored(world)

    for call in range(len(calls)):
        for name in world.objects(world.receipt_bucket):
            if name not in before["receipt_names"]:
                world.s3.delete_object(Bucket=world.receipt_bucket, Key=name)
        world.calls.start(call, when)
        with pytest.raises(killed):
            handler.handle(event, context)
        world.calls.start()

        handler.handle(event, context)

        assert stored(world) == expected, f"{when} {calls[call]}"
    assert (expected["items"], expected["accepted"]) == (before["items"], before["accepted"])
    assert world.events() == []


def test_a_drop_killed_before_its_receipt_is_no_duplicate_of_one_that_came_between(
    world: Any, context: Any, make_batch: Callable[..., Any], killed: type[BaseException]
) -> None:
    first = make_batch(world.drop("drops/scores/ml/2026-01-05/a.csv", SCORES))
    second = make_batch(world.drop("drops/scores/ml/2026-01-05/b.csv", SCORES))
    world.calls.start()
    handler.handle(first, context)
    before_newest = [i for i, c in enumerate(world.calls.calls) if c == "dynamodb.PutItem"][-1]
    wipe(world)
    world.calls.start(before_newest, "before")
    with pytest.raises(killed):
        handler.handle(first, context)
    world.calls.start()

    handler.handle(second, context)
    handler.handle(first, context)

    receipts = {r["key"][-5:]: r["status"] for r in stored(world)["receipts"]}
    accepted = [d["drop_id"] for name, d in world.events() if name == "DropAccepted"]
    assert receipts == {"a.csv": "accepted", "b.csv": "accepted"}
    assert len(accepted) == len(set(accepted)) == 2
