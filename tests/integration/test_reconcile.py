"""Arrow reconcile on moto: what a lost notification left behind is found and done."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from messages import envelope

from functions.ingest_drop import handler as ingest_handler
from functions.load_part import handler as part_handler
from functions.load_scores import handler as load_handler
from functions.reconcile import handler as reconcile_handler
from shared.drop.accepted_store import AcceptedBucket
from shared.drop.load_store import LoadTable
from shared.drop.reconcile import rebuild_scores
from shared.event.store import EventBus

HEADER = "audience_id,track_id,score\n"


class Town:
    """A world in which notifications are delivered by hand, or lost."""

    def __init__(self, world: Any, context: Any, make_batch: Callable[..., Any]) -> None:
        self.world, self._context, self._make_batch = world, context, make_batch

    def drop(self, name: str, many: int = 3, *, as_of: str = "2026-11-20") -> dict[str, Any]:
        """Drop scores and return what S3 says of it."""
        rows = "".join(f"{name}-{i},t1,0.{i % 9}\n" for i in range(many))
        key = f"drops/scores/{name}/{as_of}/{name}.csv"
        event: dict[str, Any] = self.world.drop(key, (HEADER + rows).encode())
        return event

    def ingest(self, event: dict[str, Any]) -> None:
        """Deliver one notification to ingest_drop."""
        answer = ingest_handler.handle(self._make_batch(event), self._context)
        assert answer == {"batchItemFailures": []}

    def deliver(self) -> None:
        """Deliver all that was said until nothing more is."""
        while said := self.world.events("DropAccepted", "ReplayRequested"):
            for name, detail in said:
                if name == "ReplayRequested":
                    self.ingest(envelope(name, detail))
                else:
                    load_handler.handle(self._make_batch(envelope(name, detail)), self._context)
            self.run_maps()

    def run_maps(self) -> None:
        """Do what the state machine would with each run that was started."""
        states, machine = self.world.states, self.world.load_state_machine_arn
        for found in states.list_executions(stateMachineArn=machine)["executions"]:
            if found["status"] == "RUNNING":
                arn = found["executionArn"]
                asked = json.loads(states.describe_execution(executionArn=arn)["input"])
                for part in asked["parts"]:
                    part_handler.handle({"drop": asked["drop"], "part": part}, self._context)
                states.stop_execution(executionArn=arn)

    def look(self) -> None:
        """Let the clock's message come."""
        message = envelope("Scheduled Event", {})
        answer = reconcile_handler.handle(self._make_batch(message), self._context)
        assert answer == {"batchItemFailures": []}

    def scores(self) -> list[dict[str, Any]]:
        """Return the table of scores, by audience."""
        found: list[dict[str, Any]] = self.world.items(self.world.scores_table)
        return sorted(found, key=lambda item: item["audience_id"])


@pytest.fixture
def town(
    world: Any, context: Any, make_batch: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Town:
    monkeypatch.setattr(reconcile_handler, "settled_after", timedelta(seconds=-5))
    return Town(world, context, make_batch)


def test_a_drop_whose_notification_was_lost_is_found_in_one_pass(town: Town) -> None:
    town.ingest(town.drop("heard"))
    for number in range(10):
        town.drop(f"lost{number}")

    town.look()
    town.deliver()

    assert len(town.scores()) == 33
    assert len(town.world.objects(town.world.receipt_bucket, "receipts/")) == 11


def test_an_accepted_drop_that_was_never_loaded_is_found(town: Town) -> None:
    town.ingest(town.drop("accepted"))
    town.world.events()

    town.look()
    town.deliver()

    assert [item["audience_id"] for item in town.scores()] == [f"accepted-{i}" for i in range(3)]


def test_where_nothing_was_lost_nothing_is_asked_for(town: Town) -> None:
    town.ingest(town.drop("small"))
    town.ingest(town.drop("large", 57))
    town.deliver()
    town.world.events()

    town.look()

    assert town.world.events("DropAccepted", "ReplayRequested") == []


CAMPAIGN = {
    "campaign_id": "c1", "version": 1, "licensor_id": "l1", "name": "One", "track_ids": ["t1"],
    "status": "active", "starts_at": "2026-01-05T00:00:00Z", "ends_at": "2027-02-05T00:00:00Z",
    "goal_exposures": 100,
}  # fmt: skip
DELIVERY = b"date,campaign_id,context,exposures\n2026-11-20,c1,radio,5\n"


@pytest.mark.parametrize(
    ("dataset", "file", "body"),
    [
        ("campaigns", "c.jsonl", json.dumps(CAMPAIGN).encode()),
        ("delivery", "d.csv", DELIVERY),
    ],
)
def test_campaigns_and_deliveries_are_announced_again_while_they_are_new(
    town: Town, monkeypatch: pytest.MonkeyPatch, dataset: str, file: str, body: bytes
) -> None:
    town.ingest(town.world.drop(f"drops/{dataset}/ml/2026-11-20/{file}", body))
    (first,) = town.world.events("DropAccepted")

    town.look()

    assert town.world.events("DropAccepted") == [first]
    monkeypatch.setattr(reconcile_handler, "settled_after", timedelta(hours=-4))
    town.look()
    assert town.world.events("DropAccepted") == []


@pytest.mark.parametrize(("hours", "asked"), [(2, 0), (-25, 1)])
def test_a_part_is_looked_at_once_its_manifest_is_a_day_late(
    town: Town, monkeypatch: pytest.MonkeyPatch, hours: int, asked: int
) -> None:
    monkeypatch.setattr(reconcile_handler, "settled_after", timedelta(hours=hours))
    town.world.drop("drops/scores/ml/2026-11-20/night.parts/a.csv", HEADER.encode())

    town.look()

    assert len(town.world.events("ReplayRequested")) == asked


def test_a_lost_manifest_is_found_and_its_parts_are_not(town: Town) -> None:
    folder = "drops/scores/ml/2026-11-20/night.parts"
    town.world.drop(f"{folder}/a.csv", HEADER.encode())
    town.world.drop(f"{folder}/_manifest.json", b"{}")

    town.look()

    (asked,) = town.world.events("ReplayRequested")
    assert asked[1]["key"] == f"{folder}/_manifest.json"


def test_what_is_young_may_be_under_way(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconcile_handler, "settled_after", timedelta(minutes=15))
    town.drop("young")

    town.look()

    assert town.world.events("ReplayRequested") == []


def test_the_table_is_rebuilt_from_the_bucket_into_an_empty_one_with_equal_content(
    town: Town,
) -> None:
    for name, many, as_of in (("a", 3, "2026-11-20"), ("b", 57, "2026-11-21")):
        town.ingest(town.drop(name, many, as_of=as_of))
    town.ingest(town.drop("a", 2, as_of="2026-11-22"))
    town.deliver()
    before = town.scores()
    table = town.world.tables.Table(town.world.scores_table)
    for item in before:
        table.delete_item(Key={"audience_id": item["audience_id"]})
    assert town.scores() == []

    many = rebuild_scores(
        accepted=AcceptedBucket(town.world.accepted_bucket),
        loads=LoadTable(town.world.drops_table),
        events=EventBus(town.world.event_bus),
        now=datetime.now(UTC),
        score_ttl=timedelta(days=14),
    )
    town.deliver()

    assert many == 3
    assert town.scores() == before
