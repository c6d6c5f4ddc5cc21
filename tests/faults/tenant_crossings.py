"""Every attempt of one tenant at what is another's; each yields a sentence where it gets there."""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from functions.lookup_scores import handler as lookup_scores
from shared.plan.delivery_store import DeliveryStore
from tests.faults.tenants import (
    ACCOUNTS,
    LICENSORS,
    NO_PRODUCERS,
    NOBODY,
    PRODUCERS,
    SPEAKS_FOR,
    deliver,
    dropped,
    enact,
    publish,
    receipt_of,
    standing_campaigns,
)
from tests.integration.journeys import TODAY, Journey
from tests.integration.messages import campaign_detail, http_request
from tests.promises import Count

SCORES = "audience_id,track_id,score\n"
DELIVERY = "date,campaign_id,context,exposures\n"
EVERYTHING = {"*": ["*"]}


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


def crossings_of_campaign_drops(journey: Journey, runs: Count) -> Iterator[str]:
    """Each producer drops a campaign of every licensor; what it says inside does not count."""
    speaks_for = {p: (LICENSORS[at],) for at, p in enumerate(PRODUCERS)}
    publishers = {f"producer:{who}": list(what) for who, what in speaks_for.items()}
    enact(journey.world, journey, producers=EVERYTHING, publishers=publishers)
    for at, producer in enumerate(PRODUCERS):
        of = {f"{at}-{i}": licensor for i, licensor in enumerate(LICENSORS)}
        lines = [json.dumps(campaign_detail(campaign_id=c, licensor_id=of[c])) for c in of]
        dropped(journey, "campaigns", producer, "2026-11-01", "\n".join(lines))
        stands = standing_campaigns(journey.world)
        runs.add(len(of))
        for campaign_id, licensor in of.items():
            if (campaign_id in stands) != (licensor in speaks_for[producer]):
                yield f"{producer} for {licensor!r}: {stands.get(campaign_id)}"


def crossings_of_events(journey: Journey, runs: Count) -> Iterator[str]:
    """Each account, and nobody, sends a campaign of every licensor, under sources of others."""
    enact(journey.world, journey, publishers={k: list(v) for k, v in SPEAKS_FOR.items()})
    for at, account in enumerate((*ACCOUNTS, *NOBODY)):
        for number, licensor in enumerate(LICENSORS):
            runs.add()
            source = ("oasis", "aws.s3", *ACCOUNTS)[number % 8]
            campaign_id = f"{at}-{number}"
            said = publish(
                journey, account, source=source, campaign_id=campaign_id, licensor_id=licensor
            )
            may = licensor in SPEAKS_FOR.get(account or "", ())
            is_there = campaign_id in standing_campaigns(journey.world)
            outcome = "CampaignApplied" if may else "CampaignRejected"
            if is_there != may or [name for name, _ in said] != [outcome]:
                yield f"{account!r} for {licensor!r}: {said}"


def crossings_of_nobody(journey: Journey, runs: Count) -> Iterator[str]:
    """Who has no name is not let in even where everybody is."""
    enact(journey.world, journey, producers=EVERYTHING, publishers=EVERYTHING)
    for account in NOBODY:
        runs.add()
        said = publish(journey, account)
        if [name for name, _ in said] != ["CampaignRejected"]:
            yield f"{account!r} was heard: {said}"
    if standing_campaigns(journey.world):
        yield "a campaign of nobody stands"


