"""The whole journey on moto: real handlers, every event carried by hand from arrow to arrow."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from functions.activate_plan.handler import handle as activate_plan
from functions.ingest_drop.handler import handle as ingest_drop
from functions.load_scores.handler import handle as load_scores
from functions.lookup_scores.handler import handle as lookup_scores
from functions.request_plan.handler import handle as request_plan
from functions.solve_plan.handler import handle as solve_plan
from functions.update_campaign.handler import handle as update_campaign
from tests.integration.messages import campaign_detail, envelope, http_request

TODAY = datetime.now(UTC).date()
TRACKS = [f"track-{i}" for i in range(6)]
AUDIENCES = ["cohort-1", "listener-1", "listener-2"]
QUESTION = {
    "audience_ids": ["listener-1", "cohort-1"],
    "context": "radio",
    "track_ids": [*TRACKS, "never-heard-of"],
}
ORDINARY = ("DropAccepted", "ScoresLoaded", "CampaignApplied")


class Journey:
    """Carries what is said on the bus to the functions that the template's rules feed."""

    def __init__(self, world, context, make_batch):
        self.world, self.context, self.make_batch = world, context, make_batch

    def drop(self, dataset, rows, *, as_of="2026-01-01", producer="models", name="a.csv"):
        """Drop a file and carry on; return its receipt."""
        text = rows if isinstance(rows, str) else "\n".join(",".join(map(str, r)) for r in rows)
        key = f"drops/{dataset}/{producer}/{as_of}/{name}"
        self.deliver(self.world.drop(key, text.encode()))
        receipts = self.world.objects(self.world.receipt_bucket).values()
        return max(map(json.loads, receipts), key=lambda r: (r["key"] == key, r["judged_at"]))

    def deliver(self, event):
        """Hand an event of S3 to ingest_drop and carry on."""
        assert ingest_drop(self.make_batch(event), self.context) == {"batchItemFailures": []}
        self.carry()

    def change(self, **changes):
        """Send a campaign's change and carry on."""
        batch = self.make_batch(envelope("CampaignChanged", campaign_detail(**changes)))
        assert update_campaign(batch, self.context) == {"batchItemFailures": []}
        self.carry()

    def carry(self):
        """Take what was said on the bus to its functions, until nothing more is said."""
        while said := self.world.events(*ORDINARY):
            for detail_type, detail in said:
                batch = self.make_batch(envelope(detail_type, detail, source="oasis"))
                dataset = detail.get("dataset")
                if dataset == "scores":
                    load_scores(batch, self.context)
                elif dataset == "campaigns":
                    update_campaign(batch, self.context)
                else:
                    request_plan(batch, self.context)

    def plan(self):
        """Run solve and activate as the state machine does; return the decision."""
        event = {"run": "plan-1", "solved_from": datetime.now(UTC).isoformat()}
        return self.activate(solve_plan(event, self.context))

    def activate(self, solved):
        """Hand a solved plan to activation, as the state machine does."""
        return activate_plan(solved, self.context)

    def ask(self, **changes):
        """Ask the lookup; return status code and body."""
        response = lookup_scores(http_request({**QUESTION, **changes}), self.context)
        return response["statusCode"], json.loads(response["body"])


@pytest.fixture
def journey(world, context, make_batch):
    """Return a journey on a fresh world."""
    return Journey(world, context, make_batch)


@pytest.fixture
def supplied(journey):
    """Return a journey whose catalogue, audiences, supply and scores are dropped."""
    journey.drop(
        "tracks",
        [("track_id", "artist_id", "licensor_id")] + [(t, "artist", "licensor-1") for t in TRACKS],
    )
    journey.drop(
        "audiences",
        [
            ("audience_id", "parent_id", "market"),
            *((a, "cohort-1", "SE") for a in AUDIENCES[1:]),
        ],
    )
    days = [(TODAY + timedelta(days=d)).isoformat() for d in range(-1, 3)]
    journey.drop(
        "supply",
        [
            ("audience_id", "context", "date", "expected_slots"),
            *(("cohort-1", "radio", day, 100_000) for day in days),
        ],
    )
    journey.drop("scores", scores_of(AUDIENCES), as_of=TODAY.isoformat())
    return journey


def scores_of(audiences, factor=1.0):
    header = ("audience_id", "track_id", "score")
    return [
        header,
        *(
            (a, t, round(factor * (0.9 - 0.1 * i), 3))
            for a in audiences
            for i, t in enumerate(TRACKS)
        ),
    ]


def scores(body):
    return {QUESTION["track_ids"][r["i"]]: (r["score"], r["status"]) for r in body["results"]}


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

    key = f"plans/{decision['plan_id']}/report.json"
    report = json.loads(supplied.world.objects(supplied.world.plan_bucket)[key])
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
