"""Every step that changes campaigns or silences them, each waiting for its function."""

import json
from typing import Any

import pytest

from functions.count_delivery import handler as count_delivery
from functions.update_campaign import handler as update_campaign
from shared.plan import count
from tests.aws_world import queue_batch
from tests.faults.crashes.crash_points import Step
from tests.faults.crashes.drop_steps import Arranged, accepted, waiting
from tests.integration.journeys import TODAY, Journey
from tests.integration.messages import campaign_detail, envelope


def changing(*before: dict[str, Any], **change: Any) -> Arranged:
    """Return a campaign's change by event, after others."""

    def arranged(journey: Journey, _: pytest.MonkeyPatch) -> Step:
        for each in before:
            apply(journey, **each)
        return waiting(journey, update_campaign.handle, changed(**change))

    return arranged


def changing_by_drop(journey: Journey, _: pytest.MonkeyPatch) -> Step:
    """Return the changes of an accepted drop: new, paused, unsound."""
    apply(journey, campaign_id="c1")
    details = (
        campaign_detail(campaign_id="c1", version=2, status="paused"),
        campaign_detail(campaign_id="c2"),
        campaign_detail(campaign_id="c3", version=4, status="cancelled"),
    )
    body = "\n".join(map(json.dumps, details)).encode()
    event = accepted(journey, "drops/campaigns/label/2026-01-05/c.jsonl", body)
    return waiting(journey, update_campaign.handle, event)


def counting(goal: int, *totals: int, campaigns: int = 1) -> Arranged:
    """Return the counting of the last of some totals, the others counted before."""

    def arranged(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> Step:
        monkeypatch.setattr(count, "CHANGES_AT_ONCE", 2)
        ids = [f"c{i:02}" for i in range(campaigns)]
        for campaign_id in ids:
            apply(journey, campaign_id=campaign_id, goal_exposures=goal)
        for at, total in enumerate(totals):
            rows = "".join(f"{TODAY},{campaign_id},radio,{total}\n" for campaign_id in ids)
            body = f"date,campaign_id,context,exposures\n{rows}".encode()
            event = accepted(journey, f"drops/delivery/players/{TODAY}T00:00:0{at}Z/a.csv", body)
            if at < len(totals) - 1:
                count_delivery.handle(queue_batch(event), journey.context)
        return waiting(journey, count_delivery.handle, event)

    return arranged


def changed(**change: Any) -> dict[str, Any]:
    """Return what a publisher says of a campaign."""
    return envelope("CampaignChanged", campaign_detail(**change))


def apply(journey: Journey, **change: Any) -> None:
    """Apply a campaign's change."""
    update_campaign.handle(queue_batch(changed(**change)), journey.context)


CAMPAIGN_STEPS: dict[str, Arranged] = {
    "update_campaign, new": changing(),
    "update_campaign, paused": changing({}, version=2, status="paused"),
    "update_campaign, resumed": changing({}, {"version": 2, "status": "paused"}, version=3),
    "update_campaign, refused": changing({}, goal_exposures=2),
    "update_campaign, by a drop": changing_by_drop,
    "count_delivery, silenced": counting(100, 100),
    "count_delivery, speaking again": counting(100, 100, 20),
    "count_delivery, in two transactions": counting(1, 1, campaigns=3),
}
