"""Every path on which a listener's id goes through the service, with canaries on it."""

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from functions.activate_plan.handler import handle as activate_plan
from functions.count_delivery.handler import handle as count_delivery
from functions.export_part.handler import handle as export_part
from functions.export_plan.handler import handle as export_plan
from functions.ingest_drop.handler import handle as ingest_drop
from functions.load_scores.handler import handle as load_scores
from functions.lookup_scores import handler as lookup_scores
from functions.reconcile.handler import handle as reconcile
from functions.solve_plan.handler import handle as solve_plan
from functions.update_campaign.handler import handle as update_campaign
from tests.aws_world import queue_batch
from tests.faults.privacy.canaries import CANARIES
from tests.faults.privacy.canary_files import DATASETS, good_rows, written
from tests.faults.privacy.canary_intake import (
    LAST,
    Path,
    campaign_events,
    damaged,
    drops_in_parts,
    good_drops,
    held_drops,
)
from tests.faults.privacy.heard import Heard
from tests.integration.journeys import TRACKS, Journey, supplied_journey
from tests.integration.messages import campaign_detail, envelope, http_request


def plans_and_exports(journey: Journey, heard: Heard) -> None:
    """Solve for canaries, by listeners and by targets, activate, look up, export."""
    supplied_journey(journey.world, journey.context, queue_batch)
    good_drops(journey, heard)
    journey.change(campaign_id="c-all", track_ids=TRACKS)
    journey.change(campaign_id="c-few", track_ids=TRACKS[:2], audience_ids=list(CANARIES))
    decision = journey.plan()
    heard.note("decision", decision)
    assert decision["state"] == "activated"
    lookups(journey, heard)
    state = {"export_id": "export-1", "plan_id": decision["plan_id"]}
    begun = export_plan(state, journey.context)
    heard.note("step of an export", begun)
    for part in begun["parts"]:
        heard.note("step of an export", export_part({**state, "part": part}, journey.context))
    heard.note("step of an export", export_plan(begun, journey.context))
    heard.failing(lambda: reconcile(queue_batch(envelope("Scheduled Event", {})), journey.context))
    assert any(each.encode() in body for body in _exports(journey) for each in CANARIES)


def lookups(journey: Journey, heard: Heard) -> None:
    """Ask for canaries by POST and GET, soundly and not; what the caller gets is the caller's."""
    for canary in CANARIES:
        sound = {"audience_ids": [canary], "context": "radio", "track_ids": TRACKS}
        for body in (
            sound,
            {**sound, "explain": True},
            {**sound, canary: 1},
            {**sound, "context": canary},
            {**sound, "max_age_s": canary},
            {**sound, "audience_ids": [canary] + [f"{canary}{i}" for i in range(9)]},
            {**sound, "audience_ids": [canary * 200]},
            json.dumps(sound)[:-4],
        ):
            _ask(journey, heard, http_request(body))
        unsigned = http_request(sound)
        del unsigned["requestContext"]["authorizer"]
        _ask(journey, heard, unsigned)
        packed = http_request(sound) | {"isBase64Encoded": True}
        _ask(journey, heard, packed)
        _ask(journey, heard, packed | {"body": b64encode(json.dumps(sound).encode()).decode()})
        for query in ({}, {"max_age_s": canary}, {canary: canary}, {"explain": canary}):
            asked = http_request({})
            asked["requestContext"]["http"]["method"] = "GET"
            asked["rawQueryString"] = urlencode({**sound, **query}, doseq=True)
            _ask(journey, heard, asked)


def failures(journey: Journey, heard: Heard) -> None:
    """Let each function fail for want of what it reads or writes, with canaries in hand."""
    supplied_journey(journey.world, journey.context, queue_batch)
    journey.world.events()
    scores = written(good_rows("scores"))
    key = f"drops/scores/models/{LAST}/a.csv"
    heard.failing(
        lambda: ingest_drop(queue_batch(journey.world.drop(key, scores)), journey.context)
    )
    (accepted,) = journey.world.events("DropAccepted")
    lost = f"drops/scores/models/{LAST}/lost.csv"
    dropped = journey.world.drop(lost, scores + b"one-more,track-1,0.5\n")
    change = envelope("CampaignChanged", campaign_detail(audience_ids=list(CANARIES)))
    loaded = envelope(*accepted, source="oasis")
    for table in (
        journey.world.scores_table,
        journey.world.plans_table,
        journey.world.campaigns_table,
        journey.world.drops_table,
    ):
        journey.world.dynamodb.delete_table(TableName=table)
        tried: tuple[Callable[[], object], ...] = (
            lambda: load_scores(queue_batch(loaded), journey.context),
            lambda: update_campaign(queue_batch(change), journey.context),
            lambda: ingest_drop(queue_batch(dropped), journey.context),
            lambda: count_delivery(queue_batch(loaded), journey.context),
            lambda: solve_plan({"run": "p", "solved_from": f"{LAST}"}, journey.context),
            lambda: activate_plan({"run": "p", "plan_id": "none"}, journey.context),
        )
        failed = [heard.failing(each) for each in tried]
        assert any(failed)
    for table in (journey.world.scores_table, journey.world.plans_table):
        journey.world.dynamodb.create_table(
            TableName=table,
            KeySchema=[{"AttributeName": "wrong", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "wrong", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    # Tables of another key refuse each item by its text.
    heard.failing(lambda: load_scores(queue_batch(loaded), journey.context))
    heard.failing(lambda: update_campaign(queue_batch(change), journey.context))
    lookups(journey, heard)


PATHS: dict[str, Path] = {
    "good drops": good_drops,
    **{f"damaged {dataset}": damaged(dataset) for dataset in DATASETS},
    "drops that are held": held_drops,
    "drops in parts": drops_in_parts,
    "campaigns": campaign_events,
    "plans, lookups and exports": plans_and_exports,
    "failures": failures,
}


def _ask(journey: Journey, heard: Heard, request: dict[str, Any]) -> None:
    def asked() -> str:
        answer = lookup_scores.handle(request, journey.context)
        # The answer is its caller's own; its headers others may see on the way.
        return json.dumps([answer["statusCode"], answer["headers"]])

    heard.failing(asked)


def _exports(journey: Journey) -> list[bytes]:
    return list(journey.world.objects(journey.world.export_bucket).values())
