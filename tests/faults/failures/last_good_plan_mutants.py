"""Seeded faults of serving the last good plan, each such as a hasty change would bring in."""

from typing import Any

import msgspec
import pytest

from shared.lookup import answer
from shared.lookup.live_plan import LivePlan
from shared.lookup.store import PlanMemory, StoreUnavailableError
from shared.plan import activate
from shared.plan.serving import FORMAT, ServingPlan
from shared.plan.store import PlanBucket, VerifiedPlan
from tests.faults.crashes.drop_mutants import Install

NO_PLAN = ServingPlan(FORMAT, 0, 0.1, 0, "oasis", (), (), (), b"")


def stale_flag_left_out(patch: pytest.MonkeyPatch) -> None:
    """Answer without saying that it is old."""
    compose = answer.compose_answer

    def fresh(*told: Any, **more: Any) -> Any:
        return msgspec.structs.replace(compose(*told, **more), stale=False)

    patch.setattr(answer, "compose_answer", fresh)


def age_of_the_row_alone(patch: pytest.MonkeyPatch) -> None:
    """Tell no age of the plan."""
    compose = answer.compose_answer

    def ageless(*told: Any, **more: Any) -> Any:
        return msgspec.structs.replace(compose(*told, **more), plan_age_s=0)

    patch.setattr(answer, "compose_answer", ageless)


def scores_that_do_not_decay(patch: pytest.MonkeyPatch) -> None:
    """Give old scores as they were."""
    results = answer._results

    def whole(*told: Any) -> Any:
        *before, _, is_stale = told
        return results(*before, 1.0, is_stale)

    patch.setattr(answer, "_results", whole)


def empty_plan_accepted_as_an_answer(patch: pytest.MonkeyPatch) -> None:
    """Take a plan that does not come for one without campaigns."""
    get = PlanMemory.get

    def empty(memory: Any, plan_id: str, budget: Any) -> LivePlan:
        try:
            return get(memory, plan_id, budget)
        except StoreUnavailableError:
            return memory.warm or LivePlan(plan_id, NO_PLAN)

    patch.setattr(PlanMemory, "get", empty)


def plan_forgotten_before_the_next_came(patch: pytest.MonkeyPatch) -> None:
    """Make room in memory for a plan before it is loaded."""
    get = PlanMemory.get

    def emptied(memory: Any, plan_id: str, budget: Any) -> LivePlan:
        if memory.warm is not None and memory.warm.plan_id != plan_id:
            memory.warm = None
        return get(memory, plan_id, budget)

    patch.setattr(PlanMemory, "get", emptied)


def certificate_not_looked_at(patch: pytest.MonkeyPatch) -> None:
    """Serve whatever was solved."""
    patch.setattr(activate, "refusal_of", lambda *_: "")


def bytes_not_compared_with_the_id(patch: pytest.MonkeyPatch) -> None:
    """Activate a plan whose parts are only there."""

    def trusting(bucket: Any, plan_id: str) -> VerifiedPlan:
        return VerifiedPlan(bucket.report(plan_id), bucket.serving(plan_id), 1)

    patch.setattr(PlanBucket, "verified", trusting)


LAST_GOOD_PLAN_MUTANTS: tuple[Install, ...] = (
    stale_flag_left_out,
    age_of_the_row_alone,
    scores_that_do_not_decay,
    empty_plan_accepted_as_an_answer,
    plan_forgotten_before_the_next_came,
    certificate_not_looked_at,
    bytes_not_compared_with_the_id,
)
