"""Drops that depart too far wait for a person; drops can be judged again."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.ingest_drop import handler
from shared.drop.record_store import DropTable
from shared.drop.release import DropDecisionError, release_drop, replay_drop
from shared.event.store import EventBus

NOW = datetime(2026, 1, 7, tzinfo=UTC)


def scores(level: float, rows: int = 1200, audience: str = "a") -> bytes:
    lines = (f"{audience}{i},t{i % 7},{level + (i % 100) / 1000}\n" for i in range(rows))
    return ("audience_id,track_id,score\n" + "".join(lines)).encode()


@pytest.fixture
def ingest(world: Any, context: Any, make_batch: Callable[..., Any]) -> Callable[..., None]:
    def judged(*events: dict[str, Any]) -> None:
        for event in events:
            assert handler.handle(make_batch(event), context) == {"batchItemFailures": []}

    return judged


def receipts(world: Any) -> list[dict[str, Any]]:
    found = world.objects(world.receipt_bucket)
    written = [json.loads(body) for key, body in found.items() if key.startswith("receipts/")]
    return sorted(written, key=lambda each: (each["key"], each["judgement"]))


def key(as_of: str, name: str = "a.csv", producer: str = "ml") -> str:
    return f"drops/scores/{producer}/{as_of}/{name}"


@pytest.fixture
def release(world: Any, ingest: Callable[..., None]) -> Callable[[str], None]:
    def released(drop_id: str) -> None:
        world.events()
        release_drop(
            drop_id,
            sum(receipt["drop_id"] == drop_id for receipt in receipts(world)),
            records=DropTable(world.drops_table),
            events=EventBus(world.event_bus),
            now=NOW,
        )
        ((name, detail),) = world.events()
        asked = {
            "id": "1", "detail-type": name, "source": "oasis", "account": world.account,
            "detail": detail,
        }  # fmt: skip
        ingest(asked, asked)

    return released


def test_a_drop_that_drifts_is_kept_unused_announced_and_released_by_a_person(
    world: Any, ingest: Any, release: Any
) -> None:
    ingest(world.drop(key("2026-01-05"), scores(0.1)))
    world.events()

    ingest(world.drop(key("2026-01-06"), scores(0.8)))

    held = receipts(world)[1]
    (said,) = world.events()
    stored = set(world.objects(world.accepted_bucket))
    assert held["status"] == "quarantined"
    assert held["departure"]["drift"]["score"] > 0.25
    assert held["departure"]["compared_with"] == receipts(world)[0]["drop_id"]
    assert "population stability index" in held["sentence"]
    assert said[0] == "DropQuarantined"
    assert [k for k in stored if held["drop_id"] in k] == []

    release(held["drop_id"])

    (accepted,) = world.events()
    assert accepted[0] == "DropAccepted"
    assert accepted[1]["accepted_key"] in world.objects(world.accepted_bucket)
    assert accepted[1]["order"].startswith(held["order"])
    again = receipts(world)[2]
    assert (again["drop_id"], again["judgement"]) == (held["drop_id"], 1)
    assert again["status"] == "accepted"
    assert again["departure"]["held_by"] == []
    assert "A person released it from quarantine." in again["departure"]["passed"]


def test_after_a_release_the_next_drop_is_compared_with_what_was_released(
    world: Any, ingest: Any, release: Any
) -> None:
    ingest(world.drop(key("2026-01-05"), scores(0.1)), world.drop(key("2026-01-06"), scores(0.8)))
    release(receipts(world)[1]["drop_id"])

    ingest(world.drop(key("2026-01-07"), scores(0.8)))

    assert receipts(world)[-1]["status"] == "accepted"


def test_a_drop_in_quarantine_does_not_become_the_one_to_compare_with(
    world: Any, ingest: Any
) -> None:
    ingest(world.drop(key("2026-01-05"), scores(0.1)), world.drop(key("2026-01-06"), scores(0.8)))

    ingest(world.drop(key("2026-01-07"), scores(0.8)), world.drop(key("2026-01-08"), scores(0.1)))

    statuses = [receipt["status"] for receipt in receipts(world)]
    assert statuses == ["accepted", "quarantined", "quarantined", "accepted"]


def test_what_is_not_held_or_not_held_any_more_cannot_be_released(
    world: Any, ingest: Any, release: Any
) -> None:
    ingest(world.drop(key("2026-01-05"), scores(0.1)), world.drop(key("2026-01-06"), scores(0.8)))
    first, held = (receipt["drop_id"] for receipt in receipts(world))
    release(held)

    for drop_id in (first, held):
        with pytest.raises(DropDecisionError, match="accepted, not in quarantine"):
            release(drop_id)
    with pytest.raises(DropDecisionError, match="Nothing is recorded"):
        release("0" * 20)


def test_a_replay_that_is_held_is_released_by_the_id_of_its_drop(
    world: Any, ingest: Any, release: Any
) -> None:
    ingest(world.drop(key("2026-01-05"), scores(0.1)), world.drop(key("2026-01-06"), scores(0.8)))
    held = receipts(world)[1]["drop_id"]
    replay_drop(held, 1, records=DropTable(world.drops_table), events=EventBus(world.event_bus))
    _, (name, detail) = world.events("DropQuarantined", "ReplayRequested")
    said = {"id": "1", "detail-type": name, "source": "oasis", "account": world.account}
    ingest({**said, "detail": detail})
    assert [r["status"] for r in receipts(world)] == ["accepted", "quarantined", "quarantined"]

    release(held)

    assert receipts(world)[-1]["status"] == "accepted"


def test_a_drop_in_quarantine_claims_no_audience(world: Any, ingest: Any) -> None:
    ingest(world.drop(key("2026-01-05"), scores(0.1, audience="b")))
    ingest(world.drop(key("2026-01-06"), scores(0.8)))
    assert receipts(world)[1]["status"] == "quarantined"

    ingest(world.drop(key("2026-01-06", producer="other"), scores(0.8)))

    assert receipts(world)[2]["status"] == "accepted"


def test_what_another_claimed_meanwhile_is_left_out_of_a_released_drop_and_said(
    world: Any, ingest: Any, release: Any
) -> None:
    ingest(world.drop(key("2026-01-05"), scores(0.1, audience="b")))
    ingest(world.drop(key("2026-01-06"), scores(0.8)))
    held = receipts(world)[1]["drop_id"]
    ingest(world.drop(key("2026-01-06", producer="other"), scores(0.8, rows=200)))

    release(held)

    (again,) = (r for r in receipts(world) if r["drop_id"] == held and r["judgement"] == 1)
    assert again["status"] == "partial"
    assert again["rejected_by_reason"] == {"audience_of_other_producer": 200}


def test_producers_are_compared_with_themselves(world: Any, ingest: Any) -> None:
    ingest(world.drop(key("2026-01-05"), scores(0.1)))

    ingest(world.drop(key("2026-01-06", producer="other"), scores(0.8, audience="b")))

    assert [receipt["status"] for receipt in receipts(world)] == ["accepted", "accepted"]


def test_a_replay_has_a_receipt_of_its_own_and_judges_by_the_policy_of_now(
    world: Any, ingest: Any
) -> None:
    ingest(world.drop(key("2026-01-05"), b"audience_id,track_id,score\na,t1,0.5\na,t9,0.5\n"))
    (first,) = receipts(world)
    ingest(
        world.drop("drops/tracks/ml/2026-01-05/t.csv", b"track_id,artist_id,licensor_id\nt1,a,l\n"),
        world.drop(
            "drops/policy/operations/2026-01-05/p.json",
            b'{"unknown_tracks": "reject", "producers": {"*": ["*"]}}',
        ),
    )
    world.events()

    replay_drop(
        first["drop_id"], 1, records=DropTable(world.drops_table), events=EventBus(world.event_bus)
    )
    ((name, detail),) = world.events()
    asked = {
        "id": "1", "detail-type": name, "source": "oasis", "account": world.account,
        "detail": detail,
    }  # fmt: skip
    ingest(asked, asked)

    of_drop = [r for r in receipts(world) if r["drop_id"] == first["drop_id"]]
    assert [(r["judgement"], r["status"]) for r in of_drop] == [(0, "accepted"), (1, "partial")]
    assert of_drop[1]["rejected_by_reason"] == {"unknown_track": 1}
    assert of_drop[1]["order"] > first["order"]
    assert of_drop[1]["order"].startswith(first["order"])
    assert len(world.events()) == 1


def test_without_a_catalogue_a_policy_that_rejects_unknown_tracks_rejects_all(
    world: Any, ingest: Any
) -> None:
    ingest(
        world.drop(
            "drops/policy/operations/2026-01-05/p.json",
            b'{"unknown_tracks": "reject", "producers": {"*": ["*"]}}',
        ),
        world.drop(key("2026-01-05"), scores(0.1, 5)),
    )

    (_, refused) = receipts(world)
    assert (refused["status"], refused["reason"]) == ("rejected", "all_rows_rejected")
