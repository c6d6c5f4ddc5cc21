"""Paths of canaries into the service: drops and campaigns, taken in, refused, given up."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from functions.ingest_drop.handler import handle as ingest_drop
from functions.update_campaign.handler import handle as update_campaign
from oasis.dead_letter import read_letter
from tests.aws_world import queue_batch
from tests.faults.privacy.canaries import CANARIES
from tests.faults.privacy.canary_files import DATASETS, damaged_files, good_rows, written
from tests.faults.privacy.heard import Heard
from tests.integration.journeys import TODAY, Journey
from tests.integration.messages import campaign_detail, envelope

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
