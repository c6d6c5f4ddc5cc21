"""Each role holds the rights that its function uses, and without one of them it fails."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.local.stack import LocalStack
from oasis.campaign import send
from oasis.parts import Told
from shared.campaign.campaigns import Status
from shared.campaign.events import to_event
from shared.event.schema import DROP_REJECTED
from shared.pointer.schema import POINTER_ITEM
from tests.e2e import small_world
from tests.e2e.exports import export_current_plan
from tests.e2e.live_stack import LiveStack
from tests.e2e.rights import Right, Roles
from tests.e2e.told_functions import told

pytestmark = pytest.mark.promise("R10")

USED_BY_THE_LAMBDA_SERVICE = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
"""Lambda polls, logs and traces with the role of the function; the local stack needs no right to
do so, and none of these calls is the function's own."""

OPEN_POLICY = json.dumps({"producers": {"*": ["*"]}, "publishers": {"*": ["*"]}}).encode()
WARY = {"unknown_tracks": "reject", "gates": {"max_volume_ratio": 0.1}}
PARTLY_SOUND = small_world.csv_of(
    ("audience_id", "track_id", "score"), ("new-1", "track-1", 0.5), ("new-2", "track-1", -7)
)
GROWING = small_world.csv_of(("audience_id", "track_id", "score"), ("new-1", "track-1", 0.25))
NEW = small_world.csv_of(("audience_id", "track_id", "score"), ("night-1", "track-1", 0.25))
AGAIN = small_world.csv_of(("audience_id", "track_id", "score"), ("again-1", "track-1", 0.25))
BETWEEN = small_world.csv_of(("audience_id", "track_id", "score"), ("again-1", "unheard-of", 0.5))
MANY = small_world.csv_of(
    ("audience_id", "track_id", "score"), *((f"many-{i}", "track-1", 0.5) for i in range(4_001))
)
LATER = small_world.campaign("campaign-later", "track-6")


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """Return a stack of this module's own: rights are taken away from its roles."""
    stack = LocalStack(tmp_path_factory.mktemp("rights") / ".oasis")
    try:
        stack.up(on_progress=print, identity=True)
        yield stack
    finally:
        stack.down()


@pytest.fixture(scope="module")
def local_file(own_stack: LocalStack) -> Path:
    return own_stack.state_file


@pytest.fixture(scope="module")
def record(own_stack: LocalStack) -> Path:
    return own_stack.rights_file


@pytest.fixture(scope="module")
def roles(stack: LiveStack) -> Roles:
    return Roles()


@pytest.fixture(scope="module")
def toured(stack: LiveStack) -> LiveStack:
    """Return the stack after all that its functions do has happened to it once."""
    stack.drop("policy.json", OPEN_POLICY, dataset="policy", producer="operations")
    stack.forget_pointer()  # a campaign may be what comes first, too
    first, *others = small_world.CAMPAIGNS
    stack.change(first)
    file = "".join(f"{to_event(campaign).model_dump_json()}\n" for campaign in others)
    stack.drop("more.jsonl", file.encode(), dataset="campaigns", producer="operations")
    stack.fill(small_world.files(), ())
    stack.drop("bad.csv", b"audience_id,track_id\na,b\n", dataset="scores", producer="models")
    partly = stack.drop("partly.csv", PARTLY_SOUND, dataset="scores", producer="models")
    instant = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    again = {"dataset": "scores", "producer": "again", "as_of": instant}
    stack.drop("one.csv", AGAIN, **again)
    wary = json.dumps({**json.loads(OPEN_POLICY), **WARY})
    stack.drop("wary.json", wary.encode(), dataset="policy", producer="operations")
    between = stack.drop("other.csv", BETWEEN, **again)
    stack.drop("growing.csv", GROWING, dataset="scores", producer="models")
    stack.drop("open.json", OPEN_POLICY, dataset="policy", producer="operations")
    time.sleep(1.0)  # S3 says when an object came to the second, and this one comes later
    stack.drop("two.csv", AGAIN, **again)
    stack.judge_again(between["drop_id"])
    many = stack.drop("many.csv", MANY, dataset="scores", producer="crowd")
    stack.deliver_again("LoadScores", stack.acceptance_of(many["drop_id"]))
    everything = Told(is_full=True)
    stack.drop_parts({"a.csv": NEW}, dataset="scores", producer="night", told=everything)
    reached = small_world.delivery(others[0].campaign_id, others[0].cap_exposures)
    stack.drop("delivery.csv", reached, dataset="delivery", producer="players")
    stack.lose_work_on(judged=partly["drop_id"], loaded=many["drop_id"])
    stack.deliver_again("IngestDrop", _announcement_of_nothing(stack.connection.drop_bucket))
    stack.change(replace(first, version=2, status=Status.PAUSED))
    send(stack.connection, [replace(first, version=2, weight=2.0)])
    stack.settle()
    stack.freeze(True)
    stack.change(replace(first, version=3))
    stack.settle()
    stack.freeze(False)
    stack.ask(["listener-1"], small_world.TRACKS)
    with told("solve_plan", MOST_EDGES="1", SHARD_EDGES="10"):
        stack.change(replace(first, version=4))
        stack.settle()
    export_current_plan(stack.connection)
    stack.erase("new-2")
    stack.judge_again(partly["drop_id"])
    stack.change(replace(first, version=5, audience_ids=("new-2", "listener-1")))
    stack.settle()
    return stack


