"""Seeded faults of moving the pointer, each such as a hasty change would bring in."""

from dataclasses import replace
from typing import Any

import pytest
from pynamodb.exceptions import UpdateError

from shared.plan import activate
from shared.plan.activate import Decision
from shared.plan.record_store import PlanRecords
from shared.pointer.pointers import Pointer
from shared.pointer.store import PointerMovedError, PointerStore
from tests.faults.crashes.drop_mutants import Install


def no_compare_and_swap(patch: pytest.MonkeyPatch) -> None:
    """Move the pointer whatever became of it since it was read."""
    move = PointerStore._move

    def always(pointer: Any, *told: Any) -> Any:
        return replace(move(pointer, *told), condition=pointer.model.item.exists())

    patch.setattr(PointerStore, "_move", always)


def freeze_not_compared(patch: pytest.MonkeyPatch) -> None:
    """Compare requests and drift, and let the frozen pointer go on."""
    decide = activate._decide

    def thawed(plan_id: str, request: int, report: Any, current: Pointer, *rest: Any) -> Decision:
        return decide(plan_id, request, report, replace(current, frozen=False), *rest)

    patch.setattr(activate, "_decide", thawed)


def request_not_compared(patch: pytest.MonkeyPatch) -> None:
    """Take the plan that comes last for the newest."""
    decide = activate._decide

    def trusting(plan_id: str, _: int, *rest: Any) -> Decision:
        return decide(plan_id, 99, *rest)

    patch.setattr(activate, "_decide", trusting)


def request_of_the_held_plan_taken(patch: pytest.MonkeyPatch) -> None:
    """Let the plan that a person activates bring its own, older request."""
    activation = PointerStore.activation

    def older(pointer: Any, before: Any, **told: Any) -> Any:
        record = PlanRecords(pointer.model.Meta.table_name).find(told["plan_id"])
        return activation(pointer, before, **{**told, "request": record.request if record else 0})

    patch.setattr(PointerStore, "activation", older)


def decision_noted_apart(patch: pytest.MonkeyPatch) -> None:
    """Move the pointer first, and record what a person decided in a call of its own."""

    def apart(records: Any, plan_id: str, *decided: Any, pointer: PointerStore, move: Any) -> None:
        try:
            pointer.model("pointer").update(actions=move.actions, condition=move.condition)
        except UpdateError as error:
            raise PointerMovedError from error
        item = records._model(f"plan#{plan_id}")
        item.update(actions=records._decision(*decided))

    patch.setattr(PlanRecords, "overrule", apart)


def suppressions_rewritten_by_a_move(patch: pytest.MonkeyPatch) -> None:
    """Write the entries of the campaigns that are in some plan, and those alone."""
    move = PointerStore._move

    def rewritten(pointer: Any, before: Pointer, *told: Any) -> Any:
        found = move(pointer, before, *told)
        kept = {c: e for c, e in before.suppressed.items() if isinstance(e, int)}
        return replace(found, actions=[*found.actions, pointer.model.suppressed.set(kept)])

    patch.setattr(PointerStore, "_move", rewritten)


POINTER_MUTANTS: tuple[Install, ...] = (
    no_compare_and_swap,
    freeze_not_compared,
    request_not_compared,
    request_of_the_held_plan_taken,
    decision_noted_apart,
    suppressions_rewritten_by_a_move,
)
