"""An activated plan becomes files of promotion scores: those that the lookup would answer."""

import pytest

from functions.export_plan import handler
from functions.export_plan.handler import handle as export_plan
from functions.solve_plan import handler as solve_plan
from shared.export import begin
from shared.export.begin import NotActivatedError
from shared.export.conclude import NotThePlanError
from shared.plan.score_store import AcceptedGoneError
from shared.plan.solve import Capacity
from tests.integration.export.exporting import exported, stored
from tests.integration.journeys import (
    AUDIENCES,
    TODAY,
    TRACKS,
    report_of,
    scores_of,
    supplied_journey,
)

FLOAT32 = 1e-6
AGELESS_S = 10**8  # an export leaves ages to its reader
CONTEXTS = ("radio", "autoplay", "mixes")
STRANGERS = ("stranger-1", "stranger-2")  # whom no forecast and no audience knows
PLACES = [
    *((audience, "radio", "SE") for audience in AUDIENCES[1:]),
    *((audience, "autoplay", "NO") for audience in AUDIENCES),
    ("listener-1", "mixes", "SE"),
    ("listener-2", "mixes", "SE"),
    *((stranger, context, "") for stranger in STRANGERS for context in CONTEXTS),
    ("cohort-1", "radio", ""),
    ("cohort-1", "mixes", "SE"),
]


@pytest.fixture
def journey(world, context, make_batch):
    """Return a journey with two campaigns that contend for a cohort's slots, in small parts."""
    found = supplied_journey(world, context, make_batch)
    found.drop(
        "supply",
        [
            ("audience_id", "context", "date", "expected_slots", "market"),
            ("cohort-1", "autoplay", TODAY.isoformat(), 5000, "NO"),
            ("listener-2", "mixes", TODAY.isoformat(), 700, ""),
            ("listener-2", "mixes", TODAY.isoformat(), 300, "SE"),
            ("cohort-1", "mixes", TODAY.isoformat(), 900, "SE"),
        ],
        producer="forecasters",
        as_of="2026-01-02",
    )
    for stranger in STRANGERS:
        found.drop("scores", scores_of([stranger]), producer=stranger, as_of=TODAY.isoformat())
    found.change(campaign_id="c1", track_ids=TRACKS[:4], goal_exposures=900, markets=["SE", "NO"])
    found.change(campaign_id="c2", track_ids=TRACKS[2:], goal_exposures=60_000, holdout_share=0.3)
    found.change(campaign_id="c3", track_ids=TRACKS[1:], audience_ids=["listener-1"], weight=2)
    return found


def asked(journey, audience_id, context, market):
    """Return {(track, campaign): score above 0} of a lookup for an audience and its cohort."""
    parents = ["cohort-1"] if audience_id != "cohort-1" else []
    status, body = journey.ask(
        audience_ids=[audience_id, *parents],
        context=context,
        market=market,
        track_ids=TRACKS,
        max_age_s=AGELESS_S,
    )
    assert status == 200
    return {
        (TRACKS[r["i"]], r["campaign_id"]): r["score"] for r in body["results"] if r["score"] > 0
    }


def test_an_export_holds_what_lookups_would_answer_and_nothing_else(journey):
    plan_id = journey.plan()["plan_id"]

    found = exported(journey, plan_id)

    rows = found.rows
    assert len(rows) == found.manifest["rows"] > 0
    named = ("audience_id", "context", "market", "track_id")
    assert len({tuple(row[name] for name in named) for row in rows}) == len(rows)
    assert {row["plan_id"] for row in rows} == {plan_id}
    by_place: dict[tuple[str, str, str], dict[tuple[str, str], float]] = {}
    for row in rows:
        place = row["audience_id"], row["context"], row["market"]
        by_place.setdefault(place, {})[row["track_id"], row["campaign_id"]] = row["score"]
    for place in {*by_place, *PLACES}:
        assert by_place.get(place, {}) == pytest.approx(asked(journey, *place), abs=FLOAT32)
    assert {place[0] for place in by_place} == {*AUDIENCES, *STRANGERS}


def test_exposures_of_an_export_are_those_of_the_plan(journey):
    decision = journey.plan()
    report = report_of(journey, decision)

    manifest = exported(journey, decision["plan_id"]).manifest

    assert len(report["campaigns"]) == 3
    assert sum(campaign["planned_exposures"] for campaign in report["campaigns"]) > 0
    assert manifest["solved_from"] == report["solved_from"]
    assert manifest["state"] == "activated"
    assert {file["context"] for file in manifest["files"]} == set(CONTEXTS)
    assert manifest["contexts"].keys() >= set(CONTEXTS)


