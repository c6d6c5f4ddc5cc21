"""Every step of the request for a plan, each waiting for its function."""

from dataclasses import replace
from typing import Any

import pytest

from functions.request_plan import handler as request_plan
from tests.faults.crashes.crash_points import Seen, Step
from tests.faults.crashes.drop_steps import Arranged, waiting
from tests.integration.journeys import Journey
from tests.integration.messages import envelope

RUN_ENDED = "Step Functions Execution Status Change"


def asking(*triggers: str, run_ends: bool = False) -> Arranged:
    """Return the request of the first plan, or of one after triggers during a run."""

    def arranged(journey: Journey, _: pytest.MonkeyPatch) -> Step:
        for trigger in triggers:
            request_plan.handle(queued(journey, trigger), journey.context)
        if run_ends:
            end_runs(journey)
        asked = waiting(journey, request_plan.handle, envelope("ScoresLoaded", {}))
        return replace(asked, as_seen=as_one_request)

    return arranged


def ending(*triggers: str) -> Arranged:
    """Return the end of a run, after triggers that came before and during it."""

    def arranged(journey: Journey, _: pytest.MonkeyPatch) -> Step:
        for trigger in triggers:
            request_plan.handle(queued(journey, trigger), journey.context)
        end_runs(journey)
        return waiting(journey, request_plan.handle, envelope(RUN_ENDED, {}))

    return arranged


def as_one_request(found: Seen) -> Seen:
    """Return what stands, with who asked twice as who asked once.

    A request that is counted twice, as it may be after a kill, gives runs of other names, and at
    most one more when the run in flight ends.
    """
    (name,) = (each for each in found if each.endswith(": request"))
    item = found[name]
    runs = {each for each in found if each.startswith("run: ")}
    alive = [found[each] for each in runs if found[each][0] == "RUNNING"]
    kept = {each: found[each] for each in found if each != name and each not in runs}
    in_flight = item["run"]["S"]
    return {
        **kept,
        "fields of the request": sorted(item),
        "runs": len(runs),
        "in flight": [asked["run"] == in_flight for _, asked in alive],
        "noted what was asked": int(item["noted"]["N"]) <= int(item["requested"]["N"]),
    }


def queued(journey: Journey, trigger: str) -> dict[str, Any]:
    """Return a trigger as its queue gives it."""
    return dict(journey.make_batch(envelope(trigger, {})))


def end_runs(journey: Journey) -> None:
    """End every run."""
    states, machine = journey.world.states, journey.world.plan_state_machine_arn
    for run in states.list_executions(stateMachineArn=machine)["executions"]:
        states.stop_execution(executionArn=run["executionArn"])


REQUEST_STEPS: dict[str, Arranged] = {
    "request_plan, the first": asking(),
    "request_plan, during a run": asking("ScoresLoaded"),
    "request_plan, after a run that nobody heard end": asking("ScoresLoaded", run_ends=True),
    "request_plan, a run ended": ending("ScoresLoaded"),
    "request_plan, a run ended and another is due": ending("ScoresLoaded", "CampaignApplied"),
}
