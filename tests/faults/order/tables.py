"""What stands in tables and buckets, in the words of the models."""

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from functions.solve_plan import handler as solve_plan
from shared.score.hashes import narrow_id_hash
from shared.score.packed_row import SCORE_SCALE, unpack_row
from tests.aws_world import World
from tests.faults.order.models import LiveRow, Row
from tests.warm_functions import forget

Written = dict[str, tuple[int, str, list[tuple[int, int]]]]


def written(rows: dict[str, LiveRow]) -> Written:
    """Return rows of the model as the table is to hold them: instant, producer, best first."""
    return {
        audience: (
            int(row.as_of.timestamp() * 1000),
            row.producer,
            sorted(
                ((narrow_id_hash(t), int(s * SCORE_SCALE + 0.5)) for t, s in row.scores.items()),
                key=lambda entry: (-entry[1], entry[0]),
            ),
        )
        for audience, row in rows.items()
    }


def score_table(world: World) -> Written:
    """Return the live rows of the table of scores."""
    found: Written = {}
    for item in world.items(world.scores_table):
        if "row" in item:
            row = unpack_row(bytes(item["row"]))
            entries = list(zip(row.hashes, row.scores, strict=True))
            found[item["audience_id"]] = (row.as_of_ms, item["producer"], entries)
    return found


def campaign_table(world: World) -> dict[str, Row]:
    """Return the campaigns of the table, each as its publisher said it."""
    return {
        item["campaign_id"]: json.loads(item["document"])
        for item in world.items(world.campaigns_table)
    }


def suppressions(world: World) -> dict[str, int | str]:
    """Return the pointer's entries of suppression."""
    found = [i for i in world.items(world.plans_table) if i["item"] == "pointer"]
    entries = found[0]["suppressed"].items() if found else ()
    return {name: e if isinstance(e, str) else int(e) for name, e in entries}


def receipts(world: World) -> Counter[str]:
    """Return how many receipts of a first judgement each version has."""
    objects = world.objects(world.receipt_bucket, "receipts/")
    found = (json.loads(body) for body in objects.values())
    return Counter(each["version_id"] for each in found if each["judgement"] == 0)


def inputs(world: World, tracks: set[str], now: datetime) -> dict[str, Any]:
    """Return what a solve would read: catalogue, audiences, forecast, deliveries."""
    forget()
    read = solve_plan.inputs.read(tracks, score_ttl=timedelta(days=14), now=now)
    supply = read.supply
    contexts = [supply.context.names[code] for code in supply.context.code]
    days = [str(day) for day in supply.day]
    cohorts = zip(read.audiences.audience.tolist(), read.audiences.parent.tolist(), strict=True)
    return {
        "tracks": {name: track.licensor_id for name, track in read.tracks.items()},
        "audiences": dict(cohorts),
        "supply": dict(
            zip(
                zip(supply.audience.tolist(), contexts, days, strict=True),
                supply.expected_slots.tolist(),
                strict=True,
            )
        ),
        "delivered": {name: (d.total, d.today) for name, d in read.delivered.items()},
    }
