"""Arrow ingest_drop killed before or after any call: a retry ends in the same state."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

from functions.ingest_drop import handler

SCORES = b"audience_id,track_id,score\na,t1,0.25\na,t2,0.5\nb,t1,1\n"
PARTIAL = SCORES + b"b,t2,1.5\n"
FOLDER = "drops/scores/ml/2026-01-05/night.parts"


def in_parts(**told: Any) -> tuple[tuple[str, bytes], ...]:
    """Return two parts, of which one loses a row, and their manifest."""
    bodies = {"one.csv": PARTIAL, "two.csv": b"audience_id,track_id,score\nc,t1,0.5\n"}
    parts = [
        {"name": name, "sha256": sha256(body).hexdigest(), "rows": body.count(b"\n") - 1}
        for name, body in bodies.items()
    ]
    files = ((f"{FOLDER}/{name}", body) for name, body in bodies.items())
    return (*files, (f"{FOLDER}/_manifest.json", json.dumps({"parts": parts, **told}).encode()))


DROPS = {
    "accepted": (("drops/scores/ml/2026-01-05/a.csv", SCORES),),
    "partial": (("drops/scores/ml/2026-01-05/a.csv", PARTIAL),),
    "rejected": (("drops/scores/ml/2026-01-05/a.csv", b"a,t1,0.5\n"),),
    "a bad key": (("drops/a.csv", SCORES),),
    "a document": (("drops/policy/operations/2026-01-05/a.json", b"{}"),),
    "parts": in_parts(),
    "full": in_parts(mode="full"),
    "dry run": in_parts(dry_run=True),
}
MOST_CALLS = 40


def stored(world: Any) -> dict[str, Any]:
    items = world.items(world.drops_table)
    for item in items:
        item.pop("judged_at", None)
    written = world.objects(world.receipt_bucket)
    receipts = [json.loads(body) for key, body in written.items() if key.startswith("receipts/")]
    for receipt in receipts:
        del receipt["judged_at"], receipt["timings"]
    return {
        "accepted": world.objects(world.accepted_bucket),
        "items": sorted(items, key=lambda item: str(item["drop_id"])),
        "receipts": receipts,
        "receipt_names": set(written),
        "rejected": {key: body for key, body in written.items() if key.startswith("rejected/")},
    }


def wipe(world: Any) -> None:
    for bucket in (world.accepted_bucket, world.receipt_bucket):
        for name in world.objects(bucket):
            world.s3.delete_object(Bucket=bucket, Key=name)
    for item in world.items(world.drops_table):
        world.tables.Table(world.drops_table).delete_item(Key={"drop_id": item["drop_id"]})
    world.events()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("name", DROPS)
def test_a_retry_after_a_kill_at_any_call_ends_the_same(
    world: Any,
    context: Any,
    make_batch: Callable[..., Any],
    killed: type[BaseException],
    name: str,
    when: str,
) -> None:
    *_, event = [world.drop(key, body) for key, body in DROPS[name]]
    batch = make_batch(event)
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
