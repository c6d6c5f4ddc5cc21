"""Drill: a plan misbehaves. `python -m tests.drills.rollback`"""

from typing import Any

from shared.plan.record_store import HELD, ROLLED_BACK, PlanRecords
from tests.drills.drill import Drill, drilled
from tests.e2e.live_stack import until
from tests.e2e.small_world import campaign


def roll_back(drill: Drill) -> None:
    """Serve a second plan, go back to the first, see that later ones wait, and let them go on."""
    stack = drill.stack
    records = PlanRecords(stack.connection.plans_table)
    good = drill.ask()

    with drill.step("A campaign comes, and a second plan is served."):
        stack.change(campaign("campaign-bad", "track-6"))
        drill.wait_for_plan_after(str(good["plan_id"]))
    bad = drill.ask()

    with drill.step("The plan is rolled back, and the next lookup answers by the first."):
        drill.oasis("plan", "rollback")
        back = drill.ask()
    assert _without_ages(back) == _without_ages(good)
    assert stack.pointer.read().frozen

    with drill.step("Another change makes a plan, which is held."):
        stack.change(campaign("campaign-bad", "track-6", version=2, goal_exposures=50))
        held = until(lambda: next(iter(_held(records)), None), "a plan to be held")
        stack.settle()
    assert drill.ask()["plan_id"] == good["plan_id"]

    with drill.step("The pointer is released, and the next change is planned and served."):
        drill.oasis("plan", "release")
        stack.change(campaign("campaign-bad", "track-6", version=3, goal_exposures=40))
        drill.wait_for_plan_after(str(good["plan_id"]))
    assert drill.ask()["plan_id"] not in (good["plan_id"], bad["plan_id"], held)
    rolled_back = records.find(str(bad["plan_id"]))
    assert rolled_back is not None
    assert rolled_back.state == ROLLED_BACK
    drill.oasis("plan", "list")


def _held(records: PlanRecords) -> list[str]:
    return [record.plan_id for record in records.newest(1) if record.state == HELD]


def _without_ages(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "plan_age_s"}


if __name__ == "__main__":
    with drilled() as one:
        roll_back(one)
