"""Seeded faults of pausing and of forgetting pauses, each such as a hasty change would bring in."""

from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from shared.campaign.store import CampaignStore
from shared.plan import activate
from shared.plan.reports import PlanReport
from shared.plan.request_store import RequestStore
from shared.pointer.pointers import Pointer
from shared.pointer.store import PointerStore
from tests.faults.crashes.drop_mutants import Install


def requests_asked_before_the_pointer(patch: pytest.MonkeyPatch) -> None:
    """Ask whether another run is in flight, and read the pointer after that."""
    forget, read = activate._forget_suppressions, RequestStore.read

    def asked_before(run: str, known: Any, requests: RequestStore, *rest: Any) -> None:
        asked = read(requests)

        class Asked:
            def read(self) -> Any:
                return asked

        forget(run, known, Asked(), *rest)  # type: ignore[arg-type]

    patch.setattr(activate, "_forget_suppressions", asked_before)


def own_plan_taken_for_the_current_one(patch: pytest.MonkeyPatch) -> None:
    """Spare the campaigns of the plan at hand and the one before, whatever became current."""
    forget = activate._forget_suppressions

    def spared(run: str, known: dict[str, PlanReport], *rest: Any) -> None:
        (own, *_) = known.values()

        class Known(dict[str, PlanReport]):
            def __contains__(self, _: object) -> bool:
                return True

            def __missing__(self, _: str) -> PlanReport:
                return own

        forget(run, Known(known), *rest)

    patch.setattr(activate, "_forget_suppressions", spared)


def forgetting_without_comparing(patch: pytest.MonkeyPatch) -> None:
    """Remove entries whatever changed since they were read."""

    def removed(pointer: Any, before: Pointer, campaign_ids: list[str]) -> None:
        model = pointer.model
        model("pointer").update(
            actions=[*(model.suppressed[c].remove() for c in campaign_ids), model.revision.add(1)]
        )

    patch.setattr(PointerStore, "forget", removed)


def runs_in_flight_not_asked_for(patch: pytest.MonkeyPatch) -> None:
    """Forget while another run is in flight."""
    read = RequestStore.read

    class Alone:
        def __init__(self, requests: Any) -> None:
            self.read = lambda: replace(read(requests), run="")

    forget = activate._forget_suppressions
    patch.setattr(
        activate,
        "_forget_suppressions",
        lambda run, known, requests, *rest: forget(run, known, Alone(requests), *rest),
    )


class _Apart:
    """A transaction that is none: each write is a call of its own."""

    def save(self, item: Any, condition: Condition) -> None:
        item.save(condition=condition)

    def condition_check(self, *told: Any, **conditions: Any) -> None:
        pass

    def update(self, item: Any, *, actions: list[Any], condition: Condition) -> None:
        item.update(actions=actions)


def pause_in_two_calls(patch: pytest.MonkeyPatch) -> None:
    """Store the campaign's version, and change its entry in a call of its own."""
    patch.setattr(CampaignStore, "_transaction", lambda store, what: nullcontext(_Apart()))


def nothing_compared_in_the_transaction(patch: pytest.MonkeyPatch) -> None:
    """Write version and entry together, whatever became of both since they were read."""
    for name in ("save", "update"):
        written = getattr(TransactWrite, name)

        def always(transaction: Any, *told: Any, written: Any = written, **more: Any) -> None:
            written(transaction, *told, **{**more, "condition": None})

        patch.setattr(TransactWrite, name, always)
    patch.setattr(TransactWrite, "condition_check", lambda *told, **conditions: None)


PAUSE_MUTANTS: tuple[Install, ...] = (
    requests_asked_before_the_pointer,
    own_plan_taken_for_the_current_one,
    forgetting_without_comparing,
    runs_in_flight_not_asked_for,
    pause_in_two_calls,
    nothing_compared_in_the_transaction,
)