def _announcement_of_nothing(bucket: str) -> dict[str, Any]:
    """Return what S3 says of an object that is gone by the time it is looked for."""
    return {
        "id": "gone",
        "account": "000000000000",
        "source": "aws.s3",
        "detail-type": "Object Created",
        "detail": {
            "bucket": {"name": bucket},
            "object": {"key": "drops/scores/models/2026-01-01/gone.csv"},
        },
    }


@pytest.fixture
def swap(toured: LiveStack, roles: Roles) -> Iterator[Callable[[str, str, str], None]]:
    """Return a function that makes one word of a role's policies another; it is put back."""
    before: list[tuple[str, dict[str, Any]]] = []

    def swap_word(function: str, word: str, other: str) -> None:
        documents = roles.documents(function)
        text = json.dumps(documents)
        assert json.dumps(word) in text, f"the policies of {function} do not say {word}"
        before.append((function, documents))
        roles.replace(function, json.loads(text.replace(json.dumps(word), json.dumps(other))))

    yield swap_word
    for function, documents in before:
        roles.replace(function, documents)


def test_every_right_granted_to_a_function_is_used_and_none_was_missing(
    toured, roles, record, runs
):
    used = roles.used(record)
    granted = {r for r in roles.granted() if r.action not in USED_BY_THE_LAMBDA_SERVICE}

    unused = {right for right in granted if not any(right.covers(use) for use in used)}

    runs.add(len(granted))
    assert unused == set()
    assert {right.function for right in granted} == {right.function for right in used}
    assert not any(roles.refused(function, record) for function in {r.function for r in granted})


@pytest.mark.usefixtures("mutant")
def test_a_right_that_is_never_used_is_found(toured, roles, record):
    used = roles.used(record)
    superfluous = [
        Right("lookup_scores", "dynamodb:Scan", "*"),
        Right("lookup_scores", "s3:GetObject", "arn:aws:s3:::*/other/*"),
        Right("request_plan", "dynamodb:UpdateItem", "*", (("dynamodb:LeadingKeys", "plan#*"),)),
    ]

    assert not any(right.covers(use) for right in superfluous for use in used)


@pytest.mark.usefixtures("mutant")
def test_without_the_right_to_send_events_a_campaign_stays_in_its_queue(
    toured, roles, record, swap
):
    swap("update_campaign", "events:PutEvents", "events:ListRules")

    toured.change(LATER)
    toured.wait_for_log("update_campaign", "AccessDenied")
    left = toured.queues.purge("UpdateCampaign")

    assert left == 1
    refused = roles.refused("update_campaign", record)
    assert {action for action, _ in refused} == {"events:PutEvents"}


@pytest.mark.usefixtures("mutant")
def test_without_the_right_to_write_rows_a_drop_stays_in_its_queue_and_no_row_is_written(
    toured, roles, record, swap
):
    swap("load_scores", "dynamodb:PutItem", "dynamodb:DeleteItem")
    before = toured.items(toured.connection.scores_table)

    scores = small_world.csv_of(("audience_id", "track_id", "score"), ("new", "track-1", 0.5))
    toured.receipt(toured.put("a.csv", scores, dataset="scores", producer="models"))
    toured.wait_for_log("load_scores", "AccessDenied")
    left = toured.queues.purge("LoadScores")

    assert left == 1
    assert toured.items(toured.connection.scores_table) == before
    refused = roles.refused("load_scores", record)
    assert {action for action, _ in refused} == {"dynamodb:PutItem"}


@pytest.mark.usefixtures("mutant")
def test_a_right_to_another_item_of_a_shared_table_reads_nothing(toured, roles, record, swap):
    swap("lookup_scores", POINTER_ITEM, "another")

    # The function was asked before, so it has a plan in memory and answers from it.
    answer = toured.ask(["listener-1"], small_world.TRACKS)

    assert (answer["stale"], answer["results"]) == (True, [])
    refused = roles.refused("lookup_scores", record)
    assert {action for action, _ in refused} == {"dynamodb:BatchGetItem"}


@pytest.mark.usefixtures("mutant")
def test_a_right_to_send_another_kind_of_event_sends_none(toured, roles, record, swap):
    swap("ingest_drop", DROP_REJECTED, "PlanActivated")

    toured.put("bad.csv", b"track_id\na\n", dataset="scores", producer="models")
    toured.wait_for_log("ingest_drop", "AccessDenied")
    left = toured.queues.purge("IngestDrop")

    assert left == 1
    refused = roles.refused("ingest_drop", record)
    assert {action for action, _ in refused} == {"events:PutEvents"}
