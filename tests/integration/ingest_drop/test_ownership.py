"""A row of scores belongs to the producer that was accepted first, unless policy moves it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pyarrow as pa
import pytest

from functions.ingest_drop import handler
from shared.drop.claim_pointers import ClaimPointers
from shared.drop.claim_store import ClaimStore
from shared.drop.claims import NO_CLAIMS
from shared.drop.ownership import ClaimedMeanwhileError, Ownership
from tests.integration.ingest_drop.solved_rows import solved_rows

HEADER = "audience_id,track_id,score\n"
NAMES = [f"listener-{i}" for i in range(40)]


@pytest.fixture
def ingest(world: Any, context: Any, make_batch: Callable[..., Any]) -> Callable[..., None]:
    def judged(*events: dict[str, Any]) -> None:
        for event in events:
            assert handler.handle(make_batch(event), context) == {"batchItemFailures": []}

    return judged


def receipts(world: Any) -> dict[str, dict[str, Any]]:
    found = world.objects(world.receipt_bucket)
    written = [json.loads(body) for key, body in found.items() if key.startswith("receipts/")]
    return {receipt["key"].split("/")[-1]: receipt for receipt in written}


def drop(world: Any, name: str, producer: str, audiences: list[str], day: int = 5) -> Any:
    rows = "".join(f"{audience},t1,0.5\n" for audience in audiences)
    return world.drop(f"drops/scores/{producer}/2026-01-{day:02}/{name}", (HEADER + rows).encode())


def test_another_producers_rows_are_rejected_and_come_back_with_the_reason(
    world: Any, ingest: Any
) -> None:
    ingest(drop(world, "a.csv", "a", NAMES[:20]))

    ingest(drop(world, "b.csv", "b", NAMES[10:30]))

    receipt = receipts(world)["b.csv"]
    rejected = world.objects(world.receipt_bucket)[receipt["rejected_rows_key"]].decode()
    assert receipt["status"] == "partial"
    assert receipt["rejected_by_reason"] == {"audience_of_other_producer": 10}
    assert receipt["rows_accepted"] == 10
    assert rejected.count("audience_of_other_producer") == 10


def test_an_audience_stays_with_its_producer_whatever_the_order_of_later_drops(
    world: Any, ingest: Any
) -> None:
    ingest(drop(world, "a.csv", "a", NAMES[:4], day=6))

    ingest(
        drop(world, "b.csv", "b", NAMES[:4], day=5),
        drop(world, "a2.csv", "a", NAMES[:8], day=7),
        drop(world, "b2.csv", "b", NAMES[4:12], day=8),
    )

    found = receipts(world)
    assert found["b.csv"]["reason"] == "all_rows_rejected"
    assert found["a2.csv"]["status"] == "accepted"
    assert found["b2.csv"]["rejected_by_reason"] == {"audience_of_other_producer": 4}


def test_producers_with_one_name_inside_the_other_are_two(world: Any, ingest: Any) -> None:
    ingest(drop(world, "a.csv", "a", NAMES[:2]), drop(world, "ab.csv", "ab", NAMES[:2]))

    assert receipts(world)["ab.csv"]["status"] == "rejected"


def test_policy_moves_audiences_by_the_longest_prefix(world: Any, ingest: Any) -> None:
    ingest(drop(world, "a.csv", "a", NAMES))
    moved = {"listener-": "b", "listener-1": "c"}
    policy = json.dumps({"producers": {"*": ["*"]}, "moved_audiences": moved}).encode()
    ingest(world.drop("drops/policy/operations/2026-01-05/p.json", policy))

    ingest(
        drop(world, "a2.csv", "a", NAMES, day=6),
        drop(world, "b.csv", "b", NAMES, day=6),
        drop(world, "c.csv", "c", NAMES, day=6),
    )

    found = receipts(world)
    ones = sum(name.startswith("listener-1") for name in NAMES)
    assert found["a2.csv"]["reason"] == "all_rows_rejected"
    assert found["b.csv"]["rows_accepted"] == 40 - ones
    assert found["c.csv"]["rows_accepted"] == ones


def test_a_full_drop_leaves_alone_what_policy_moved_to_another_producer(
    world: Any, ingest: Any
) -> None:
    ingest(drop(world, "a.csv", "a", NAMES))
    policy = {"producers": {"*": ["*"]}, "moved_audiences": {NAMES[39]: "b"}}
    ingest(
        world.drop("drops/policy/operations/2026-01-05/p.json", json.dumps(policy).encode()),
        drop(world, "b.csv", "b", NAMES[39:], day=6),
    )
    body = (HEADER + "".join(f"{name},t1,0.5\n" for name in NAMES[:38])).encode()
    part = {"name": "p.csv", "sha256": sha256(body).hexdigest(), "rows": 38}
    folder = "drops/scores/a/2026-01-07/all.parts"
    manifest = json.dumps({"parts": [part], "mode": "full"}).encode()
    world.drop(f"{folder}/p.csv", body)

    ingest(world.drop(f"{folder}/_manifest.json", manifest))

    now = datetime(2026, 1, 8, tzinfo=UTC)
    assert set(solved_rows(world.accepted_bucket, NAMES, now)) == {*NAMES[:38], NAMES[39]}


def test_a_refused_drop_claims_nothing(world: Any, ingest: Any) -> None:
    percent = "".join(f"{name},t1,50\n" for name in NAMES)
    ingest(world.drop("drops/scores/a/2026-01-05/a.csv", (HEADER + percent).encode()))

    ingest(drop(world, "b.csv", "b", NAMES))

    assert receipts(world)["b.csv"]["status"] == "accepted"


def test_claims_that_moved_meanwhile_are_not_overwritten(world: Any) -> None:
    store = ClaimStore(world.accepted_bucket, ClaimPointers(world.drops_table))
    _, before = store.read(3)
    store.replace(3, before, NO_CLAIMS)

    assert not store.replace(3, before, NO_CLAIMS)


def judged_beside(world: Any, mine: list[str], theirs: list[str]) -> Ownership:
    """Judge a drop of one producer, while another's is accepted before it claims."""
    claims = ClaimStore(world.accepted_bucket, ClaimPointers(world.drops_table))
    slow, fast = Ownership("a", {}, claims), Ownership("b", {}, claims)
    for ownership, names in ((slow, mine), (fast, theirs)):
        assert not ownership.refused(pa.array(names).dictionary_encode()).any()
    fast.claim()
    return slow


def test_claims_on_other_audiences_at_the_same_time_stand_beside_each_other(world: Any) -> None:
    slow = judged_beside(world, NAMES[:20], NAMES[20:])

    slow.claim()

    claims = ClaimStore(world.accepted_bucket, ClaimPointers(world.drops_table))
    for producer, own, others in (("a", NAMES[:20], NAMES[20:]), ("b", NAMES[20:], NAMES[:20])):
        seen = Ownership(producer, {}, claims)
        assert not seen.refused(pa.array(own).dictionary_encode()).any()
        assert seen.refused(pa.array(others).dictionary_encode()).all()


def test_of_two_claims_on_one_audience_the_later_is_judged_again(world: Any) -> None:
    slow = judged_beside(world, NAMES[:21], NAMES[20:])

    with pytest.raises(ClaimedMeanwhileError):
        slow.claim()
