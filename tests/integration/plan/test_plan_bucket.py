"""Plans as they stand in their bucket."""

import msgspec
import pytest

from shared.plan.store import PlanBucket, compose_plan
from tests.unit.plan.test_serving import REPORT, SERVING


def test_the_newest_plans_are_of_the_latest_instants_whenever_they_were_copied(world):
    plans = PlanBucket(world.plan_bucket)
    later = [SERVING.solved_from_s + 3600 * hours for hours in (2, 0, 3, 1)]
    copied = [
        compose_plan(msgspec.structs.replace(SERVING, solved_from_s=instant), REPORT)
        for instant in later
    ]
    for plan in copied:
        plans.put(plan)

    assert plans.newest(3) == [copied[i].plan_id for i in (2, 0, 3)]


def test_a_plan_of_one_part_is_none(world):
    plans = PlanBucket(world.plan_bucket)
    plan = compose_plan(SERVING, REPORT)
    plans.put(plan)
    half = f"plans/{plan.plan_id}/report.json"

    world.s3.delete_object(Bucket=world.plan_bucket, Key=half)

    assert plans.newest(3) == []


@pytest.mark.parametrize("body", [b"", b"<html>!</html>"])
def test_a_damaged_plan_does_not_keep_others_from_being_found(world, body):
    plans = PlanBucket(world.plan_bucket)
    sound, damaged = (
        compose_plan(msgspec.structs.replace(SERVING, solved_from_s=instant), REPORT)
        for instant in (SERVING.solved_from_s, SERVING.solved_from_s + 1)
    )
    plans.put(sound)
    plans.put(damaged)
    key = f"plans/{damaged.plan_id}/serving.msgpack"

    world.s3.put_object(Bucket=world.plan_bucket, Key=key, Body=body)

    assert plans.newest(3) == [sound.plan_id]
