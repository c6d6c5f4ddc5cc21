"""What stands behind each queue (PROMISES, rule 1)."""

import pytest
from queue_rules import workers

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
