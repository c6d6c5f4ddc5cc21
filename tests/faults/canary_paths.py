"""Every path on which a listener's id goes through the service, with canaries on it."""

import json
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
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
from oasis.dead_letter import read_letter
from tests.aws_world import queue_batch
from tests.faults.canaries import CANARIES
from tests.faults.canary_files import DATASETS, damaged_files, good_rows, written
from tests.faults.heard import Heard
from tests.integration.journeys import TODAY, TRACKS, Journey, supplied_journey
from tests.integration.messages import campaign_detail, envelope, http_request

Path = Callable[[Journey, Heard], None]
HIDDEN = "\u200b"
LAST = f"{TODAY}T04:00:00Z"


def good_drops(journey: Journey, heard: Heard) -> None:
    """Drop every dataset, then again as a duplicate, late, and under keys that name no drop."""
    for dataset in DATASETS:
        body = written(good_rows(dataset))
        for key in (
            f"drops/{dataset}/models/{LAST}/a.csv",
            f"drops/{dataset}/models/{LAST}/b.csv",
            f"drops/{dataset}/models/2026-01-01/late.csv",
            f"drops/{dataset}/other/{LAST}/others.csv",
            f"drops/{dataset}/a.csv",
            f"drops/{dataset}/models/2999-01-01/a.csv",
            f"drops/nothing/models/{LAST}/{dataset}.csv",
        ):
            _judge(journey, heard, key, body)
    journey.carry()


def damaged(dataset: str) -> Path:
    """Return the dropping of a dataset damaged in every way."""

    def dropped(journey: Journey, heard: Heard) -> None:
        for name, body in damaged_files(dataset):
            _judge(journey, heard, f"drops/{dataset}/models/{LAST}/{name}", body)
        journey.carry()

    return dropped


def held_drops(journey: Journey, heard: Heard) -> None:
    """Drop what a gate holds back, and what policy refuses."""
    many = [DATASETS["scores"]("")[0], *([f"a{i}", "track-0", "0.1"] for i in range(1200))]
    far = [many[0], *([*row[:2], "0.9"] for row in many[1:]), *good_rows("scores")[1:]]
    _judge(journey, heard, f"drops/scores/crowd/{TODAY}/a.csv", written(many))
    _judge(journey, heard, f"drops/scores/crowd/{LAST}/b.csv", written(far))
    policy = {"producers": {"*": ["*"]}, "publishers": {"*": ["*"]}}
    for moved in (dict.fromkeys(CANARIES, 7), dict.fromkeys(CANARIES, "models")):
        body = json.dumps({**policy, "moved_audiences": moved}).encode()
        _judge(journey, heard, f"drops/policy/operations/{TODAY}/p.json", body)
    _judge(journey, heard, f"drops/scores/else/{TODAY}/a.csv", written(good_rows("scores")))


def drops_in_parts(journey: Journey, heard: Heard) -> None:
    """Drop parts: sound, with a wrong hash, dry, full, and with manifests that are none."""
    body = written(good_rows("scores"))
    part = {"name": "0.csv", "sha256": sha256(body).hexdigest(), "rows": len(CANARIES)}
    manifests: tuple[dict[str, Any], ...] = (
        {"parts": [part], "dry_run": True},
        {"parts": [part], "mode": "full"},
        {"parts": [{**part, "sha256": "0" * 64}]},
        {"parts": [{**part, "rows": 1}]},
        {"parts": [part], **dict.fromkeys(CANARIES, 1)},
        {"parts": [{**part, CANARIES[0]: 1}]},
        {"parts": list(CANARIES)},
        {"parts": [part], "mode": CANARIES[0]},
    )
    for at, manifest in enumerate(manifests):
        folder = f"drops/scores/models/{TODAY}T0{at}:00:00Z/night.parts"
        _judge(journey, heard, f"{folder}/0.csv", body)
        _judge(journey, heard, f"{folder}/_manifest.json", json.dumps(manifest).encode())
    journey.carry()


def campaign_events(journey: Journey, heard: Heard) -> None:
    """Send campaigns for canaries: sound, refused for each of their fields, and in drops."""
    sound = campaign_detail(audience_ids=list(CANARIES))
    wrong: tuple[dict[str, Any], ...] = (
        {"audience_ids": CANARIES[0]},
        {"audience_ids": dict.fromkeys(CANARIES, 1)},
        {"audience_ids": [f"{each}{HIDDEN}" for each in CANARIES]},
        {"audience_ids": [each * 100 for each in CANARIES]},
        {"audience_ids": [{each: each} for each in CANARIES]},
        {"audience_ids": list(CANARIES) * 200},
        {"licensor_id": "", "version": CANARIES[0], "status": CANARIES[0]},
        {"starts_at": CANARIES[0], "contexts": list(CANARIES), "markets": list(CANARIES)},
        {"goal_exposures": 2000},
        {"version": 0},
        dict.fromkeys(CANARIES, 1),
    )
    details = [sound, *({**sound, **changes} for changes in wrong)]
    for detail in (*details, {**sound, "version": 3, "status": "paused"}, sound):
        _change(journey, heard, detail)
    lines = "\n".join(
        json.dumps({**each, "campaign_id": f"d{i}"}) for i, each in enumerate(details)
    )
    _judge(journey, heard, f"drops/campaigns/label/{TODAY}/c.jsonl", lines.encode())
    journey.carry()
    broken = json.dumps(envelope("CampaignChanged", sound))
    for body in (broken[:-9], json.dumps({"detail": sound}), json.dumps(list(CANARIES))):
        batch = queue_batch({})
        batch["Records"][0]["body"] = body
        heard.failing(lambda batch=batch: update_campaign(batch, journey.context))  # type: ignore[misc]
        _letter(heard, body)


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


def _judge(journey: Journey, heard: Heard, key: str, body: bytes) -> None:
    event = journey.world.drop(key, body)
    heard.failing(lambda: ingest_drop(queue_batch(event), journey.context))
    _letter(heard, json.dumps(event))


def _change(journey: Journey, heard: Heard, detail: dict[str, Any]) -> None:
    event = envelope("CampaignChanged", detail)
    heard.failing(lambda: update_campaign(queue_batch(event), journey.context))
    _letter(heard, json.dumps(event))


def _letter(heard: Heard, body: str) -> None:
    """Show a message as people are shown one that was given up."""
    message = {"Attributes": {"SentTimestamp": "1767571200000"}, "Body": body}
    heard.note("dead letter", repr(read_letter(message)))


def _ask(journey: Journey, heard: Heard, request: dict[str, Any]) -> None:
    def asked() -> str:
        answer = lookup_scores.handle(request, journey.context)
        # The answer is its caller's own; its headers others may see on the way.
        return json.dumps([answer["statusCode"], answer["headers"]])

    heard.failing(asked)


def _exports(journey: Journey) -> list[bytes]:
    return list(journey.world.objects(journey.world.export_bucket).values())
