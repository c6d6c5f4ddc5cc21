"""What stands in tables and buckets, in the words of the models."""

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from functions.solve_plan import handler as solve_plan
from tests.aws_world import World
from tests.faults.order.models import Row
from tests.faults.order.score_rows import Written, live
from tests.warm_functions import forget


def score_table(world: World) -> Written:
    """Return the live rows of the table of scores."""
    return live(world.items(world.scores_table))


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