def crossings_of_campaign_ids(journey: Journey, runs: Count) -> Iterator[str]:
    """Each account tries to take, pause and end the campaign of every other."""
    enact(journey.world, journey, publishers={k: list(v) for k, v in SPEAKS_FOR.items()})
    for owner, (licensor, _) in SPEAKS_FOR.items():
        publish(journey, owner, campaign_id=owner, version=2, licensor_id=licensor)
    before = standing_campaigns(journey.world)
    pointer = journey.world.items(journey.world.plans_table)
    for account, (own, _) in SPEAKS_FOR.items():
        for owner, (licensor, _) in SPEAKS_FOR.items():
            tried = ((own, 9, "paused"), (own, 2, "active"), (own, 1, "cancelled"))
            for named, version, status in (*tried, (licensor, 9, "paused")):
                if account == owner:
                    continue
                runs.add()
                said = publish(
                    journey,
                    account,
                    campaign_id=owner,
                    version=version,
                    licensor_id=named,
                    status=status,
                )
                if [name for name, _ in said] != ["CampaignRejected"]:
                    yield f"{account} as {named!r} on the campaign of {owner}: {said}"
    if standing_campaigns(journey.world) != before:
        yield "a campaign changed"
    if journey.world.items(journey.world.plans_table) != pointer:
        yield "a campaign was silenced"


def crossings_of_tracks(journey: Journey, runs: Count) -> Iterator[str]:
    """Each licensor's campaign names the tracks of all; each track goes to its own alone."""
    rows = "".join(f"t{i},artist,{licensor}\n" for i, licensor in enumerate(LICENSORS))
    dropped(journey, "tracks", "m", "2026-01-01", f"track_id,artist_id,licensor_id\n{rows}")
    slots = f"x,radio,{TODAY},100000\n"
    head = "audience_id,context,date,expected_slots\n"
    dropped(journey, "supply", "m", "2026-01-01", head + slots)
    named = [f"t{i}" for i in range(len(LICENSORS))]
    rows = "".join(f"x,{track},0.9\n" for track in named)
    dropped(journey, "scores", "m", str(TODAY), SCORES + rows)
    for i, licensor in enumerate(LICENSORS):
        # The later, the heavier: what could take others' tracks, would.
        journey.change(
            campaign_id=f"c{i}", licensor_id=licensor, track_ids=named, weight=float(i + 1)
        )
    journey.plan()
    asked = {"audience_ids": ["x"], "context": "radio", "track_ids": named}
    answer = lookup_scores.handle(http_request(asked), journey.context)
    found = json.loads(answer["body"])["results"]
    runs.add(len(LICENSORS) * (len(LICENSORS) - 1))
    if len(found) != len(LICENSORS):
        yield f"{len(found)} tracks have a campaign"
    for each in found:
        if each["campaign_id"] != f"c{each['i']}":
            yield f"the track of {LICENSORS[each['i']]!r} is in {each['campaign_id']}"


def crossings_of_unsigned_requests(journey: Journey, runs: Count) -> Iterator[str]:
    """Every route, asked by nobody, answers 403 and nothing else."""
    nobody: tuple[Any, ...] = (
        None,
        {},
        {"iam": None},
        {"iam": {}},
        {"iam": {"accessKey": None, "accountId": "123456789012"}},
        {"iam": {"accessKey": "", "accountId": "123456789012"}},
        {"jwt": {"claims": {"accessKey": "AKIDEXAMPLE"}}},
        {"accessKey": "AKIDEXAMPLE"},
    )
    routes = (("POST", "/v1/lookup"), ("GET", "/v1/lookup"), ("GET", "/v1/openapi.json"))
    for method, path in routes:
        for authorizer in (*nobody, "absent"):
            runs.add()
            asked = http_request({"audience_ids": ["x"], "context": "radio", "track_ids": ["t0"]})
            told = asked["requestContext"]
            told |= {"http": {"method": method, "path": path}, "authorizer": authorizer}
            told["identity"] = {"accessKey": "AKIDEXAMPLE"}
            if authorizer == "absent":
                del told["authorizer"]
            asked |= {"rawQueryString": "audience_ids=x&context=radio&track_ids=t0"}
            answer = lookup_scores.handle(asked, journey.context)
            if answer["statusCode"] != 403 or "results" in answer["body"]:
                yield f"{method} {path} by {authorizer}: {answer}"


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
