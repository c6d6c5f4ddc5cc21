"""Seeded faults by which older work would replace newer."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.drop.drops import Drop
from shared.plan import activate
from shared.plan.activate import ACTIVATED, Decision
from shared.plan.request_store import RequestStore
from shared.plan.schema import REQUEST_ITEM
from shared.pointer.pointers import Pointer


def requests_not_compared(patch: pytest.MonkeyPatch) -> None:
    """Decide on a plan as if no request had been answered yet."""
    decide = activate._decide

    def decided(plan_id: str, request: int, *rest: Any) -> Decision:
        return decide(plan_id, request + 1000, *rest)

    patch.setattr(activate, "_decide", decided)


def frozen_pointer_not_looked_at(patch: pytest.MonkeyPatch) -> None:
    """Activate a plan although a person rolled one back."""
    decide = activate._decide

    def decided(plan_id: str, request: int, report: Any, current: Pointer, *rest: Any) -> Decision:
        found = decide(plan_id, request, report, current, *rest)
        return Decision(plan_id, ACTIVATED, "", current.epoch) if found.state == "held" else found

    patch.setattr(activate, "_decide", decided)


def noted_by_what_is_left_of_a_run(patch: pytest.MonkeyPatch) -> None:
    """Let a run that is over note what was requested, too."""
    note = RequestStore.note

    def noted(requests: RequestStore, run: str) -> int:
        before = requests.read()
        if before.run != run:
            requests._model(REQUEST_ITEM).update(
                actions=[requests._model.noted.set(before.requested)]
            )
        return note(requests, run)

    patch.setattr(RequestStore, "note", noted)


def noted_each_time_that_a_run_begins(patch: pytest.MonkeyPatch) -> None:
    """Let a run note anew each time that its first step comes."""

    def noted(requests: RequestStore, run: str) -> int:
        before = requests.read()
        if before.run == run:
            requests._model(REQUEST_ITEM).update(
                actions=[requests._model.noted.set(before.requested)]
            )
        return before.requested

    patch.setattr(RequestStore, "note", noted)


def drops_ordered_by_the_clock(patch: pytest.MonkeyPatch) -> None:
    """Order drops by when they are judged first."""
    judged: dict[tuple[str, int], str] = {}

    def order(drop: Any) -> str:
        now = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ-19700101T000000Z}-x"
        return judged.setdefault((drop.drop_id, drop.judgement), now)

    patch.setattr(Drop, "order", property(order))


def replays_ordered_behind_everything(patch: pytest.MonkeyPatch) -> None:
    """Let the replay of a drop come after the drops that came after it."""
    order = Drop.order.fget
    assert order is not None

    def replayed(drop: Any) -> str:
        last = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        return last + order(drop)[len(last) :] if drop.judgement else order(drop)

    patch.setattr(Drop, "order", property(replayed))
