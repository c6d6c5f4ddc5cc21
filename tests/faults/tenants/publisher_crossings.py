"""Every attempt of a publisher or caller at what is another's; each yields where it succeeds."""

import json
from collections.abc import Iterator
from typing import Any

from functions.lookup_scores import handler as lookup_scores
from tests.faults.tenants.tenants import (
    ACCOUNTS,
    EVERYTHING,
    LICENSORS,
    NOBODY,
    PRODUCERS,
    SCORES,
    SPEAKS_FOR,
    dropped,
    enact,
    publish,
    standing_campaigns,
)
from tests.integration.journeys import TODAY, Journey
from tests.integration.messages import campaign_detail, http_request
from tests.promises import Count


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
