"""Noun lookup: one round trip for rows and pointer, and the plan in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.lookup.live_plan import LivePlan, index_plan
from shared.plan.serving import decode_serving, serving_key
from shared.pointer.pointers import Suppression
from shared.pointer.schema import ITEM, PLAN_ID, POINTER_ITEM, SUPPRESSED
from shared.score.packed_row import PackedRow, unpack_row
from shared.score.schema import AUDIENCE_ID, EXPIRES_AT, ROW

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import (
        KeysAndAttributesOutputTypeDef,
        KeysAndAttributesTypeDef,
    )

ROUNDS = 3


class StoreUnavailableError(RuntimeError):
    """DynamoDB or S3 did not answer in time; asking again later may help."""


@dataclass(frozen=True)
class LiveRow:
    """An audience's row, and when it ends in epoch seconds."""

    audience_id: str
    row: PackedRow
    expires_at: int


@dataclass(frozen=True)
class Reading:
    """What one round trip found: rows by audience, the plan's id and the silent campaigns."""

    rows: dict[str, LiveRow]
    plan_id: str
    suppressed: dict[str, Suppression]


class LookupTables:
    """Score rows (eventually consistent) and the pointer (strongly), in one BatchGetItem."""

    def __init__(self, scores_table: str, plans_table: str) -> None:
        """Name the tables."""
        self._scores, self._plans = scores_table, plans_table
        self._client = boto3.client("dynamodb", config=_quick())

    def read(self, audience_ids: list[str]) -> Reading:
        """Read the rows of these audiences and the pointer.

        Raises:
            StoreUnavailableError: an error, a timeout, or keys left unprocessed every time.
        """
        wanted: Mapping[str, KeysAndAttributesTypeDef | KeysAndAttributesOutputTypeDef] = {
            self._scores: {"Keys": [{AUDIENCE_ID: {"S": a}} for a in audience_ids]},
            self._plans: {"Keys": [{ITEM: {"S": POINTER_ITEM}}], "ConsistentRead": True},
        }
        found: dict[str, list[dict[str, Any]]] = {self._scores: [], self._plans: []}
        for _ in range(ROUNDS):
            try:
                answer = self._client.batch_get_item(RequestItems=wanted)
            except (BotoCoreError, ClientError) as error:
                raise StoreUnavailableError(f"DynamoDB did not answer: {error}.") from error
            for table, items in answer["Responses"].items():
                found[table].extend(items)
            wanted = answer.get("UnprocessedKeys", {})
            if not wanted:
                return _reading(found[self._scores], found[self._plans])
        raise StoreUnavailableError(f"DynamoDB left keys unprocessed {ROUNDS} times.")


class PlanMemory:
    """The plan in memory, swapped whole when the pointer names another."""

    def __init__(self, plan_bucket: str) -> None:
        """Name the bucket of plans."""
        self._bucket = plan_bucket
        self._client = boto3.client("s3", config=_quick())
        self._plan: LivePlan | None = None

    def get(self, plan_id: str) -> LivePlan:
        """Return the plan of that id, from memory or from S3.

        Raises:
            StoreUnavailableError: S3 did not answer.
        """
        if self._plan is None or self._plan.plan_id != plan_id:
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=serving_key(plan_id))
                packed = answer["Body"].read()
            except (BotoCoreError, ClientError) as error:
                raise StoreUnavailableError(f"S3 did not give plan {plan_id}: {error}.") from error
            self._plan = index_plan(plan_id, decode_serving(packed))
        return self._plan


def _reading(rows: list[dict[str, Any]], pointers: list[dict[str, Any]]) -> Reading:
    pointer = pointers[0] if pointers else {}
    live = [
        LiveRow(item[AUDIENCE_ID]["S"], unpack_row(item[ROW]["B"]), int(item[EXPIRES_AT]["N"]))
        for item in rows
        if ROW in item
    ]
    silent = pointer.get(SUPPRESSED, {"M": {}})["M"]
    return Reading(
        rows={r.audience_id: r for r in live},
        plan_id=pointer.get(PLAN_ID, {"S": ""})["S"],
        suppressed={k: v["S"] if "S" in v else int(v["N"]) for k, v in silent.items()},
    )


def _quick() -> Config:
    return Config(
        connect_timeout=1,
        read_timeout=1,
        max_pool_connections=4,
        retries={"mode": "standard", "total_max_attempts": 2},
    )
