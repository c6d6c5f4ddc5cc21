"""What stands behind each queue (PROMISES, rule 1)."""

import pytest
from queue_rules import last_stops, workers
from templates import properties, target_of

from oasis.last_stop import last_stops as told_stops

QUEUE_BATCHES = {
    **{"ingest_drop": 1, "load_scores": 1, "count_delivery": 1, "reconcile": 1},
    **{"update_campaign": 10, "request_plan": 10},
}


@pytest.mark.parametrize(("function", "batch"), QUEUE_BATCHES.items())
def test_a_function_has_one_queue_and_takes_its_batches(stacks, function, batch):
    handler = f"functions.{function}.handler.handle"

    mappings = [m for _, m, worker in workers(stacks.resources) if worker["Handler"] == handler]

    assert [mapping["BatchSize"] for mapping in mappings] == [batch]


def test_functions_without_a_queue_are_those_of_the_run_and_of_the_api(stacks):
    behind = {worker["Handler"] for _, _, worker in workers(stacks.resources)}

    assert behind == {f"functions.{name}.handler.handle" for name in QUEUE_BATCHES}


def test_every_last_stop_is_told_with_the_queue_that_its_messages_came_from(stacks):
    queues = properties(stacks.resources, "AWS::SQS::Queue")
    fed_by_rules = {
        (target_of(target["DeadLetterConfig"]["Arn"]), target_of(target["Arn"]))
        for rule in properties(stacks.resources, "AWS::Events::Rule").values()
        for target in rule["Targets"]
    }
    fed_by_queues = {
        (target_of(queue["RedrivePolicy"]["deadLetterTargetArn"]), logical_id)
        for logical_id, queue in queues.items()
        if "RedrivePolicy" in queue
    }

    output = stacks.oasis.to_json()["Outputs"]["WorkQueues"]["Value"]
    told = told_stops(_with_logical_ids(output))

    assert {(stop.url, stop.work_url) for stop in told} == fed_by_rules | fed_by_queues
    assert {stop.url for stop in told} == last_stops(stacks.resources)
    assert {stop.arrow for stop in told} == QUEUE_BATCHES.keys()
    for queue, _, worker in workers(stacks.resources):
        (arrow,) = {stop.arrow for stop in told if stop.work_url == queue}
        assert worker["Handler"] == f"functions.{arrow}.handler.handle"


def _with_logical_ids(output):
    """Return the text of an output with logical ids in the place of addresses."""
    separator, parts = output["Fn::Join"]
    return separator.join(part if isinstance(part, str) else part["Ref"] for part in parts)
