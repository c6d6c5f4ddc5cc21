"""Every attempt of one producer at what is another's; each yields a sentence where it succeeds."""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from shared.plan.delivery_store import DeliveryStore
from tests.faults.tenants.tenants import (
    EVERYTHING,
    NO_PRODUCERS,
    PRODUCERS,
    SCORES,
    deliver,
    dropped,
    enact,
    receipt_of,
)
from tests.integration.journeys import TODAY, Journey
from tests.integration.messages import campaign_detail
from tests.promises import Count

DELIVERY = "date,campaign_id,context,exposures\n"


def crossings_of_rows(journey: Journey, runs: Count) -> Iterator[str]:
    """Each producer drops scores for every other's audience, later and higher."""
    for producer in PRODUCERS:
        dropped(journey, "scores", producer, "2026-11-01", f"{SCORES}of-{producer},t1,0.5\n")
    before = _score_rows(journey)
    for producer in PRODUCERS:
        others = [each for each in PRODUCERS if each != producer]
        rows = "".join(f"of-{each},t1,1\n" for each in others)
        found = dropped(journey, "scores", producer, "2026-11-02", f"{SCORES}{rows}")
        runs.add(len(others))
        if found["rejected_by_reason"] != {"audience_of_other_producer": len(others)}:
            yield f"{producer} wrote rows of others: {found['sentence']}"
        if _score_rows(journey) != before:
            yield f"{producer} changed rows"


def crossings_of_full_drops(journey: Journey, runs: Count) -> Iterator[str]:
    """Each producer's full drop ends its own audiences and no other's."""
    for producer in PRODUCERS:
        dropped(journey, "scores", producer, "2026-11-01", f"{SCORES}of-{producer},t1,0.5\n")
    for at, producer in enumerate(PRODUCERS):
        before = _score_rows(journey)
        _drop_full(journey, producer, f"{SCORES}only-{producer},t1,1\n".encode())
        after = _score_rows(journey)
        if after[f"of-{producer}"] == before[f"of-{producer}"]:
            yield f"the full drop of {producer} ended nothing"
        for other in PRODUCERS[at + 1 :]:
            runs.add()
            if after[f"of-{other}"] != before[f"of-{other}"]:
                yield f"the full drop of {producer} changed the row of {other}"


def crossings_of_equal_files(journey: Journey, runs: Count) -> Iterator[str]:
    """A file equal to another producer's is no duplicate of it."""
    body = "audience_id,context,date,expected_slots\nx,radio,2026-11-01,5\n"
    for producer in PRODUCERS:
        runs.add()
        if dropped(journey, "supply", producer, "2026-11-01", body)["status"] != "accepted":
            yield f"{producer} was taken for another"


def crossings_of_delivery(journey: Journey, runs: Count) -> Iterator[str]:
    """Each producer reports and corrects its own total; the sum of all stands."""
    totals: dict[str, int] = {}
    for turn in (1, 2):
        for at, producer in enumerate(PRODUCERS):
            totals[producer] = 10**at * turn
            row = f"{TODAY},c1,radio,{totals[producer]}\n"
            day = f"{TODAY}T0{turn}:00:00Z"
            dropped(journey, "delivery", producer, day, DELIVERY + row)
            runs.add(len(PRODUCERS) - 1)
            rows = DeliveryStore(journey.world.accepted_bucket).standing().rows
            found = sum(rows.column("exposures").to_pylist())
            if found != sum(totals.values()):
                yield f"after {producer} {found} exposures stand, not {sum(totals.values())}"


def crossings_of_admission(journey: Journey, runs: Count) -> Iterator[str]:
    """Each producer drops each dataset, where policy lets each drop exactly one."""
    bodies = {
        "scores": f"{SCORES}x,t1,0.5\n",
        "tracks": "track_id,artist_id,licensor_id\nt1,r,l\n",
        "audiences": "audience_id,parent_id\nx,y\n",
        "supply": "audience_id,context,date,expected_slots\nx,radio,2026-11-01,5\n",
        "delivery": f"{DELIVERY}{TODAY},c1,radio,1\n",
        "campaigns": json.dumps(campaign_detail()),
    }
    may = dict(zip(PRODUCERS, bodies, strict=True))
    enact(journey.world, journey, producers={who: [what] for who, what in may.items()})
    bodies["policy"] = json.dumps({"producers": EVERYTHING})
    for producer in (*PRODUCERS, "operation", "operations.", "Operations"):
        for dataset, body in bodies.items():
            if producer not in PRODUCERS and dataset != "policy":
                continue
            runs.add()
            before = journey.world.objects(journey.world.accepted_bucket)
            reason = dropped(journey, dataset, producer, "2026-11-01", body)["reason"]
            is_refused = reason == "producer_not_allowed"
            if is_refused == (may.get(producer) == dataset):
                yield f"{producer} dropping {dataset}: {reason or 'accepted'}"
            if is_refused and journey.world.objects(journey.world.accepted_bucket) != before:
                yield f"{producer} changed what is accepted"


def crossings_of_no_producers(journey: Journey, runs: Count) -> Iterator[str]:
    """Names that are none, in keys, are let in to nothing, whatever policy says."""
    enact(journey.world, journey, producers=EVERYTHING)
    before = journey.world.objects(journey.world.accepted_bucket)
    for name in NO_PRODUCERS:
        runs.add()
        key = f"drops/scores/{name}/2026-11-01/a.csv"
        deliver(journey, journey.world.drop(key, f"{SCORES}x,t1,0.5\n".encode()))
        if receipt_of(journey.world, key)["reason"] != "bad_key":
            yield f"{name!r} is a producer"
    if journey.world.objects(journey.world.accepted_bucket) != before:
        yield "something was accepted"


def _score_rows(journey: Journey) -> dict[str, dict[str, Any]]:
    rows = journey.world.items(journey.world.scores_table)
    return {str(row["audience_id"]): row for row in rows}


def _drop_full(journey: Journey, producer: str, body: bytes) -> None:
    folder = f"drops/scores/{producer}/2026-11-03/night.parts"
    journey.world.drop(f"{folder}/0.csv", body)
    part = {"name": "0.csv", "sha256": sha256(body).hexdigest(), "rows": body.count(b"\n") - 1}
    manifest = json.dumps({"mode": "full", "parts": [part]}).encode()
    deliver(journey, journey.world.drop(f"{folder}/_manifest.json", manifest))
    journey.carry()
