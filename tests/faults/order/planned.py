"""Schedules whose runs solve and activate, held to one rule: the last plan answers for all."""

from collections.abc import Iterator

import pytest

from functions.activate_plan import handler as activate_plan
from functions.ingest_drop import handler as ingest_drop
from functions.solve_plan import handler as solve_plan
from tests.aws_world import World, queue_batch
from tests.faults.order import models
from tests.faults.order.carrier import CONTEXT
from tests.faults.order.puts import plans
from tests.faults.order.schedules import Schedule, differences, made
from tests.faults.order.wire import Wire

AGREEABLE = (
    b'{"max_gap": 1.0, "max_drift": 1.0, "producers": {"*": ["*"]}, "publishers": {"*": ["*"]}}'
)


def ends_of_plans(
    world: World, wire: Wire, patch: pytest.MonkeyPatch, seeds: range
) -> Iterator[str]:
    """Run schedules under a policy that holds no plan; yield how each one ended otherwise."""
    for seed in seeds:
        schedule = made(world, wire, seed, plans, solves=True)
        policy = world.drop("drops/policy/operations/2026-01-05/a.json", AGREEABLE)
        ingest_drop.handle(queue_batch(policy), CONTEXT)
        schedule.run()
        found = {**differences(schedule), **_plan_differences(schedule)}
        found.pop("receipts", None)  # of which the policy has one more
        yield f"plans, seed {seed}: {found}" if found else ""


def _plan_differences(schedule: Schedule) -> dict[str, object]:
    """Return in what the current plan is not the one of the newest request and of all data."""
    pointer, dropped = activate_plan.pointer.read(), schedule.puts.dropped
    if not pointer.plan_id:
        return {"plan": "none"}
    report = solve_plan.plans.report(pointer.plan_id)
    known = models.campaigns(schedule.puts.changes)
    versions = {name: change["version"] for name, change in known.items()}
    used = sum(drop.dataset != "campaigns" for drop in dropped)
    wanted = (solve_plan.requests.read().noted, versions, used)
    found = (pointer.request, dict(report.campaign_versions), len(report.accepted_keys))
    return {} if found == wanted else {"plan": (found, wanted)}
