"""Drops that are released or undone beside one that replaces everything."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from functions.ingest_drop import handler as ingest_handler
from shared.drop.accepted_store import AcceptedBucket
from shared.drop.record_store import DropTable
from shared.drop.release import release_drop
from shared.drop.revert import revert_drop
from shared.event.store import EventBus
from tests.integration.ingest_drop.solved_rows import solved_rows

NOW = datetime(2026, 1, 9, tzinfo=UTC)
LOW, HIGH = 0.1, 0.8  # so far apart that the second is held


def scores(level: float, first: int, many: int = 1200) -> bytes:
    """Scores of the audiences a{first} to a{first + many - 1}."""
    lines = (f"a{i},t{i % 7},{level + (i % 100) / 1000}\n" for i in range(first, first + many))
    return ("audience_id,track_id,score\n" + "".join(lines)).encode()


class Days:
    """One producer's drops, a day each, with all that follows done."""

    def __init__(self, world: Any, context: Any, make_batch: Callable[..., Any]) -> None:
        self._world, self._context, self._make_batch = world, context, make_batch

    def drop(self, day: int, body: bytes) -> str:
        """Drop rows of some audiences, and return the drop's id."""
        return self._judged(self._world.drop(f"drops/scores/ml/2026-01-{day:02}/a.csv", body))

    def drop_full(self, day: int, body: bytes) -> str:
        """Drop rows of all audiences, and return the drop's id."""
        folder = f"drops/scores/ml/2026-01-{day:02}/all.parts"
        part = {"name": "p.csv", "sha256": sha256(body).hexdigest(), "rows": body.count(b"\n") - 1}
        self._judged(self._world.drop(f"{folder}/p.csv", body))
        manifest = json.dumps({"parts": [part], "mode": "full"}).encode()
        return self._judged(self._world.drop(f"{folder}/_manifest.json", manifest))

    def release(self, drop_id: str) -> None:
        """Release a drop from quarantine."""
        records, events = DropTable(self._world.drops_table), EventBus(self._world.event_bus)
        release_drop(drop_id, 1, records=records, events=events, now=NOW)
        ((name, detail),) = self._world.events("ReplayRequested")
        self._judged(self._said(name, detail))

    def revert(self, drop_id: str) -> None:
        """Undo a drop."""
        revert_drop(
            drop_id,
            accepted=AcceptedBucket(self._world.accepted_bucket),
            records=DropTable(self._world.drops_table),
            events=EventBus(self._world.event_bus),
            now=NOW,
        )

    def status(self, drop_id: str) -> list[str]:
        """Return what the judgements of a drop came to."""
        found = self._world.objects(self._world.receipt_bucket)
        receipts = [json.loads(b) for k, b in sorted(found.items()) if k.startswith("receipts/")]
        return [each["status"] for each in receipts if each["drop_id"] == drop_id]

    def live(self) -> set[int]:
        """Return the numbers of the audiences that have a row, as a solve sees them."""
        known = [f"a{number}" for number in range(2_000)]
        return {int(name[1:]) for name in solved_rows(self._world.accepted_bucket, known, NOW)}

    def _judged(self, event: Any) -> str:
        before = self._world.objects(self._world.receipt_bucket)
        answer = ingest_handler.handle(self._make_batch(event), self._context)
        assert answer == {"batchItemFailures": []}
        after = self._world.objects(self._world.receipt_bucket)
        new = [json.loads(after[k]) for k in set(after) - set(before) if k.startswith("receipts/")]
        return str(new[0]["drop_id"]) if new else ""

    def _said(self, name: str, detail: Any) -> dict[str, Any]:
        account = self._world.account
        said = {"id": "1", "detail-type": name, "source": "oasis", "account": account}
        return {**said, "detail": detail}


@pytest.fixture
def days(world: Any, context: Any, make_batch: Callable[..., Any]) -> Days:
    return Days(world, context, make_batch)


def test_a_release_brings_nothing_back_that_a_later_full_drop_took_away(days: Days) -> None:
    days.drop(5, scores(LOW, 0))
    held = days.drop(6, scores(HIGH, 0, 1300))
    days.drop_full(7, scores(LOW, 0, 1150))
    assert days.status(held) == ["quarantined"]

    days.release(held)

    assert days.status(held) == ["quarantined", "accepted"]
    assert days.live() == set(range(1150))


def test_a_released_full_drop_takes_away_what_came_while_it_was_held(days: Days) -> None:
    days.drop(5, scores(LOW, 0))
    held = days.drop_full(8, scores(HIGH, 0, 1150))
    days.drop(6, scores(LOW, 5000))
    assert days.status(held) == ["quarantined"]

    days.release(held)

    assert days.live() == set(range(1150))


def test_a_full_drop_that_was_undone_takes_nothing_from_drops_that_come_late(days: Days) -> None:
    days.drop(4, scores(LOW, 0, 20))
    full = days.drop_full(7, scores(LOW, 0, 19))
    assert days.live() == set(range(19))
    days.revert(full)
    assert days.live() == set(range(20))

    late = days.drop(5, scores(LOW, 300, 20))

    assert days.status(late) == ["accepted"]
    assert days.live() == {*range(20), *range(300, 320)}
