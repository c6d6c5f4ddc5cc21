"""One id finds all that became of a file, from its landing to the plan that serves it."""

import io
import json

import pytest

from functions.ingest_drop.handler import logger
from functions.load_scores.handler import handle as load_scores
from functions.lookup_scores.handler import handle as lookup_scores
from shared.plan.request_store import RequestStore
from tests.integration.journeys import AUDIENCES, QUESTION, TODAY, Journey, scores_of
from tests.integration.messages import EVENT_ID, REQUEST_ID, envelope, http_request


@pytest.fixture
def logged():
    """Return a function that gives the lines logged since the last look."""
    stream = io.StringIO()
    before = logger.registered_handler.setStream(stream)

    def take():
        lines = [json.loads(line) for line in stream.getvalue().splitlines()]
        stream.seek(0)
        stream.truncate()
        return lines

    yield take
    logger.registered_handler.setStream(before)


@pytest.fixture
def journey(world, context, make_batch):
    return Journey(world, context, make_batch)


def record_of(world, drop_id):
    [found] = [item for item in world.items(world.drops_table) if item["drop_id"] == drop_id]
    return found


def test_one_id_leads_from_a_dropped_file_to_the_plan_that_serves_it(journey, logged):
    RequestStore(journey.world.plans_table).raise_requested()
    receipt = journey.drop("scores", scores_of(AUDIENCES), as_of=TODAY.isoformat())

    decision = journey.plan()

    lines = [line for line in logged() if line.get("correlation_id") == receipt["drop_id"]]
    assert [line["message"] for line in lines] == [
        "Drop judged.",
        "Scores loaded.",
        "Plan requested.",
        "Drop served.",
    ]
    assert lines[-1]["plan_id"] == decision["plan_id"]
    assert lines[-1]["run"] == decision["run"]
    assert lines[-1]["waited_s"] >= 0


def test_the_record_of_a_drop_names_the_first_plan_that_used_it(journey):
    receipt = journey.drop("scores", scores_of(AUDIENCES), as_of=TODAY.isoformat())
    first = journey.plan()
    before = record_of(journey.world, receipt["drop_id"])
    journey.change()
    journey.plan()

    after = record_of(journey.world, receipt["drop_id"])

    assert after["first_plan_id"] == first["plan_id"]
    assert after == before


def test_a_drop_is_counted_as_served_once(journey, logged):
    RequestStore(journey.world.plans_table).raise_requested()
    journey.drop("scores", scores_of(AUDIENCES), as_of=TODAY.isoformat())
    decision = journey.plan()
    logged()

    journey.activate(decision)

    assert "Drop served." not in [line["message"] for line in logged()]


def test_the_changed_versions_of_campaigns_are_logged_with_the_plan_that_knows_them(
    journey, logged
):
    journey.change(campaign_id="c9", version=4)

    journey.plan()

    lines = logged()
    (handled,) = [line for line in lines if line["message"] == "Campaign change handled."]
    (served,) = [line for line in lines if line["message"] == "Campaign versions served."]
    assert (handled["correlation_id"], handled["campaign_id"], handled["version"]) == (
        EVENT_ID,
        "c9",
        4,
    )
    assert served["campaigns"] == {"c9": 4}


def test_a_failed_message_is_logged_under_its_id_and_does_not_take_its_batch_along(
    journey, make_batch, context, logged
):
    journey.drop("scores", scores_of(AUDIENCES), as_of=TODAY.isoformat())
    (sound_key,) = journey.world.objects(journey.world.accepted_bucket, "scores/")
    messages = [accepted("lost", "scores/gone.parquet"), accepted("sound", sound_key)]
    logged()

    answer = load_scores(make_batch(*messages), context)

    failed = [line["correlation_id"] for line in logged() if "exception" in line]
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert failed == ["lost"]


def test_a_lookup_says_its_request_id_on_its_one_line(journey, context, capsys):
    lookup_scores(http_request(QUESTION), context)  # the first says that it was a cold start, too
    capsys.readouterr()

    lookup_scores(http_request(QUESTION), context)

    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert line["correlation_id"] == REQUEST_ID
    assert "LookupResults" in line


def accepted(drop_id, accepted_key):
    """Return the event of a drop of scores whose accepted rows stand under a key."""
    detail = {"dataset": "scores", "producer": "models", "order": "1"}
    return envelope(
        "DropAccepted",
        {**detail, "drop_id": drop_id, "accepted_key": accepted_key},
        source="oasis",
    )
