"""Drill: all tables are lost, the buckets are there. `python -m tests.drills.restore`"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3

from shared.campaign.campaigns import Status
from shared.event.schema import CAMPAIGN_CHANGED
from tests.drills.drill import Drill, drilled
from tests.e2e.live_stack import until
from tests.e2e.small_world import CAMPAIGNS, csv_of
from tests.rebuilt_drops import Items, comparable

PAUSED, OVER = CAMPAIGNS[1], CAMPAIGNS[2]
TABLES = ("drops", "scores", "campaigns", "plans")


def lose_items(drill: Drill) -> None:
    """Delete every item of every table."""
    lost = sum(_empty(drill, name) for name in TABLES)
    print(f"           {lost} items are gone.")


def restore(drill: Drill, lose: Callable[[Drill], None] = lose_items) -> None:
    """Lose every item of every table, rebuild them as the runbook says, and compare."""
    with drill.step("A campaign is paused, and another reaches its cap."):
        drill.stack.change(replace(PAUSED, version=2, status=Status.PAUSED))
        today = f"{datetime.now(UTC):%Y-%m-%d}"
        header = ("date", "campaign_id", "context", "exposures")
        row = (today, OVER.campaign_id, "radio", OVER.cap_exposures)
        drill.stack.drop("d.csv", csv_of(header, row), dataset="delivery", producer="models")
    before, answer, pointer = _tables(drill), drill.ask(), drill.stack.pointer.read()
    archive = [each for each in drill.archive.take() if each["detail-type"] == CAMPAIGN_CHANGED]

    with drill.step("All four tables are lost; lookups answer without results."):
        lose(drill)
        assert drill.ask()["results"] == []

    with drill.step("Records of drops stand again; scores and campaigns are announced."):
        drill.oasis("rebuild", "drops", "scores", "campaigns")
    with drill.step(f"{len(archive)} events of the archive are sent and applied again."):
        _replay(drill, archive)
    with drill.step("The plan that was served is served again, and the paused stays silent."):
        drill.oasis("rebuild", "plans")
        drill.oasis("plan", "activate", pointer.plan_id)
        again = until(lambda: drill.ask() if drill.ask()["results"] else None, "a promoted track")
    # A run that the events asked for may have made a newer one meanwhile.
    assert again["plan_id"] in (pointer.plan_id, drill.stack.pointer.read().plan_id)
    shown = {campaign_id for _, campaign_id, status in _promoted(again) if status == "promoted"}
    assert PAUSED.campaign_id not in shown
    with drill.step("Deliveries are counted, and a new plan is served."):
        drill.oasis("rebuild", "delivery")
        drill.wait_for_plan_after(pointer.plan_id)
    after, now = _tables(drill), drill.stack.pointer.read()

    assert after["scores"] == before["scores"]
    assert after["campaigns"] == before["campaigns"]
    assert comparable(after["drops"]) == comparable(before["drops"])
    # An entry goes once no plan that may be served holds its campaign, which differs by plans.
    lifted = pointer.suppressed.keys() - now.suppressed.keys()
    assert lifted.isdisjoint(_planned(drill, now.plan_id, now.previous_plan_id))
    assert _promoted(drill.ask()) == _promoted(answer)
    print("           Tables are what they were, and the same campaigns are served.")


def _promoted(answer: dict[str, Any]) -> set[tuple[int, str, str]]:
    return {(r["i"], r["campaign_id"], r["status"]) for r in answer["results"]}


def _planned(drill: Drill, *plan_ids: str) -> set[str]:
    reports = map(drill.stack.plans.report, plan_ids)
    return {campaign.campaign_id for report in reports for campaign in report.campaigns}


def _tables(drill: Drill) -> dict[str, Items]:
    connection = drill.stack.connection
    return {name: drill.stack.items(getattr(connection, f"{name}_table")) for name in TABLES}


def _empty(drill: Drill, name: str) -> int:
    table = boto3.resource("dynamodb").Table(getattr(drill.stack.connection, f"{name}_table"))
    key = table.key_schema[0]["AttributeName"]
    items = table.scan(ConsistentRead=True)["Items"]
    for item in items:
        table.delete_item(Key={key: item[key]})
    return len(items)


def _replay(drill: Drill, archive: list[dict[str, Any]]) -> None:
    """Send events again, as EventBridge replays an archive, and wait until all are applied."""
    events, stack = boto3.client("events"), drill.stack
    for each in archive:
        events.put_events(
            Entries=[
                {
                    "EventBusName": stack.connection.event_bus,
                    "Source": each["source"],
                    "DetailType": each["detail-type"],
                    "Detail": json.dumps(each["detail"]),
                }
            ]
        )
    newest = {e["detail"]["campaign_id"]: e["detail"]["version"] for e in archive}

    def are_applied() -> bool | None:
        found = {name: stack.campaigns.find(name) for name in newest}
        return True if all(f and f[0] == newest[n] for n, f in found.items()) else None

    until(are_applied, "all campaigns to be applied again")


if __name__ == "__main__":
    with drilled() as one:
        restore(one)
