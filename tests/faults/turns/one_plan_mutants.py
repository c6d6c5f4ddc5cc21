"""Seeded faults of serving one plan, each such as a hasty change would bring in."""

from typing import Any

import pytest

from functions.activate_plan import handler as activate_plan
from shared.lookup import store
from shared.lookup.store import LookupTables, PlanMemory, Reading
from shared.plan.serving import serving_key
from shared.pointer.store import PointerStore
from tests.aws_world import ENVIRONMENT
from tests.faults.crashes.drop_mutants import Install
from tests.faults.turns.small_worlds import forget_object, stands

BUCKET = ENVIRONMENT["PLAN_BUCKET"]


def memory_that_mixes(patch: pytest.MonkeyPatch) -> None:
    """Name the plan in memory as the pointer does, and load no other."""
    get = PlanMemory.get

    def mixed(memory: Any, plan_id: str, budget: Any) -> Any:
        plan = memory.warm or get(memory, plan_id, budget)
        plan.plan_id = plan_id
        return plan

    patch.setattr(PlanMemory, "get", mixed)


def pointer_in_memory(patch: pytest.MonkeyPatch) -> None:
    """Read the pointer for every other lookup only."""
    read = LookupTables.read

    def remembered(tables: Any, *asked: Any) -> Reading:
        found = read(tables, *asked)
        before = getattr(tables, "before", None)
        tables.before = None if before else found
        if not before:
            return found
        return Reading(found.rows, before.plan_id, before.suppressed)

    patch.setattr(LookupTables, "read", remembered)


def rows_and_pointer_read_apart(patch: pytest.MonkeyPatch) -> None:
    """Load the plan of one reading, and name that of another."""
    read, get = LookupTables.read, PlanMemory.get

    def read_twice(tables: Any, *asked: Any) -> Reading:
        PlanMemory.named = read(tables, *asked).plan_id  # type: ignore[attr-defined]
        return read(tables, *asked)

    def named(memory: Any, plan_id: str, budget: Any) -> Any:
        plan = get(memory, plan_id, budget)
        return type(plan)(PlanMemory.named, plan.serving)  # type: ignore[attr-defined]

    patch.setattr(LookupTables, "read", read_twice)
    patch.setattr(PlanMemory, "named", "", raising=False)
    patch.setattr(PlanMemory, "get", named)


def plan_written_over(patch: pytest.MonkeyPatch) -> None:
    """Serve whatever stands at one place, where each new plan is written over the one before."""
    activate, s3, place = PointerStore.activate, activate_plan.plans._client, "plans/current"

    def only_place(plan_id: str) -> str:
        return place if stands(BUCKET, place) else serving_key(plan_id)

    def written(pointer: Any, before: Any, **told: Any) -> int:
        body = s3.get_object(Bucket=BUCKET, Key=serving_key(told["plan_id"]))["Body"].read()
        s3.put_object(Bucket=BUCKET, Key=place, Body=body)
        return activate(pointer, before, **told)

    patch.setattr(store, "serving_key", only_place)
    patch.setattr(PointerStore, "activate", written)


def plan_before_collected_at_once(patch: pytest.MonkeyPatch) -> None:
    """Remove the plan that is replaced as soon as the pointer names another."""
    activate = PointerStore.activate

    def collected(pointer: Any, before: Any, **told: Any) -> int:
        epoch = activate(pointer, before, **told)
        forget_object(BUCKET, serving_key(before.plan_id))
        return epoch

    patch.setattr(PointerStore, "activate", collected)


ONE_PLAN_MUTANTS: tuple[Install, ...] = (
    memory_that_mixes,
    pointer_in_memory,
    rows_and_pointer_read_apart,
    plan_written_over,
    plan_before_collected_at_once,
)