def test_a_step_that_is_repeated_writes_the_same_files(journey):
    plan_id = journey.plan()["plan_id"]
    once = exported(journey, plan_id, export_id="once")

    twice = exported(journey, plan_id, export_id="twice", times=2)

    assert list(once.files.values()) == list(twice.files.values())
    assert len(once.files) > len(CONTEXTS)  # several parts


def test_what_is_dropped_later_is_not_in_the_export_of_an_earlier_plan(journey):
    plan_id = journey.plan()["plan_id"]
    before = exported(journey, plan_id, export_id="before")

    journey.drop("scores", scores_of(AUDIENCES, 0.1), as_of=f"{TODAY}T01:00:00Z")
    journey.drop(
        "tracks",
        [("track_id", "artist_id", "licensor_id"), *((t, "artist", "other") for t in TRACKS)],
        as_of="2026-01-05",
    )

    assert list(exported(journey, plan_id, export_id="after").files.values()) == list(
        before.files.values()
    )


def test_a_plan_that_was_solved_in_shards_is_exported_as_it_was(journey, monkeypatch):
    journey.drop("scores", scores_of(AUDIENCES[1:2], 0.9), as_of=f"{TODAY}T00:00:01Z")
    monkeypatch.setattr(solve_plan, "capacity", Capacity(most_edges=1, shard_edges=1))
    decision = journey.plan()
    assert report_of(journey, decision)["solver"]["shards"] > 1

    rows = exported(journey, decision["plan_id"]).rows

    for audience in AUDIENCES[1:]:
        held = {
            (row["track_id"], row["campaign_id"]): row["score"]
            for row in rows
            if (row["audience_id"], row["context"]) == (audience, "radio")
        }
        assert held == pytest.approx(asked(journey, audience, "radio", "SE"), abs=FLOAT32)


def test_a_silent_campaign_is_left_out_and_named(journey):
    plan_id = journey.plan()["plan_id"]
    journey.change(campaign_id="c2", version=2, status="paused")

    found = exported(journey, plan_id)

    assert found.manifest["suppressed"] == ["c2"]
    assert {row["campaign_id"] for row in found.rows} >= {"c1"}
    assert "c2" not in {row["campaign_id"] for row in found.rows}


def test_of_a_plan_of_old_nobody_knows_who_was_silent(journey):
    plan_id = journey.plan()["plan_id"]
    journey.change(campaign_id="c2", version=2, status="paused")
    for version, goal in ((2, 800), (3, 700)):
        journey.change(campaign_id="c1", version=version, track_ids=TRACKS[:4], goal_exposures=goal)
        journey.plan()

    found = exported(journey, plan_id)

    assert found.manifest["suppressed"] is None
    assert "c2" in {row["campaign_id"] for row in found.rows}


def test_parts_are_small_where_no_forecast_says_how_many_edges_there_are(journey, monkeypatch):
    journey.drop(
        "supply", [("audience_id", "context", "date", "expected_slots")], as_of="2026-01-03"
    )
    monkeypatch.setattr(begin, "ROWS_OF_PART", 2)
    monkeypatch.setattr(handler, "part_edges", 1_000_000)
    plan_id = journey.plan()["plan_id"]

    begun = export_plan({"export_id": "export-1", "plan_id": plan_id}, journey.context)

    assert len(begun["parts"]) > 1


def test_a_plan_that_was_never_served_is_refused(journey):
    with pytest.raises(NotActivatedError, match="Plan 12ab is unknown"):
        export_plan({"export_id": "export-1", "plan_id": "12ab"}, journey.context)


def test_data_that_is_gone_is_named(journey):
    decision = journey.plan()
    key = next(k for k in report_of(journey, decision)["accepted_keys"] if k.startswith("scores/"))
    journey.world.s3.delete_object(Bucket=journey.world.accepted_bucket, Key=key)

    with pytest.raises(AcceptedGoneError, match=key):
        exported(journey, decision["plan_id"])
    assert not stored(journey).manifest


def test_data_that_was_changed_behind_the_plan_gives_no_manifest(journey):
    decision = journey.plan()
    keys = [k for k in report_of(journey, decision)["accepted_keys"] if k.startswith("scores/")]
    journey.drop("scores", scores_of(AUDIENCES, 0.5), as_of=f"{TODAY}T01:00:00Z")
    stored_keys = journey.world.objects(journey.world.accepted_bucket, "scores/")
    newest = max(stored_keys)
    assert newest not in keys
    for key in keys:
        journey.world.s3.put_object(
            Bucket=journey.world.accepted_bucket, Key=key, Body=stored_keys[newest]
        )

    with pytest.raises(NotThePlanError, match="exposures in the export"):
        exported(journey, decision["plan_id"])
    assert not stored(journey).manifest
