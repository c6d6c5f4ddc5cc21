"""Noun score: the table `scores`, written on condition of a newer order."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from shared.score.schema import AUDIENCE_ID, EXPIRES_AT, ORDER, PRODUCER, ROW

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

PARALLEL_WRITES = 16


@dataclass(frozen=True)
class ScoreRow:
    """One audience's packed row with what it is judged by; without bytes it has no row any more."""

    audience_id: str
    packed: bytes | None
    order: str
    producer: str
    expires_at: int  # epoch seconds


@dataclass(frozen=True)
class WriteCounts:
    """How many rows were written, and how many stood against something newer or equal."""

    written: int
    superseded: int


class ScoreStore:
    """Packed rows, one item an audience; an older order never replaces a newer one."""

    def __init__(self, scores_table: str) -> None:
        """Name the table."""
        self._table = scores_table
        self._client = boto3.client(
            "dynamodb",
            config=Config(
                max_pool_connections=PARALLEL_WRITES,
                connect_timeout=2,
                read_timeout=5,
                retries={"mode": "standard", "total_max_attempts": 8},
            ),
        )

    def put(self, rows: Iterable[ScoreRow]) -> WriteCounts:
        """Write rows in parallel, each where its order is newer than what stands there."""
        with ThreadPoolExecutor(PARALLEL_WRITES) as pool:
            written = list(pool.map(self._put, rows))
        return WriteCounts(sum(written), len(written) - sum(written))

    def _put(self, row: ScoreRow) -> bool:
        item: dict[str, AttributeValueTypeDef] = {
            AUDIENCE_ID: {"S": row.audience_id},
            ORDER: {"S": row.order},
            PRODUCER: {"S": row.producer},
            EXPIRES_AT: {"N": str(row.expires_at)},
        }
        if row.packed is not None:
            item[ROW] = {"B": row.packed}
        try:
            self._client.put_item(
                TableName=self._table,
                Item=item,
                ConditionExpression="attribute_not_exists(#audience) OR #order < :order",
                ExpressionAttributeNames={"#audience": AUDIENCE_ID, "#order": ORDER},
                ExpressionAttributeValues={":order": {"S": row.order}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True
