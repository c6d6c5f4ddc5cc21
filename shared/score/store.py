"""Noun score: the table `scores`, written on condition of a newer order."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from shared.request.budgets import TimeBudget
from shared.score.schema import AUDIENCE_ID, EXPIRES_AT, ORDER, PRODUCER, ROW
from shared.table.calls import Calls, ConditionFailedError

PARALLEL_WRITES = 8  # a table takes no more from all functions than so many of each bring it
IS_NEWER = "attribute_not_exists(#audience) OR #order < :order"
NAMES = {"#audience": AUDIENCE_ID, "#order": ORDER}


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
    """How many rows were written, and how many stood against something newer."""

    written: int
    superseded: int


class ScoreStore:
    """Packed rows, one item an audience; an older order never replaces a newer one."""

    def __init__(self, scores_table: str, calls: Calls) -> None:
        """Name the table, and who calls it."""
        self._table, self._calls = scores_table, calls

    def put(self, rows: Sequence[ScoreRow], budget: TimeBudget) -> WriteCounts:
        """Write rows in parallel, each where its order is newer than what stands there.

        A row of the same order counts as written: an attempt at the same drop wrote it.

        Raises:
            OutOfTimeError: the budget ended before all were written; those that were stay.
        """
        shares = [rows[i::PARALLEL_WRITES] for i in range(min(PARALLEL_WRITES, len(rows)))]
        with ThreadPoolExecutor(PARALLEL_WRITES) as pool:
            written = sum(pool.map(lambda share: self._put_each(share, budget), shares))
        return WriteCounts(written, len(rows) - written)

    def _put_each(self, rows: Iterable[ScoreRow], budget: TimeBudget) -> int:
        return sum(self._put(row, budget) for row in rows)

    def _put(self, row: ScoreRow, budget: TimeBudget) -> bool:
        order = {"S": row.order}
        item: dict[str, Any] = {
            AUDIENCE_ID: {"S": row.audience_id},
            ORDER: order,
            PRODUCER: {"S": row.producer},
            EXPIRES_AT: {"N": str(row.expires_at)},
        }
        if row.packed is not None:
            item[ROW] = {"B": row.packed}
        request = {
            "TableName": self._table,
            "Item": item,
            "ConditionExpression": IS_NEWER,
            "ExpressionAttributeNames": NAMES,
            "ExpressionAttributeValues": {":order": order},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        try:
            self._calls.call("PutItem", request, budget)
        except ConditionFailedError as failed:
            return failed.item.get(ORDER) == order  # an attempt that was killed, or not heard
        return True
