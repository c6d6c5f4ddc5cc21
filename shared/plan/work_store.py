"""Noun plan: what the steps of one run hand on to each other, in the bucket of plans."""

from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, TypeVar

import boto3
import msgspec

from shared.plan.arrays import pack_arrays, unpack_arrays
from shared.plan.schema import WORK_PREFIX
from shared.plan.terms import DayTerms
from shared.request.clients import bounded

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
    rows: int  # of the whole day, those without scores among them
    shards: int  # into which it was to be divided

    @property
    def work_id(self) -> str:
        """Return the name of the run's work: runs that read the same have the same.

        A run that is tried again may read what came meanwhile, and must not mix the two.
        """
        digest = blake2b(msgspec.msgpack.encode(self._read), digest_size=8).hexdigest()
        return f"{self.run}-{digest}"

    @property
    def _read(self) -> tuple[Any, ...]:
        terms = self.terms
        return (
            *(self.parent, self.solved_from, self.policy, self.shards),
            *(terms.accepted_keys, terms.campaign_versions),
        )


class WorkStore:
    """Objects of runs by name. Writing one again changes nothing, since steps repeat exactly.

    No id of a listener stands in them: audiences are hashes, and campaigns go without theirs.
    """

    def __init__(self, plan_bucket: str) -> None:
        """Name the bucket."""
        self._bucket = plan_bucket
        self._client = boto3.client("s3", config=bounded())

    def put_run(self, run: RunInHand) -> None:
        """Store what is known of a run."""
        unnamed = tuple(replace(c, audience_ids=()) for c in run.terms.campaigns)
        kept = replace(run, terms=replace(run.terms, campaigns=unnamed))
        self._put(run.work_id, "run.msgpack", msgspec.msgpack.encode(kept))

    def run(self, work_id: str) -> RunInHand:
        """Return what is known of a run, its campaigns without the ids of their audiences."""
        return msgspec.msgpack.decode(self._get(work_id, "run.msgpack"), type=RunInHand)

    def put(self, work_id: str, name: str, value: Any) -> None:
        """Store a dataclass of arrays."""
        self._put(work_id, f"{name}.npz", pack_arrays(value))

    def get(self, work_id: str, name: str, kind: type[Kind]) -> Kind:
        """Return a dataclass of arrays."""
        return unpack_arrays(kind, self._get(work_id, f"{name}.npz"))

    def names(self, work_id: str) -> list[str]:
        """Return the names of all that stands in the work of a run."""
        above = f"{WORK_PREFIX}{work_id}/"
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=above
        )
        return [
            found["Key"].removeprefix(above).removesuffix(".npz")
            for page in pages
            for found in page.get("Contents", [])
        ]

    def _put(self, work_id: str, name: str, body: bytes) -> None:
        key = f"{WORK_PREFIX}{work_id}/{name}"
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body)

    def _get(self, work_id: str, name: str) -> bytes:
        found = self._client.get_object(Bucket=self._bucket, Key=f"{WORK_PREFIX}{work_id}/{name}")
        return found["Body"].read()
