"""Noun plan: what the steps of one run hand on to each other, in the bucket of plans."""

from dataclasses import dataclass
from typing import Any, TypeVar

import boto3
import msgspec

from shared.plan.arrays import pack_arrays, unpack_arrays
from shared.plan.schema import WORK_PREFIX
from shared.plan.terms import DayTerms

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class RunInHand:
    """What a run that goes over shards knows from its start."""

    run: str
    request: int
    parent: str  # the plan that was current, empty where there was none
    solved_from: str  # ISO 8601
    began_at: str  # ISO 8601: when the first step began
    target_gap: float
    policy: str  # as JSON
    terms: DayTerms


class WorkStore:
    """Objects of runs by name. Writing one again changes nothing, since steps repeat exactly."""

    def __init__(self, plan_bucket: str) -> None:
        """Name the bucket."""
        self._bucket = plan_bucket
        self._client = boto3.client("s3")

    def put_run(self, run: RunInHand) -> None:
        """Store what is known of a run."""
        self._put(run.run, "run.msgpack", msgspec.msgpack.encode(run))

    def run(self, run: str) -> RunInHand:
        """Return what is known of a run."""
        return msgspec.msgpack.decode(self._get(run, "run.msgpack"), type=RunInHand)

    def put(self, run: str, name: str, value: Any) -> None:
        """Store a dataclass of arrays."""
        self._put(run, f"{name}.npz", pack_arrays(value))

    def get(self, run: str, name: str, kind: type[Kind]) -> Kind:
        """Return a dataclass of arrays."""
        return unpack_arrays(kind, self._get(run, f"{name}.npz"))

    def _put(self, run: str, name: str, body: bytes) -> None:
        self._client.put_object(Bucket=self._bucket, Key=f"{WORK_PREFIX}{run}/{name}", Body=body)

    def _get(self, run: str, name: str) -> bytes:
        found = self._client.get_object(Bucket=self._bucket, Key=f"{WORK_PREFIX}{run}/{name}")
        return found["Body"].read()
