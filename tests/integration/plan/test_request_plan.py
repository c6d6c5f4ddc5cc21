"""Arrow request_plan on moto: any number of triggers, one run at a time."""

import pytest

from functions.request_plan.handler import handle, requests
from tests.integration.messages import envelope

RUN_ENDED = "Step Functions Execution Status Change"


@pytest.fixture
def trigger(world, context, make_batch):
    """Return a function that handles messages of these detail-types."""

    def send(*detail_types):
        return handle(make_batch(*(envelope(d, {}) for d in detail_types)), context)

    return send


def runs(world):
    machine = world.plan_state_machine_arn
    found = world.states.list_executions(stateMachineArn=machine)["executions"]
    return sorted(e["name"] for e in found)


def stop(world, run):
    machine = world.plan_state_machine_arn.replace(":stateMachine:", ":execution:")
    world.states.stop_execution(executionArn=f"{machine}:{run}")


def test_first_trigger_starts_a_run(world, trigger):
    answer = trigger("ScoresLoaded")

    assert answer == {"batchItemFailures": []}
    assert runs(world) == ["plan-1"]
    assert requests.read().run == "plan-1"


def test_triggers_during_a_run_start_no_second_one(world, trigger):
    trigger("ScoresLoaded")

    trigger("CampaignApplied", "CampaignApplied", "DropAccepted")

    assert runs(world) == ["plan-1"]
    assert (requests.read().requested, requests.read().noted) == (4, 1)


def test_end_of_a_run_starts_the_next_where_a_request_came_meanwhile(world, trigger):
    trigger("ScoresLoaded", "CampaignApplied")
    stop(world, "plan-1")

    trigger(RUN_ENDED)

    assert runs(world) == ["plan-1", "plan-2"]


def test_end_of_a_run_starts_nothing_where_nobody_asked_since_it_noted(world, trigger):
    trigger("ScoresLoaded", "CampaignApplied")
    requests.note("plan-1")
    stop(world, "plan-1")

    trigger(RUN_ENDED, RUN_ENDED)

    assert runs(world) == ["plan-1"]
    assert requests.read().run == ""


def test_failed_run_is_not_started_again_by_its_own_end(world, trigger):
    trigger("ScoresLoaded")
    stop(world, "plan-1")

    trigger(RUN_ENDED)
    after_its_end = runs(world)
    trigger("Scheduled Event")

    assert after_its_end == ["plan-1"]
    assert runs(world) == ["plan-1", "plan-2"]


def test_killed_at_any_call_the_next_trigger_repairs(world, context, make_batch, killed):
    batch = make_batch(envelope("ScoresLoaded", {}))
    handle(batch, context)
    calls = len(world.calls.calls)

    for when in ("before", "after"):
        for k in range(calls):
            _forget(world)
            world.calls.start(k, when)
            with pytest.raises(killed):
                handle(batch, context)
            world.calls.start()
            handle(batch, context)
            assert len(runs(world)) == 1
            assert requests.read().run in runs(world)


def _forget(world):
    for item in world.items(world.plans_table):
        world.tables.Table(world.plans_table).delete_item(Key={"item": item["item"]})
    world.states.delete_state_machine(stateMachineArn=world.plan_state_machine_arn)
    world._create_state_machines()
