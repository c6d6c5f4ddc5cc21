"""Arrow load_scores on moto: accepted rows reach the table only where they are newer."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError

from functions.ingest_drop import handler as ingest_handler
from functions.load_scores import handler as load_handler
from shared.drop.load_store import LoadTable
from shared.score.packed_row import unpack_row

HEADER = "audience_id,track_id,score\n"


@pytest.fixture
def load(world: Any, context: Any, make_batch: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    def ingested_then_loaded(as_of: str, rows: str) -> dict[str, Any]:
        event = world.drop(f"drops/scores/ml/{as_of}/a.csv", (HEADER + rows).encode())
        ingest_handler.handle(make_batch(event), context)
        ((name, detail),) = world.events("DropAccepted")
        envelope = {
            "id": "1", "detail-type": name, "source": "oasis", "account": world.account,
            "detail": detail,
        }  # fmt: skip
        batch: dict[str, Any] = make_batch(envelope)
        assert load_handler.handle(batch, context) == {"batchItemFailures": []}
        return batch

    return ingested_then_loaded


def forget_loads(world: Any) -> None:
    loads = LoadTable(world.drops_table)
    for key in world.objects(world.accepted_bucket, "scores/"):
        loads.forget(key)


def best(world: Any) -> dict[str, tuple[int, ...]]:
    return {
        item["audience_id"]: unpack_row(bytes(item["row"])).scores
        for item in world.items(world.scores_table)
    }


def test_rows_are_written_with_order_producer_and_time_to_live(world: Any, load: Any) -> None:
    load("2026-01-05", "a,t1,0\na,t2,1\n")

    (item,) = world.items(world.scores_table)
    (event,) = world.events("ScoresLoaded")
    assert unpack_row(bytes(item["row"])).scores == (65535, 0)
    assert item["producer"] == "ml"
    assert item["order"].startswith("20260105T000000.000000Z-")
    assert item["expires_at"] == 1_767_571_200 + 14 * 86_400
    assert (event[1]["rows_written"], event[1]["rows_superseded"]) == (1, 0)


def test_a_newer_drop_replaces_only_the_audiences_it_names(world: Any, load: Any) -> None:
    load("2026-01-05", "a,t1,0\nb,t1,0\n")
    load("2026-01-06", "b,t1,1\nc,t1,1\n")

    assert best(world) == {"a": (0,), "b": (65535,), "c": (65535,)}


def test_an_older_drop_changes_no_row_that_is_newer(world: Any, load: Any) -> None:
    load("2026-01-06", "a,t1,1\n")
    load("2026-01-05", "a,t1,0\nb,t1,0\n")

    assert best(world) == {"a": (65535,), "b": (0,)}


def test_a_redelivered_event_changes_no_row_and_no_record(
    world: Any, load: Any, context: Any
) -> None:
    batch = load("2026-01-05", "a,t1,1\nb,t1,1\n")
    before = (world.items(world.scores_table), world.items(world.drops_table))

    load_handler.handle(batch, context)

    assert (world.items(world.scores_table), world.items(world.drops_table)) == before


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_retry_after_a_kill_writes_what_is_left(
    world: Any, load: Any, context: Any, killed: type[BaseException], when: str
) -> None:
    batch = load("2026-01-05", "a,t1,1\n")
    expected = best(world)
    forget_loads(world)
    world.calls.start()
    load_handler.handle(batch, context)
    calls = list(world.calls.calls)
    assert "dynamodb.PutItem" in calls

    for call in range(len(calls)):
        world.tables.Table(world.scores_table).delete_item(Key={"audience_id": "a"})
        forget_loads(world)
        world.calls.start(call, when)
        with pytest.raises(killed):
            load_handler.handle(batch, context)
        world.calls.start()

        load_handler.handle(batch, context)

        assert best(world) == expected, f"{when} {calls[call]}"
        assert world.events("ScoresLoaded"), f"{when} {calls[call]}"


def test_a_retry_counts_what_a_killed_attempt_wrote(
    world: Any, load: Any, context: Any, killed: type[BaseException]
) -> None:
    batch = load("2026-01-05", "a,t1,1\nb,t1,1\n")
    forget_loads(world)
    world.events()
    world.calls.start()
    load_handler.handle(batch, context)
    last_write = max(i for i, c in enumerate(world.calls.calls) if c == "dynamodb.PutItem")
    forget_loads(world)
    world.events()
    world.calls.start(last_write, "after")
    with pytest.raises(killed):
        load_handler.handle(batch, context)
    world.calls.start()

    load_handler.handle(batch, context)

    ((_, said),) = world.events("ScoresLoaded")
    assert (said["rows_written"], said["rows_superseded"]) == (2, 0)


def test_a_retried_ingest_keeps_what_loading_wrote_in_the_record(
    world: Any, context: Any, make_batch: Callable[..., Any], killed: type[BaseException]
) -> None:
    drop = make_batch(world.drop("drops/scores/ml/2026-01-05/a.csv", f"{HEADER}a,t1,1\n".encode()))
    for _ in range(2):  # the second time nothing is left to claim
        world.calls.start()
        ingest_handler.handle(drop, context)
        receipt_call = len(world.calls.calls) - 1
        for name in world.objects(world.receipt_bucket):
            world.s3.delete_object(Bucket=world.receipt_bucket, Key=name)
    world.calls.start(receipt_call, "before")
    with pytest.raises(killed):
        ingest_handler.handle(drop, context)
    world.calls.start()
    detail = world.events("DropAccepted")[0][1]
    envelope = {"id": "1", "detail-type": "DropAccepted", "source": "oasis"}
    load_handler.handle(
        make_batch({**envelope, "account": world.account, "detail": detail}), context
    )

    ingest_handler.handle(drop, context)

    records = {item["drop_id"]: item for item in world.items(world.drops_table)}
    assert records[detail["drop_id"]]["rows_written"] == 1
    assert len(world.objects(world.receipt_bucket)) == 1


def test_a_load_that_runs_out_of_time_comes_again_and_ends(
    world: Any, context: Any, make_batch: Callable[..., Any]
) -> None:
    event = world.drop("drops/scores/ml/2026-01-05/a.csv", f"{HEADER}a,t1,1\n".encode())
    ingest_handler.handle(make_batch(event), context)
    ((name, detail),) = world.events("DropAccepted")
    envelope = {
        "id": "1", "detail-type": name, "source": "oasis", "account": world.account,
        "detail": detail,
    }  # fmt: skip
    batch = make_batch(envelope)

    late = replace(context, remaining_ms=int(load_handler.RESERVE_S * 1000))
    with pytest.raises(BatchProcessingError, match="no time left for PutItem"):
        load_handler.handle(batch, late)
    assert world.items(world.scores_table) == []

    assert load_handler.handle(batch, context) == {"batchItemFailures": []}
    assert len(world.items(world.scores_table)) == 1
