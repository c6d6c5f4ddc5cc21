"""Whatever comes between the calls of a lookup, its answer is of one plan and loses no pause.

A schedule says what operators and runs do before each call that a lookup sends: activate another
plan, pause or resume a campaign, or nothing. The model is what stood when the pointer was read.
"""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.lookup.answer import answer_question
from shared.lookup.store import LookupTables, PlanMemory
from shared.plan.serving import encode_serving
from shared.request.budgets import TimeBudget
from shared.score.rows import pack_rows
from tests.unit.lookup.hand_made import (
    HOUR_S,
    NOW,
    NOW_S,
    RELEVANCE,
    TRACKS,
    by_track,
    campaign_on,
    plan_of,
    question_of,
)

PLANS = {
    f"plan-{number}": plan_of(
        *(
            campaign_on(track, campaign_id=f"c-{track}", price=0.02 * number + 0.01 * place)
            for place, track in enumerate(TRACKS)
        )
    ).serving
    for number in range(3)
}
PACKED = {plan_id: encode_serving(serving) for plan_id, serving in PLANS.items()}
_, ROWS = pack_rows(
    ["listener-1"] * len(RELEVANCE),
    list(RELEVANCE),
    list(RELEVANCE.values()),
    as_of=NOW,
    max_entries=9,
)
ROW = {
    "audience_id": {"S": "listener-1"},
    "row": {"B": b64encode(ROWS[0]).decode()},
    "expires_at": {"N": str(NOW_S + HOUR_S)},
}
STEPS = st.one_of(
    st.tuples(st.just("activate"), st.sampled_from(sorted(PLANS))),
    st.tuples(st.just("pause"), st.sampled_from(TRACKS)),
    st.tuples(st.just("resume"), st.sampled_from(TRACKS)),
)
SCHEDULES = st.lists(st.lists(STEPS, max_size=3), min_size=8, max_size=8)


class Tables:
    """The pointer and a row, changed by a schedule before each call."""

    def __init__(self, schedule: list[list[tuple[str, str]]]) -> None:
        self.plan_id, self.paused = "plan-0", frozenset[str]()
        self.read: tuple[str, frozenset[str]] = ("", frozenset())  # by the last lookup
        self._left = list(schedule)

    def step(self) -> None:
        for what, which in self._left.pop(0) if self._left else ():
            if what == "activate":
                self.plan_id = which
            elif what == "pause":
                self.paused |= {f"c-{which}"}
            else:
                self.paused -= {f"c-{which}"}

    def call(
        self, operation: str, request: Mapping[str, Any], budget: TimeBudget
    ) -> dict[str, Any]:
        self.step()
        self.read = (self.plan_id, self.paused)
        silent = {"M": {campaign: {"N": "2"} for campaign in self.paused}}
        pointer = {"plan_id": {"S": self.plan_id}, "suppressed": silent}
        return {"Responses": {"scores": [ROW], "plans": [pointer]}}

    def get(self, bucket: str, key: str, budget: TimeBudget) -> bytes:
        self.step()
        return PACKED[key.split("/")[1]]


@settings(max_examples=1000, deadline=None, derandomize=True)
@given(SCHEDULES)
def test_an_answer_is_of_one_plan_and_knows_every_pause(
    schedule: list[list[tuple[str, str]]],
) -> None:
    world = Tables(schedule)
    tables, plans = LookupTables("scores", "plans", world), PlanMemory("bucket", world)

    for _ in range(4):
        question = question_of(explain=True)
        found = answer_question(
            question, tables=tables, plans=plans, budget=TimeBudget(1), now=NOW
        ).answer
        plan_id, paused = world.read

        assert found.plan_id == plan_id
        prices = {c.campaign_id: c.price for c in PLANS[plan_id].campaigns}
        for result in by_track(found, question).values():
            assert result.explanation is not None
            assert result.explanation.campaign_price == prices[result.campaign_id]
            is_silent = result.campaign_id in paused
            assert (result.status == "suppressed") == is_silent
            assert result.score == 0 or not is_silent


def test_a_memory_that_mixes_plans_is_found_out() -> None:
    class Mixing(PlanMemory):
        def get(self, plan_id: str, budget: TimeBudget) -> Any:
            plan = super().get("plan-0", budget)
            plan.plan_id = plan_id
            return plan

    world = Tables([[("activate", "plan-1")]])
    question = question_of(explain=True)
    found = answer_question(
        question,
        tables=LookupTables("scores", "plans", world),
        plans=Mixing("bucket", world),
        budget=TimeBudget(1),
        now=NOW,
    ).answer

    prices = {c.campaign_id: c.price for c in PLANS["plan-1"].campaigns}
    told = {r.campaign_id: r.explanation.campaign_price for r in found.results if r.explanation}
    assert found.plan_id == "plan-1"
    assert told != prices
