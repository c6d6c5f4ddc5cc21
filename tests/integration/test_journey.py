"""The whole journey on moto: from a dropped file and a campaign event to a score."""

from datetime import UTC, datetime

import pytest

from functions.solve_plan.handler import handle as solve_plan
from tests.integration.journeys import (
    AUDIENCES,
    TODAY,
    Journey,
    report_of,
    scores,
    scores_of,
    supplied_journey,
)


@pytest.fixture
def journey(world, context, make_batch):
    """Return a journey on a fresh world."""
    return Journey(world, context, make_batch)


@pytest.fixture
def supplied(world, context, make_batch):
    """Return a journey whose catalogue, audiences, supply and scores are dropped."""
    return supplied_journey(world, context, make_batch)


def test_dropped_file_and_campaign_event_become_a_promotion_score(supplied):
    supplied.change(goal_exposures=50_000, track_ids=["track-2"])

    decision = supplied.plan()
    status, body = supplied.ask()

    assert decision["state"] == "activated"
    assert status == 200
    assert (body["plan_id"], body["audience_id"]) == (decision["plan_id"], "listener-1")
    assert (body["arm"], body["stale"]) == ("treatment", False)
    assert set(scores(body)) == {"track-2"}
    score, promoted = scores(body)["track-2"]
    assert 0 < score <= 1
    assert promoted in ("promoted", "throttled")


def test_pause_shows_at_the_next_lookup_and_resume_lifts_it(supplied):
    supplied.change(track_ids=["track-2"], goal_exposures=50_000)
    supplied.plan()
    before = scores(supplied.ask()[1])["track-2"]

    supplied.change(track_ids=["track-2"], goal_exposures=50_000, version=2, status="paused")
    paused = scores(supplied.ask()[1])["track-2"]
    supplied.change(track_ids=["track-2"], goal_exposures=50_000, version=3)
    resumed = scores(supplied.ask()[1])["track-2"]

    assert before[0] > 0
    assert paused == (0, "suppressed")
    assert resumed == before


def test_before_the_first_plan_the_answer_is_empty(supplied):
    status, body = supplied.ask()

    assert (status, body["plan_id"], body["results"]) == (200, None, [])


def test_unknown_audience_is_an_empty_answer(supplied):
    supplied.change()
    supplied.plan()

    status, body = supplied.ask(audience_ids=["nobody"])

    assert (status, body["audience_id"], body["results"]) == (200, None, [])


def test_cohorts_row_answers_for_a_listener_without_one(supplied):
    supplied.change()
    supplied.plan()

    _, body = supplied.ask(audience_ids=["nobody", "cohort-1"])

    assert body["audience_id"] == "cohort-1"
    assert set(scores(body)) == {"track-1"}


def test_redelivered_drop_changes_nothing(supplied):
    event = supplied.world.drop("drops/scores/m/2026-02-01/x.csv", csv(scores_of(["listener-9"])))
    supplied.deliver(event)
    before = everything(supplied.world)

    supplied.deliver(event)

    assert everything(supplied.world) == before


def test_same_bytes_twice_with_one_as_of_are_a_duplicate_that_writes_no_row(supplied):
    rows = scores_of(["listener-9"])
    supplied.drop("scores", rows, as_of="2026-02-01", producer="team")
    table = supplied.world.items(supplied.world.scores_table)
    accepted = supplied.world.objects(supplied.world.accepted_bucket)

    receipt = supplied.drop("scores", rows, as_of="2026-02-01", producer="team", name="b.csv")

    assert receipt["status"] == "duplicate"
    assert supplied.world.items(supplied.world.scores_table) == table
    assert supplied.world.objects(supplied.world.accepted_bucket) == accepted


def test_older_file_after_a_newer_one_leaves_the_newer_rows(supplied):
    table = by_audience(supplied.world)

    receipt = supplied.drop("scores", scores_of(AUDIENCES, factor=0.5), as_of="2026-01-05")

    assert receipt["status"] == "accepted"
    assert by_audience(supplied.world) == table


def test_bad_file_has_its_receipt_and_the_data_before_it_stays_live(supplied):
    table = supplied.world.items(supplied.world.scores_table)
    rows = [("audience_id", "track_id", "score"), ("listener-1", "track-1", 87)]

    receipt = supplied.drop("scores", rows, as_of=TODAY.isoformat(), name="percent.csv")

    assert (receipt["status"], receipt["reason"]) == ("rejected", "score_scale")
    assert supplied.world.items(supplied.world.scores_table) == table


def test_plan_names_every_campaign_that_it_leaves_out(supplied):
    supplied.change()
    supplied.change(campaign_id="foreign", licensor_id="licensor-2")
    supplied.change(campaign_id="paused", status="paused")

    decision = supplied.plan()

    report = report_of(supplied, decision)
    assert [c["campaign_id"] for c in report["campaigns"]] == ["campaign-1"]
    assert report["excluded_campaigns"] == {"foreign": "no_track_allowed", "paused": "paused"}
    assert report["excluded_tracks"] == {"foreign": {"track-1": "foreign_track"}}


def test_retried_solve_gives_the_same_plan(supplied):
    supplied.change()
    event = {"run": "plan-1", "solved_from": datetime.now(UTC).isoformat()}
    first = solve_plan(event, supplied.context)

    again = solve_plan(event, supplied.context)

    assert again["plan_id"] == first["plan_id"]
    assert len(supplied.world.objects(supplied.world.plan_bucket)) == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"audience_ids": []}, "audience_ids"),
        ({"track_ids": ["t"] * 1001}, "1001"),
        ({"max_age_s": 0}, "max_age_s"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_question_beyond_its_limits_is_answered_with_400_and_a_sentence(journey, changes, said):
    status, body = journey.ask(**changes)

    assert status == 400
    assert said in body["error"]


def csv(rows):
    return "\n".join(",".join(map(str, row)) for row in rows).encode()


def by_audience(world):
    return {i["audience_id"]: i for i in world.items(world.scores_table)}


def everything(world):
    tables = (world.drops_table, world.scores_table, world.campaigns_table)
    buckets = (world.accepted_bucket, world.receipt_bucket)
    return [world.items(t) for t in tables] + [world.objects(b) for b in buckets]
