"""Seeded faults of a plan's steps, each such as a hasty change would bring in."""

from typing import Any
from uuid import uuid4

import pytest

from shared.export.store import ExportBucket
from shared.plan import activate
from shared.plan.activate import Decision
from shared.plan.record_store import SUPERSEDED
from shared.plan.request_store import RequestStore
from shared.plan.run_store import PlanRuns
from shared.plan.schema import REQUEST_ITEM, WORK_PREFIX
from shared.plan.store import PlanBucket, report_key
from shared.plan.work_store import WorkStore
from shared.pointer.pointers import Pointer
from tests.aws_world import ENVIRONMENT, SESSION
from tests.faults.crashes.drop_mutants import Install


def run_of_a_random_name(patch: pytest.MonkeyPatch) -> None:
    """Name each run anew."""
    start = PlanRuns.start
    patch.setattr(PlanRuns, "start", lambda runs, _, since: start(runs, f"plan-{uuid4()}", since))


def request_noted_by_adding(patch: pytest.MonkeyPatch) -> None:
    """Count each beginning of a run as one request noted."""

    def added(store: Any, run: str) -> int:
        noted = store._model.noted
        store._model(REQUEST_ITEM).update(actions=[noted.set(noted + 1)])
        return store.read().requested

    patch.setattr(RequestStore, "note", added)


def plan_that_stands_is_an_error(patch: pytest.MonkeyPatch) -> None:
    """Store a plan only where none of its id is."""
    put = PlanBucket.put

    def put_once(bucket: Any, plan: Any) -> None:
        key = report_key(plan.plan_id)
        bucket._client.put_object(Bucket=bucket._bucket, Key=key, Body=plan.report, IfNoneMatch="*")
        put(bucket, plan)

    patch.setattr(PlanBucket, "put", put_once)


def work_that_stands_is_an_error(patch: pytest.MonkeyPatch) -> None:
    """Store what steps hand on only where nothing of its name is."""

    def put_once(store: Any, work_id: str, name: str, body: bytes) -> None:
        key = f"{WORK_PREFIX}{work_id}/{name}"
        store._client.put_object(Bucket=store._bucket, Key=key, Body=body, IfNoneMatch="*")

    patch.setattr(WorkStore, "_put", put_once)


def current_plan_superseded_by_itself(patch: pytest.MonkeyPatch) -> None:
    """Compare requests before looking whether the plan is the current one."""
    decide = activate._decide

    def compared(plan_id: str, request: int, report: Any, current: Pointer, *rest: Any) -> Decision:
        if request <= current.request:
            return Decision(plan_id, SUPERSEDED, "An older request's.", current.epoch)
        return decide(plan_id, request, report, current, *rest)

    patch.setattr(activate, "_decide", compared)


def part_added_to_its_file(patch: pytest.MonkeyPatch) -> None:
    """Write a part's bytes behind those that stand there."""
    put_file = ExportBucket.put_file

    def added(bucket: Any, key: str, body: bytes) -> None:
        found = bucket._client.list_objects_v2(Bucket=bucket._bucket, Prefix=key)
        if found["KeyCount"]:
            body = bucket._client.get_object(Bucket=bucket._bucket, Key=key)["Body"].read() + body
        put_file(bucket, key, body)

    patch.setattr(ExportBucket, "put_file", added)


def work_cleared_before_the_manifest(patch: pytest.MonkeyPatch) -> None:
    """Remove what an export was made from before its manifest says that it is whole."""
    put_manifest, s3 = ExportBucket.put_manifest, SESSION.client("s3")
    bucket = ENVIRONMENT["PLAN_BUCKET"]

    def cleared(exports: ExportBucket, manifest: Any) -> None:
        above = f"{WORK_PREFIX}{manifest.export_id}/"
        for found in s3.list_objects_v2(Bucket=bucket, Prefix=above).get("Contents", []):
            s3.delete_object(Bucket=bucket, Key=found["Key"])
        put_manifest(exports, manifest)

    patch.setattr(ExportBucket, "put_manifest", cleared)


PLAN_MUTANTS: tuple[tuple[str, Install], ...] = (
    ("request_plan, the first", run_of_a_random_name),
    ("solve_plan, whole", request_noted_by_adding),
    ("solve_plan, concluding", plan_that_stands_is_an_error),
    ("evaluate_shard, at prices", work_that_stands_is_an_error),
    ("activate_plan, hand-made", current_plan_superseded_by_itself),
    ("export_part", part_added_to_its_file),
    ("export_plan, concluding", work_cleared_before_the_manifest),
)
