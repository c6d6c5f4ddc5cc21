"""Undoing a drop of scores: what stood before it stands again, and what came later stays."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.ingest_drop import handler as ingest_handler
from functions.load_scores import handler as load_handler
from shared.drop.accepted_store import AcceptedBucket
from shared.drop.record_store import DropTable
from shared.drop.release import DropDecisionError, replay_drop
from shared.drop.revert import revert_drop
from shared.event.store import EventBus
from shared.score.packed_row import unpack_row
from tests.integration.ingest_drop.solved_rows import solved_rows

HEADER = "audience_id,track_id,score\n"
NOW = datetime(2026, 1, 8, tzinfo=UTC)


@pytest.fixture
def load_accepted(world: Any, context: Any, make_batch: Callable[..., Any]) -> Callable[[], None]:
    def load() -> None:
        for name, detail in world.events("DropAccepted"):
            envelope = {
                "id": "1", "detail-type": name, "source": "oasis", "account": world.account,
                "detail": detail,
            }  # fmt: skip
            assert load_handler.handle(make_batch(envelope), context) == {"batchItemFailures": []}

    return load


@pytest.fixture
def drop(
    world: Any, context: Any, make_batch: Callable[..., Any], load_accepted: Callable[[], None]
) -> Callable[[int, str], str]:
    def ingested_and_loaded(day: int, rows: str) -> str:
        event = world.drop(f"drops/scores/ml/2026-01-{day:02}/a.csv", (HEADER + rows).encode())
        before = {item["drop_id"] for item in world.items(world.drops_table)}
        ingest_handler.handle(make_batch(event), context)
        load_accepted()
        new = {item["drop_id"] for item in world.items(world.drops_table)} - before
        (drop_id,) = (each for each in new if "#" not in each)
        return str(drop_id)

    return ingested_and_loaded


def revert(world: Any, drop_id: str) -> int:
    return revert_drop(
        drop_id,
        accepted=AcceptedBucket(world.accepted_bucket),
        records=DropTable(world.drops_table),
        events=EventBus(world.event_bus),
        now=NOW,
    )


def served(world: Any) -> dict[str, int]:
    return {
        item["audience_id"]: unpack_row(bytes(item["row"])).scores[0]
        for item in world.items(world.scores_table)
        if "row" in item
    }


def solved(world: Any) -> dict[str, int]:
    return {
        audience_id: unpack_row(packed).scores[0]
        for audience_id, packed in solved_rows(world.accepted_bucket, "abc", NOW).items()
    }


def test_rows_from_before_stand_again_and_new_audiences_have_none(
    world: Any, drop: Any, load_accepted: Any
) -> None:
    drop(5, "a,t,0\nb,t,0\n")
    wrong = drop(6, "a,t,1\nc,t,1\n")
    assert served(world) == solved(world) == {"a": 65535, "b": 0, "c": 65535}

    many = revert(world, wrong)
    load_accepted()

    assert many == 1
    assert served(world) == solved(world) == {"a": 0, "b": 0}


def test_what_came_after_the_drop_stays(world: Any, drop: Any, load_accepted: Any) -> None:
    drop(4, "a,t,0\nb,t,0\n")
    wrong = drop(5, "a,t,1\nb,t,1\n")
    drop(6, "b,t,0.5\n")

    revert(world, wrong)
    load_accepted()

    assert served(world) == solved(world) == {"a": 0, "b": 32768}


def test_a_row_from_before_keeps_its_own_age(world: Any, drop: Any, load_accepted: Any) -> None:
    drop(5, "a,t,0\n")
    before = world.items(world.scores_table)[0]["expires_at"]
    wrong = drop(7, "a,t,1\n")

    revert(world, wrong)
    load_accepted()

    (item,) = world.items(world.scores_table)
    assert item["expires_at"] == before


def test_undoing_twice_ends_like_undoing_once(world: Any, drop: Any, load_accepted: Any) -> None:
    drop(5, "a,t,0\n")
    wrong = drop(6, "a,t,1\nc,t,1\n")
    revert(world, wrong)
    load_accepted()
    before = world.objects(world.accepted_bucket), world.items(world.scores_table)

    revert(world, wrong)
    load_accepted()

    assert (world.objects(world.accepted_bucket), world.items(world.scores_table)) == before


def test_undoing_two_drops_one_after_the_other_goes_back_two_steps(
    world: Any, drop: Any, load_accepted: Any
) -> None:
    drop(4, "a,t,0\n")
    first = drop(5, "a,t,0.5\n")
    second = drop(6, "a,t,1\n")

    for wrong in (second, first):
        revert(world, wrong)
    load_accepted()

    assert served(world) == solved(world) == {"a": 0}


def test_only_drops_of_scores_that_are_in_use_can_be_undone(
    world: Any, context: Any, make_batch: Any
) -> None:
    tracks = b"track_id,artist_id,licensor_id\nt1,a,l\n"
    for key, data in (
        ("drops/tracks/ml/2026-01-05/t.csv", tracks),
        ("drops/scores/ml/2026-01-05/a.csv", b"a,t,0.5\n"),
    ):
        ingest_handler.handle(make_batch(world.drop(key, data)), context)
    records = [i["drop_id"] for i in world.items(world.drops_table) if "#" not in i["drop_id"]]

    for drop_id in (*records, "0" * 20):
        with pytest.raises(DropDecisionError):
            revert(world, drop_id)


def test_the_same_bytes_again_are_no_duplicate_of_a_drop_that_was_undone(
    world: Any, drop: Any, load_accepted: Any
) -> None:
    drop(5, "a,t,0\n")
    undone = drop(6, "a,t,1\n")
    revert(world, undone)
    load_accepted()
    assert served(world) == {"a": 0}

    again = drop(6, "a,t,1\n")

    assert again != undone
    record = DropTable(world.drops_table).find(again)
    assert record is not None
    assert record.status == "accepted"


def test_the_next_drop_is_compared_with_the_one_before_what_was_undone(
    world: Any, drop: Any
) -> None:
    first = drop(5, "a,t,0\n")
    undone = drop(6, "a,t,1\n")

    revert(world, undone)

    newest = DropTable(world.drops_table).newest("scores", "ml")
    assert newest is not None
    assert newest.drop_id == first


def test_where_the_first_drop_is_undone_there_is_none_to_compare_with(
    world: Any, drop: Any
) -> None:
    undone = drop(5, "a,t,0\n")

    revert(world, undone)

    assert DropTable(world.drops_table).newest("scores", "ml") is None


def test_a_drop_that_was_undone_cannot_be_replayed_and_the_reason_is_said(
    world: Any, drop: Any
) -> None:
    undone = drop(5, "a,t,0\n")
    revert(world, undone)

    with pytest.raises(DropDecisionError, match="was undone"):
        replay_drop(
            undone, 1, records=DropTable(world.drops_table), events=EventBus(world.event_bus)
        )
