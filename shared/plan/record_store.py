"""Noun plan: the record of each plan in the table `plans`: what became of it, and when."""

from dataclasses import dataclass
from datetime import UTC, datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import PutError, TransactWriteError, UpdateError
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from shared.plan.schema import PLAN_ITEM_PREFIX
from shared.pointer.schema import ITEM, POINTER_ITEM
from shared.pointer.store import Move, PointerMovedError, PointerStore
from shared.table.models import bound

SOLVED = "solved"
ACTIVATED = "activated"
HELD = "held"
REFUSED = "refused"
SUPERSEDED = "superseded"
ROLLED_BACK = "rolled_back"


class PlanItem(Model):
    """The record of one plan: solved, then decided once by the machine; people may change that."""

    class Meta:
        """Table and client settings; the store names the table."""

        table_name = ""
        connect_timeout_seconds = 2
        read_timeout_seconds = 5

    item = UnicodeAttribute(hash_key=True, attr_name=ITEM)
    state = UnicodeAttribute()
    reason = UnicodeAttribute(default="")
    run = UnicodeAttribute()
    request = NumberAttribute()
    gap = NumberAttribute()
    solve_s = NumberAttribute()
    solved_at = UnicodeAttribute()
    decided_at = UnicodeAttribute(default="")


@dataclass(frozen=True)
class PlanRecord:
    """What became of a plan; times are ISO 8601, UTC, and empty where there is none yet."""

    plan_id: str
    state: str
    reason: str
    run: str
    request: int
    gap: float
    solve_s: float
    solved_at: str
    decided_at: str


class PlanRecords:
    """Records of plans."""

    def __init__(self, plans_table: str) -> None:
        """Name the table."""
        self._model = bound(PlanItem, plans_table)
        # Made once: a connection of its own for each transaction loads botocore's model anew.
        self._connection = Connection(connect_timeout_seconds=2, read_timeout_seconds=5)

    def note_solved(
        self, plan_id: str, *, run: str, request: int, gap: float, solve_s: float, now: datetime
    ) -> None:
        """Record that a plan was solved; a record that is there already stays as it is."""
        item = self._model(
            PLAN_ITEM_PREFIX + plan_id,
            state=SOLVED,
            run=run,
            request=request,
            gap=gap,
            solve_s=solve_s,
            solved_at=now.astimezone(UTC).isoformat(),
        )
        try:
            item.save(condition=self._model.item.does_not_exist())
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise

    def held(self) -> list[str]:
        """Return the ids of the plans that a person may still activate."""
        found = self._model.scan(self._model.state == HELD, consistent_read=True)
        return [item.item.removeprefix(PLAN_ITEM_PREFIX) for item in found]

    def find(self, plan_id: str) -> PlanRecord | None:
        """Return the record of a plan."""
        try:
            item = self._model.get(PLAN_ITEM_PREFIX + plan_id, consistent_read=True)
        except self._model.DoesNotExist:
            return None
        return _record(item)

    def newest(self, many: int) -> list[PlanRecord]:
        """Return the plans solved last, newest first; reads the whole table."""
        plans = self._model.scan(self._model.item.startswith(PLAN_ITEM_PREFIX))
        return sorted(map(_record, plans), key=lambda r: r.solved_at, reverse=True)[:many]

    def overrule(
        self,
        plan_id: str,
        state: str,
        reason: str,
        now: datetime,
        *,
        pointer: PointerStore,
        move: Move,
    ) -> None:
        """Record what a person made of a plan, and move the pointer, in one transaction.

        Raises:
            PointerMovedError: somebody else moved the pointer first; nothing was written.
        """
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.update(
                    pointer.model(POINTER_ITEM), actions=move.actions, condition=move.condition
                )
                transaction.update(
                    self._model(PLAN_ITEM_PREFIX + plan_id),
                    actions=self._decision(state, reason, now),
                    condition=self._model.item.exists(),
                )
        except TransactWriteError as error:
            if error.cause_response_code == "TransactionCanceledException":
                raise PointerMovedError("Somebody moved the pointer first.") from error
            raise

    def age_s(self, plan_id: str, now: datetime) -> float | None:
        """Return the seconds since the instant a plan was solved from; None without such a plan."""
        try:
            item = self._model.get(PLAN_ITEM_PREFIX + plan_id)
        except self._model.DoesNotExist:
            return None
        return (now - datetime.fromisoformat(item.solved_at)).total_seconds()

    def decide(self, plan_id: str, state: str, reason: str, now: datetime) -> None:
        """Record what became of a solved plan; the first decision stands."""
        try:
            self._model(PLAN_ITEM_PREFIX + plan_id).update(
                actions=self._decision(state, reason, now),
                condition=self._model.state == SOLVED,
            )
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise

    def _decision(self, state: str, reason: str, now: datetime) -> list[Action]:
        return [
            self._model.state.set(state),
            self._model.reason.set(reason),
            self._model.decided_at.set(now.astimezone(UTC).isoformat()),
        ]


def _record(item: PlanItem) -> PlanRecord:
    return PlanRecord(
        plan_id=item.item.removeprefix(PLAN_ITEM_PREFIX),
        state=item.state,
        reason=item.reason,
        run=item.run,
        request=int(item.request),
        gap=float(item.gap),
        solve_s=float(item.solve_s),
        solved_at=item.solved_at,
        decided_at=item.decided_at,
    )
