"""Noun lookup: one round trip for rows and pointer, and the plan in memory."""

import gc
from binascii import a2b_base64
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

from shared.lookup.live_plan import LivePlan
from shared.plan.serving import ServingPlanError, decode_serving, serving_key
from shared.pointer.pointers import Suppression
from shared.pointer.schema import ITEM, PLAN_ID, POINTER_ITEM, SUPPRESSED
from shared.request.budgets import TimeBudget
from shared.request.objects import ObjectError
from shared.request.open_objects import Objects
from shared.request.waits import chance_wait_s
from shared.score.packed_row import PackedRow, unpack_row
from shared.score.schema import AUDIENCE_ID, EXPIRES_AT, ORDER, PRODUCER, ROW
from shared.table.calls import CallError, Calls, OutOfTimeError

ROUNDS, FIRST_WAIT_S = 5, 0.005  # asked again for keys that are left, after waits that double
WARM_LOAD_S, LONGEST_LOAD_S = 0.3, 2.4  # that a lookup with a plan in memory waits for another
REST = 4  # times as long as it was waited for in vain, S3 is not asked again


class StoreUnavailableError(RuntimeError):
    """DynamoDB or S3 did not answer in time; asking again later may help."""


@dataclass(frozen=True)
class LiveRow:
    """An audience's row, when it ends in epoch seconds, and what it came from."""

    audience_id: str
    row: PackedRow
    expires_at: int
    producer: str = ""
    order: str = ""  # of the drop


@dataclass(frozen=True)
class Reading:
    """What one round trip found: rows by audience, the plan's id and the silent campaigns."""

    rows: dict[str, LiveRow]
    plan_id: str
    suppressed: dict[str, Suppression]


class LookupTables:
    """Score rows (eventually consistent) and the pointer (strongly), in one BatchGetItem."""

    def __init__(self, scores_table: str, plans_table: str, calls: Calls) -> None:
        """Name the tables, and say who sends the call."""
        self._scores, self._plans, self._calls = scores_table, plans_table, calls
        self._pointer = {"Keys": [{ITEM: {"S": POINTER_ITEM}}], "ConsistentRead": True}

    def read(self, audience_ids: list[str], budget: TimeBudget) -> Reading:
        """Read the rows of these audiences and the pointer.

        Raises:
            StoreUnavailableError: an error, a timeout, an answer that cannot be read, or keys left
                unprocessed every time.
        """
        wanted: Mapping[str, Any] = {
            self._scores: {"Keys": [{AUDIENCE_ID: {"S": a}} for a in audience_ids]},
            self._plans: self._pointer,
        }
        found: dict[str, list[dict[str, Any]]] = {self._scores: [], self._plans: []}
        longest_s = FIRST_WAIT_S
        for _ in range(ROUNDS):
            try:
                answer = self._calls.call("BatchGetItem", {"RequestItems": wanted}, budget)
                for table, items in answer["Responses"].items():
                    found[table].extend(items)
                wanted = answer.get("UnprocessedKeys") or {}
                if not wanted:
                    return reading_of(found[self._scores], found[self._plans])
                sleep(chance_wait_s(min(longest_s, max(0.0, budget.left_s))))
                longest_s *= 2
            except (CallError, OutOfTimeError) as error:
                raise StoreUnavailableError(f"DynamoDB did not answer: {error}.") from error
            except (KeyError, TypeError, ValueError) as error:
                raise StoreUnavailableError(f"DynamoDB's answer is none: {error!r}.") from error
        raise StoreUnavailableError(f"DynamoDB left keys unprocessed {ROUNDS} times.")


class PlanMemory:
    """The plan in memory, swapped whole when the pointer names another.

    While there is one, no lookup waits long for another, and few do: after a plan that did not
    come, the one in memory serves for a while before S3 is asked again. Whoever asks again waits
    twice as long, up to all of its time: a plan that is only slow to come does come.
    """

    def __init__(self, plan_bucket: str, objects: Objects) -> None:
        """Name the bucket of plans, and say who reads it."""
        self._bucket, self._objects = plan_bucket, objects
        self._patience_s, self._asks_again_at = WARM_LOAD_S, 0.0
        self.warm: LivePlan | None = None  # the last that was asked for

    def get(self, plan_id: str, budget: TimeBudget) -> LivePlan:
        """Return the plan of that id, from memory or from S3.

        Raises:
            StoreUnavailableError: S3 did not answer, or what it gave is damaged.
        """
        if self.warm is not None:
            if self.warm.plan_id == plan_id:
                return self.warm
            if monotonic() < self._asks_again_at:
                raise StoreUnavailableError(f"S3 did not give plan {plan_id} a moment ago.")
            budget = budget.at_most(self._patience_s)
            gc.collect()  # what came since the last plan alone: frozen, its garbage would stay
        try:
            packed = self._objects.get(self._bucket, serving_key(plan_id), budget)
            plan = LivePlan(plan_id, decode_serving(packed))
        except (ObjectError, ServingPlanError) as error:
            self._asks_again_at = monotonic() + REST * self._patience_s
            self._patience_s = min(2 * self._patience_s, LONGEST_LOAD_S)
            raise StoreUnavailableError(f"S3 did not give plan {plan_id}: {error}") from error
        self.warm, self._patience_s = plan, WARM_LOAD_S
        gc.freeze()  # a plan is no garbage: looking through 20,000 campaigns takes tens of ms
        return plan


_NOTHING = {"S": ""}


def reading_of(rows: list[dict[str, Any]], pointers: list[dict[str, Any]]) -> Reading:
    """Return what the items of both tables say."""
    pointer = pointers[0] if pointers else {}
    live = [
        LiveRow(
            item[AUDIENCE_ID]["S"],
            unpack_row(a2b_base64(item[ROW]["B"])),
            int(item[EXPIRES_AT]["N"]),
            item.get(PRODUCER, _NOTHING)["S"],
            item.get(ORDER, _NOTHING)["S"],
        )
        for item in rows
        if ROW in item
    ]
    silent = pointer.get(SUPPRESSED, {"M": {}})["M"]
    return Reading(
        rows={r.audience_id: r for r in live},
        plan_id=pointer.get(PLAN_ID, _NOTHING)["S"],
        suppressed={k: v["S"] if "S" in v else int(v["N"]) for k, v in silent.items()},
    )
