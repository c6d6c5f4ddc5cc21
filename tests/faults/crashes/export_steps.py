"""Every step of a plan that is served: its export, and a lookup, each waiting for its function."""

import json
from typing import Any

import pytest

from functions.export_part import handler as export_part
from functions.export_plan import handler as export_plan
from functions.lookup_scores import handler as lookup_scores
from tests.faults.crashes.crash_points import Step
from tests.faults.crashes.drop_steps import Arranged
from tests.faults.crashes.plan_steps import State, contend
from tests.integration.journeys import QUESTION, Journey
from tests.integration.messages import http_request


def exporting(journey: Journey, _: pytest.MonkeyPatch) -> Step:
    """Return the beginning of an export."""
    state = to_export(journey)
    return Step(lambda: export_plan.handle(state, journey.context))


def exporting_part(journey: Journey, _: pytest.MonkeyPatch) -> Step:
    """Return the writing of a part of an export."""
    state = export_plan.handle(to_export(journey), journey.context)
    event = {**state, "part": state["parts"][-1]}
    return Step(lambda: export_part.handle(event, journey.context))


def concluding_export(journey: Journey, _: pytest.MonkeyPatch) -> Step:
    """Return the end of an export whose parts are all written."""
    state = export_plan.handle(to_export(journey), journey.context)
    for part in state["parts"]:
        export_part.handle({**state, "part": part}, journey.context)
    return Step(lambda: export_plan.handle(state, journey.context))


def looking_up(journey: Journey, _: pytest.MonkeyPatch) -> Step:
    """Return a question that the ranking service asks again."""
    contend(journey)
    journey.plan()
    request = http_request(QUESTION)

    def answer() -> Any:
        found = lookup_scores.handle(request, journey.context)
        return {**found, "body": json.loads(found["body"])}

    return Step(answer)


def to_export(journey: Journey) -> State:
    """Activate a plan, and return what asks for its export."""
    contend(journey)
    plan_id = journey.plan()["plan_id"]
    journey.change(campaign_id="c2", version=2, status="paused")
    return {"export_id": "export-1", "plan_id": plan_id}


EXPORT_STEPS: dict[str, Arranged] = {
    "export_plan, beginning": exporting,
    "export_part": exporting_part,
    "export_plan, concluding": concluding_export,
    "lookup_scores": looking_up,
}
