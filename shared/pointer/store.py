"""Noun pointer: the pointer item."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from shared.pointer.pointers import Pointer, Suppression
from shared.pointer.schema import ITEM, PLAN_ID, POINTER_ITEM, SUPPRESSED
from shared.table.models import bound


class PointerItem(Model):
    """The pointer as it stands in the table `plans`."""

    class Meta:
        """Table and client settings; the store names the table."""

        table_name = ""
        connect_timeout_seconds = 2
        read_timeout_seconds = 5

    item = UnicodeAttribute(hash_key=True, attr_name=ITEM, default=POINTER_ITEM)
    plan_id = UnicodeAttribute(attr_name=PLAN_ID, default="")
    previous_plan_id = UnicodeAttribute(default="")
    request = NumberAttribute(default=0)
    epoch = NumberAttribute(default=0)
    revision = NumberAttribute(default=0)
    suppressed: MapAttribute[str, Any] = MapAttribute(attr_name=SUPPRESSED, default=dict)
    frozen = BooleanAttribute(default=False)
    activated_at = UnicodeAttribute(default="")


class PointerMovedError(RuntimeError):
    """Somebody else changed the pointer first; read it and decide again."""


@dataclass(frozen=True)
class Move:
    """A change of the pointer to another plan, which holds only while nobody else moved it."""

    epoch: int
    actions: list[Action]
    condition: Condition


class PointerStore:
    """The one pointer item, read strongly and changed by compare-and-swap alone."""

    def __init__(self, plans_table: str) -> None:
        """Name the table; the item is made where it is missing."""
        self.model = bound(PointerItem, plans_table)

    def read(self) -> Pointer:
        """Return the pointer as of now."""
        try:
            found = self.model.get(POINTER_ITEM, consistent_read=True)
        except self.model.DoesNotExist:
            found = self._create()
        return Pointer(
            plan_id=found.plan_id,
            previous_plan_id=found.previous_plan_id,
            request=int(found.request),
            epoch=int(found.epoch),
            revision=int(found.revision),
            suppressed={k: _entry(v) for k, v in found.suppressed.as_dict().items()},
            frozen=found.frozen,
            activated_at=found.activated_at,
        )

    def activate(self, before: Pointer, *, plan_id: str, request: int, now: datetime) -> int:
        """Make ``plan_id`` current and return the new epoch; suppressions stay as they are.

        Raises:
            PointerMovedError: the epoch is no longer that of ``before``, or it was frozen or
                released since.
        """
        move = self.activation(before, plan_id=plan_id, request=request, now=now)
        try:
            self.model(POINTER_ITEM).update(actions=move.actions, condition=move.condition)
        except UpdateError as error:
            if error.cause_response_code == "ConditionalCheckFailedException":
                raise PointerMovedError("Somebody moved the pointer first.") from error
            raise
        return move.epoch

    def activation(self, before: Pointer, *, plan_id: str, request: int, now: datetime) -> Move:
        """Return the move that makes ``plan_id`` current."""
        return self._move(before, [self.model.request.set(request)], plan_id, now)

    def rollback(self, before: Pointer, now: datetime) -> Move:
        """Return the move that makes the plan before the current one, and freezes.

        The plan rolled back takes its place as the one before.
        """
        return self._move(before, [self.model.frozen.set(True)], before.previous_plan_id, now)

    def release(self) -> None:
        """Let later plans be activated again; on a pointer that is not frozen nothing changes."""
        model = self.model
        try:
            model(POINTER_ITEM).update(
                actions=[model.frozen.set(False), model.revision.add(1)],
                condition=model.frozen == True,  # noqa: E712
            )
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise

    def _move(self, before: Pointer, more: list[Action], plan_id: str, now: datetime) -> Move:
        model, epoch = self.model, before.epoch + 1
        actions = [
            *more,
            model.plan_id.set(plan_id),
            model.previous_plan_id.set(before.plan_id),
            model.epoch.set(epoch),
            model.revision.add(1),
            model.activated_at.set(now.astimezone(UTC).isoformat()),
        ]
        unmoved = (model.epoch == before.epoch) & (model.frozen == before.frozen)
        return Move(epoch, actions, unmoved)

    def forget(self, before: Pointer, campaign_ids: list[str]) -> None:
        """Remove entries that ``before`` holds; where it changed since, leave them for next time.

        An entry that somebody else changed meanwhile is never removed.
        """
        model = self.model
        removals: list[Action] = [model.suppressed[c].remove() for c in campaign_ids]
        try:
            model(POINTER_ITEM).update(
                actions=[*removals, model.revision.add(1)],
                condition=model.revision == before.revision,
            )
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise

    def changes_of(self, after: Mapping[str, Suppression | None]) -> list[Action]:
        """Return the update that makes these the campaigns' entries and raises the revision."""
        entries = ((self.model.suppressed[c], entry) for c, entry in after.items())
        changes: list[Action] = [e.remove() if to is None else e.set(to) for e, to in entries]
        return [*changes, self.model.revision.add(1)]

    def _create(self) -> PointerItem:
        fresh = self.model(POINTER_ITEM)
        try:
            fresh.save(condition=self.model.item.does_not_exist())
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
        return self.model.get(POINTER_ITEM, consistent_read=True)


def _entry(stored: Any) -> Suppression:
    return stored if isinstance(stored, str) else int(stored)
