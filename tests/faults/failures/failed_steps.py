"""Each step between a request for a plan and its answers, failing in a way of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest

from functions.evaluate_shard import handler as evaluate_shard
from functions.solve_plan import handler as solve_plan
from shared.plan.store import DamagedPlanError
from tests.aws_world import KilledError
from tests.faults.crashes.plan_steps import FEW_EDGES
from tests.faults.failures.last_good_plan import (
    AS_EVER,
    NEXT,
    NOTHING_READ,
    OUT_OF_REACH,
    LastGoodPlan,
    Sight,
    next_serving_key,
    out_of_reach,
)
from tests.faults.turns.small_plans import decide, small_plan, store
from tests.integration.plan.test_activate_plan import CERTIFICATE
from tests.warm_functions import forget

Fail = Callable[[LastGoodPlan], Any]  # a context within which lookups ask


@contextmanager
def solve_raises(town: LastGoodPlan) -> Iterator[Sight]:
    """Let a solve meet accepted scores that are damaged."""
    forget()
    for key in town.world.objects(town.world.accepted_bucket, "scores/"):
        town.world.s3.put_object(Bucket=town.world.accepted_bucket, Key=key, Body=b"no scores")
    with pytest.raises(pa.ArrowInvalid):
        solve(town)
    yield AS_EVER


@contextmanager
def solve_is_killed(town: LastGoodPlan) -> Iterator[Sight]:
    """Let a solve run out of memory after it read its inputs."""
    forget()
    town.world.calls.start(8, "after")
    with pytest.raises(KilledError):
        solve(town)
    town.world.calls.start()
    yield AS_EVER


@contextmanager
def shard_fails(town: LastGoodPlan) -> Iterator[Sight]:
    """Let a shard find no work."""
    forget()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solve_plan, "capacity", FEW_EDGES)
        state = solve(town)
    for key in town.world.objects(town.world.plan_bucket, "work/"):
        town.replaced(key, None)
    with pytest.raises(evaluate_shard.work._client.exceptions.NoSuchKey):
        evaluate_shard.handle({**state, "shard": state["shards"][0]}, town.journey.context)
    yield AS_EVER


def not_activated(**report: Any) -> Fail:
    """Let the next plan be refused or held for what its report says."""

    @contextmanager
    def failed(town: LastGoodPlan) -> Iterator[Sight]:
        town.activate_next(**report)
        yield AS_EVER

    return failed


@contextmanager
def plan_damaged_before_its_activation(town: LastGoodPlan) -> Iterator[Sight]:
    """Let activation find the serving part of another plan than was stored."""
    plan_id = store(small_plan(NEXT), NEXT)
    town.replaced(next_serving_key(), small_plan(NEXT + 1).serving)
    with suppress(DamagedPlanError):
        decide(plan_id, NEXT)
    yield AS_EVER


@contextmanager
def serving_part_damaged(town: LastGoodPlan) -> Iterator[Sight]:
    """Let what lookups load of the plan that became current be damaged."""
    assert town.activate_next() == "activated"
    town.replaced(next_serving_key(), b"\x00" * 50)
    yield OUT_OF_REACH


@contextmanager
def serving_part_missing(town: LastGoodPlan) -> Iterator[Sight]:
    """Let what lookups load of the plan that became current be gone."""
    assert town.activate_next() == "activated"
    town.replaced(next_serving_key(), None)
    yield OUT_OF_REACH


@contextmanager
def bucket_out_of_reach(town: LastGoodPlan) -> Iterator[Sight]:
    """Let nobody reach S3 once the next plan is current."""
    assert town.activate_next() == "activated"
    with out_of_reach(lambda operation, _: operation.startswith("s3.")):
        yield OUT_OF_REACH


@contextmanager
def tables_out_of_reach(town: LastGoodPlan) -> Iterator[Sight]:
    """Let nobody reach DynamoDB."""
    with out_of_reach(lambda operation, _: operation.startswith("dynamodb.")):
        yield NOTHING_READ


def solve(town: LastGoodPlan) -> dict[str, Any]:
    """Solve as the first step of a run does."""
    event = {"run": "plan-9", "solved_from": datetime.now(UTC).isoformat()}
    return dict(solve_plan.handle(event, town.journey.context))


FAILED_STEPS: dict[str, Fail] = {
    "solve raises": solve_raises,
    "solve is killed": solve_is_killed,
    "shard fails": shard_fails,
    "refused for its gap": not_activated(certificate=replace(CERTIFICATE, gap=0.02)),
    "refused for a violation": not_activated(
        certificate=replace(CERTIFICATE, largest_violation=1e-9)
    ),
    "refused as empty": not_activated(campaigns=()),
    "held for its drift": not_activated(drift=0.9),
    "damaged before its activation": plan_damaged_before_its_activation,
    "serving part damaged": serving_part_damaged,
    "serving part missing": serving_part_missing,
    "bucket out of reach": bucket_out_of_reach,
    "tables out of reach": tables_out_of_reach,
}
