"""Tenants whose names are easily taken for each other, and the table of who may do what.

The table is written by hand and shares no rule with the product: a tenant is the characters of
its name, and reaches what stands beside that name here.
"""

import json
from typing import Any

from functions.ingest_drop import handler as ingest_drop
from functions.update_campaign import handler as update_campaign
from tests.aws_world import World, queue_batch
from tests.integration.journeys import Journey
from tests.integration.messages import campaign_detail, envelope

COMPOSED, DECOMPOSED = "\u00e4", "a\u0308"
PRODUCERS = ("a", "ab", "a.", "a-b", "A", "a" * 64)
NO_PRODUCERS = ("", " ", "a ", "a/b", "a%2Fb", "..", "*", COMPOSED, DECOMPOSED, "a" * 65)
ACCOUNTS = ("111111111111", "111111111112", "11111111111", "1111111111111", "producer:a", "a")
NOBODY = ("", None)
LICENSORS = ("a", "ab", "A", "a/", "a%2Fb", "..", COMPOSED, DECOMPOSED, "a b", "*", "a" * 256)
SPEAKS_FOR = {
    "111111111111": ("a", COMPOSED),
    "111111111112": ("ab", "a/"),
    "11111111111": ("A", DECOMPOSED),
    "1111111111111": ("a%2Fb", "a b"),
    "producer:a": ("..", "a" * 256),
}
EVERYTHING = {"*": ["*"]}
SCORES = "audience_id,track_id,score\n"
SENT_AS = "drops/policy/operations/2026-01-01/policy.json"


def enact(world: World, journey: Journey, **policy: Any) -> None:
    """Put a policy in force."""
    deliver(journey, world.drop(SENT_AS, json.dumps(policy).encode()))
    world.events()


def dropped(journey: Journey, dataset: str, producer: str, day: str, body: str) -> dict[str, Any]:
    """Drop a file as a producer, carry on, and return its receipt."""
    ending = "jsonl" if dataset == "campaigns" else "json" if dataset == "policy" else "csv"
    key = f"drops/{dataset}/{producer}/{day}/a.{ending}"
    deliver(journey, journey.world.drop(key, body.encode()))
    journey.carry()
    return receipt_of(journey.world, key)


def receipt_of(world: World, key: str) -> dict[str, Any]:
    """Return the newest receipt of a key."""
    found = map(json.loads, world.objects(world.receipt_bucket, "receipts/").values())
    receipt: dict[str, Any] = max(
        (each for each in found if each["key"] == key), key=lambda each: str(each["judged_at"])
    )
    return receipt


def deliver(journey: Journey, event: dict[str, Any]) -> None:
    """Hand S3's event to ingestion."""
    answer = ingest_drop.handle(queue_batch(event), journey.context)
    assert answer == {"batchItemFailures": []}


def publish(
    journey: Journey, account: Any, *, source: str = "label.system", **change: Any
) -> list[tuple[str, dict[str, Any]]]:
    """Send a campaign's change as an account; return what was said of it."""
    event = envelope("CampaignChanged", campaign_detail(**change), source=source)
    batch = queue_batch({**event, "account": account})
    assert update_campaign.handle(batch, journey.context) == {"batchItemFailures": []}
    return journey.world.events("CampaignApplied", "CampaignRejected")


def standing_campaigns(world: World) -> dict[str, tuple[str, int, str]]:
    """Return licensor, version and status of each campaign."""
    documents = [json.loads(item["document"]) for item in world.items(world.campaigns_table)]
    return {d["campaign_id"]: (d["licensor_id"], d["version"], d["status"]) for d in documents}
