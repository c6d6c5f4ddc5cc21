"""What a function that serves many plans in turn keeps in memory."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from shared.lookup.store import PlanMemory
from shared.plan.serving import encode_serving
from shared.request.budgets import TimeBudget
from tests.unit.lookup.hand_made import TRACKS, campaign_on, plan_of

PLAN = encode_serving(plan_of(campaign_on(*TRACKS)).serving)


class Ring:
    """Refers to itself, so that only the garbage collector can free it."""

    def __init__(self) -> None:
        self.itself = self


class Objects:
    """S3 that has every plan."""

    def get(self, bucket: str, key: str, budget: TimeBudget) -> bytes:
        return PLAN


@pytest.fixture
def plans() -> Iterator[PlanMemory]:
    yield PlanMemory("bucket", Objects())
    gc.unfreeze()


def test_garbage_of_lookups_is_freed_when_the_next_plan_comes(plans: PlanMemory) -> None:
    plans.get("plan-a", TimeBudget(1))
    garbage = weakref.ref(Ring())

    plans.get("plan-b", TimeBudget(1))

    gc.collect()
    assert garbage() is None


def test_a_plan_is_freed_when_the_next_one_comes(plans: PlanMemory) -> None:
    before = weakref.ref(plans.get("plan-a", TimeBudget(1)))

    plans.get("plan-b", TimeBudget(1))

    assert before() is None
