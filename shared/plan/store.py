"""Noun plan: plans in S3, immutable and addressed by their content."""

from dataclasses import dataclass
from hashlib import blake2b

import boto3
from botocore.exceptions import ClientError

from shared.plan.reports import PlanReport, decode_report, encode_report
from shared.plan.serving import (
    INSTANT_BYTES,
    PLANS_PREFIX,
    ServingPlan,
    ServingPlanError,
    decode_serving,
    encode_serving,
    serving_key,
    solved_from_of,
)
from shared.request.clients import bounded

LOOKED_AT = 1000  # of the plans stored last, one request each: some ten seconds


class DamagedPlanError(RuntimeError):
    """The stored bytes of a plan do not give its id."""


@dataclass(frozen=True)
class Plan:
    """A plan's two parts as bytes, and the id that they give."""

    plan_id: str
    serving: bytes
    report: bytes


@dataclass(frozen=True)
class VerifiedPlan:
    """A plan's two parts as they were stored."""

    report: PlanReport
    serving: ServingPlan
    serving_bytes: int


def compose_plan(serving: ServingPlan, report: PlanReport) -> Plan:
    """Return the plan of two parts; the same parts give the same id."""
    return _plan(encode_serving(serving), encode_report(report))


def report_key(plan_id: str) -> str:
    """Return where the report of a plan stands."""
    return f"{PLANS_PREFIX}{plan_id}/report.json"


class PlanBucket:
    """Plans by id."""

    def __init__(self, plan_bucket: str) -> None:
        """Name the bucket."""
        self._bucket = plan_bucket
        self._client = boto3.client("s3", config=bounded())

    def put(self, plan: Plan) -> None:
        """Store a plan; one that is there already stays as it is."""
        for key, body in (
            (report_key(plan.plan_id), plan.report),
            (serving_key(plan.plan_id), plan.serving),
        ):
            try:
                self._client.put_object(Bucket=self._bucket, Key=key, Body=body, IfNoneMatch="*")
            except ClientError as error:
                if error.response["Error"]["Code"] != "PreconditionFailed":
                    raise

    def newest(self, many: int) -> list[str]:
        """Return the ids of the plans that count from the latest instants, newest first.

        Looked at are the thousand that were stored last, or copied last into this bucket: a copy
        is as old as its copying, and a plan as old as the instant in it. Left out are plans of one
        part, and plans whose first bytes are damaged: nobody could activate them.
        """
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=PLANS_PREFIX
        )
        stored = {
            found["Key"]: found["LastModified"]
            for page in pages
            for found in page.get("Contents", [])
            if found["Size"]
        }
        ids = {key.removeprefix(PLANS_PREFIX).partition("/")[0] for key in stored}
        whole = [i for i in ids if serving_key(i) in stored and report_key(i) in stored]
        last = sorted(whole, key=lambda i: stored[serving_key(i)], reverse=True)[:LOOKED_AT]
        instants = {i: at for i in last if (at := self._solved_from(i)) is not None}
        return sorted(instants, key=instants.__getitem__, reverse=True)[:many]

    def report(self, plan_id: str) -> PlanReport:
        """Return the report of a plan."""
        return decode_report(self._read(report_key(plan_id)))

    def serving(self, plan_id: str) -> ServingPlan:
        """Return the serving part of a plan."""
        return decode_serving(self._read(serving_key(plan_id)))

    def verified(self, plan_id: str) -> VerifiedPlan:
        """Return a plan whose two parts were read whole and give its id.

        Raises:
            DamagedPlanError: they do not.
        """
        found = _plan(self._read(serving_key(plan_id)), self._read(report_key(plan_id)))
        if found.plan_id != plan_id:
            raise DamagedPlanError(f"The parts of plan {plan_id} give the id {found.plan_id}.")
        serving = decode_serving(found.serving)
        return VerifiedPlan(decode_report(found.report), serving, len(found.serving))

    def _solved_from(self, plan_id: str) -> int | None:
        """Return a plan's instant in epoch seconds, None where its first bytes tell none."""
        head = f"bytes=0-{INSTANT_BYTES - 1}"
        found = self._client.get_object(Bucket=self._bucket, Key=serving_key(plan_id), Range=head)
        try:
            return solved_from_of(found["Body"].read())
        except ServingPlanError:
            return None

    def _read(self, key: str) -> bytes:
        return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()


def _plan(serving: bytes, report: bytes) -> Plan:
    digest = blake2b(digest_size=16)
    digest.update(len(serving).to_bytes(8, "big"))
    digest.update(serving)
    digest.update(report)
    return Plan(digest.hexdigest(), serving, report)
