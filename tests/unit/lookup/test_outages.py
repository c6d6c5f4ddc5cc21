"""What is answered while DynamoDB or S3 is out of reach."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest

from shared.lookup import store
from shared.lookup.answer import Answered, answer_question
from shared.lookup.store import ROUNDS, LookupTables, PlanMemory, StoreUnavailableError
from shared.plan.serving import encode_serving
from shared.request.budgets import TimeBudget
from shared.request.objects import ObjectError
from shared.score.rows import pack_rows
from shared.table.calls import CallError, OutOfTimeError
from tests.unit.lookup.hand_made import (
    HOUR_S,
    NOW,
    NOW_S,
    RELEVANCE,
    TRACKS,
    campaign_on,
    plan_of,
    question_of,
)

Reply = Callable[[Mapping[str, Any]], dict[str, Any]]
PLANS = {"plan-a": encode_serving(plan_of(campaign_on(*TRACKS)).serving)}


@dataclass
class Sky:
    """DynamoDB and S3, as they are at the moment."""

    plan_id: str = "plan-a"
    replies: list[Reply] = field(default_factory=list)
    objects: dict[str, bytes] = field(default_factory=lambda: dict(PLANS))
    needs_s: float = 0.0  # to give an object
    gets: int = 0
    asked: list[Mapping[str, Any]] = field(default_factory=list)

    def call(
        self, operation: str, request: Mapping[str, Any], budget: TimeBudget
    ) -> dict[str, Any]:
        """Answer a BatchGetItem: as told, else with the listener's row and the pointer."""
        assert operation == "BatchGetItem"
        self.asked.append(request["RequestItems"])
        reply = self.replies.pop(0) if self.replies else self.whole
        return reply(request["RequestItems"])

    def whole(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Return all that was asked for."""
        rows, pointer = [row_item()], [{"plan_id": {"S": self.plan_id}}]
        there = {"scores": rows, "plans": pointer}
        return {"Responses": {t: there[t] for t in wanted}, "UnprocessedKeys": {}}

    def get(self, bucket: str, key: str, budget: TimeBudget) -> bytes:
        """Return the serving part of a plan."""
        self.gets += 1
        plan_id = key.split("/")[1]
        if plan_id not in self.objects or budget.left_s < self.needs_s:
            raise ObjectError("S3 is out of reach.")
        return self.objects[plan_id]


def row_item() -> dict[str, Any]:
    audience = ["listener-1"] * len(RELEVANCE)
    _, packed = pack_rows(
        audience, list(RELEVANCE), list(RELEVANCE.values()), as_of=NOW, max_entries=9
    )
    return {
        "audience_id": {"S": "listener-1"},
        "row": {"B": b64encode(packed[0]).decode()},
        "expires_at": {"N": str(NOW_S + HOUR_S)},
        "producer": {"S": "models"},
        "order": {"S": "2026"},
    }


@pytest.fixture
def sky() -> Sky:
    return Sky()


@pytest.fixture
def ask(sky: Sky) -> Callable[[], Answered]:
    tables, plans = LookupTables("scores", "plans", sky), PlanMemory("bucket", sky)

    def asked() -> Answered:
        return answer_question(
            question_of(explain=True), tables=tables, plans=plans, budget=TimeBudget(1), now=NOW
        )

    return asked


def failing(error: Exception) -> Reply:
    def fail(_: Mapping[str, Any]) -> dict[str, Any]:
        raise error

    return fail


OUTAGES: list[Reply] = [
    failing(OutOfTimeError("slow")),
    failing(CallError("BatchGetItem", "AccessDeniedException", "no")),
    lambda wanted: {},
    lambda wanted: {"Responses": {"scores": [{"audience_id": {}, "row": {"B": 3}}]}},
    lambda wanted: {"Responses": {"other": []}},
    lambda wanted: {"Responses": {"scores": [{**row_item(), "row": {"B": "AAAA"}}], "plans": []}},
]


def test_scores_are_answered_with_the_drop_they_came_from(ask: Callable[[], Answered]) -> None:
    found = ask()

    assert found.outage is None
    assert len(found.answer.results) == len(TRACKS)
    why = found.answer.results[0].explanation
    assert why is not None
    assert (why.producer, why.order) == ("models", "2026")
    assert found.timings.startswith("read;dur=")


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_of_dynamodb_with_a_plan_in_memory_is_a_stale_answer(
    sky: Sky, ask: Callable[[], Answered], outage: Reply
) -> None:
    ask()
    sky.replies = [outage]

    found = ask()

    assert found.outage is not None
    assert found.answer.stale
    assert found.answer.plan_id == "plan-a"
    assert found.answer.results == []
    assert ask().outage is None


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_before_any_plan_is_said(
    sky: Sky, ask: Callable[[], Answered], outage: Reply
) -> None:
    sky.replies = [outage]

    with pytest.raises(StoreUnavailableError):
        ask()


def test_while_s3_does_not_give_a_new_plan_the_one_before_is_served_as_stale(
    sky: Sky, ask: Callable[[], Answered], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "REST", 0)
    fresh = ask().answer
    sky.plan_id = "plan-b"

    found = ask()

    assert found.outage is not None
    assert (found.answer.plan_id, found.answer.stale) == ("plan-a", True)
    assert [r.score for r in found.answer.results] == [r.score for r in fresh.results]
    assert {r.status for r in found.answer.results} == {"stale"}
    sky.objects["plan-b"] = PLANS["plan-a"]
    assert (ask().answer.plan_id, ask().answer.stale) == ("plan-b", False)


@pytest.mark.parametrize("needs_s", [0.4, 0.9])
def test_a_plan_that_is_slow_to_come_does_come(
    sky: Sky, ask: Callable[[], Answered], monkeypatch: pytest.MonkeyPatch, needs_s: float
) -> None:
    monkeypatch.setattr(store, "REST", 0)
    ask()
    sky.plan_id, sky.objects["plan-b"], sky.needs_s = "plan-b", PLANS["plan-a"], needs_s

    served = [ask().answer.plan_id for _ in range(3)]

    assert served[0] == "plan-a"
    assert served[-1] == "plan-b"


def test_the_longer_a_plan_was_waited_for_in_vain_the_longer_s3_rests(
    sky: Sky, ask: Callable[[], Answered], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(store, "monotonic", lambda: now)
    ask()
    sky.plan_id, asked_at = "plan-b", []
    for _ in range(300):
        gets = sky.gets
        ask()
        if sky.gets > gets:
            asked_at.append(now)
        now += 0.1

    rests = [later - sooner for sooner, later in pairwise(asked_at)]

    assert rests == pytest.approx([1.2, 2.4, 4.8, 9.6, 9.6], abs=0.11)


def test_a_damaged_plan_is_an_outage_and_replaces_nothing(
    sky: Sky, ask: Callable[[], Answered]
) -> None:
    ask()
    sky.plan_id, sky.objects["plan-b"] = "plan-b", b"\x91\x02"

    assert ask().answer.plan_id == "plan-a"


def test_keys_left_unprocessed_are_asked_for_again_until_all_are_there(
    sky: Sky, ask: Callable[[], Answered]
) -> None:
    def half(wanted: Mapping[str, Any]) -> dict[str, Any]:
        rest = {"plans": wanted["plans"]}
        return {"Responses": {"scores": [row_item()]}, "UnprocessedKeys": rest}

    sky.replies = [half]

    found = ask()

    assert found.outage is None
    assert len(found.answer.results) == len(TRACKS)
    assert [list(each) for each in sky.asked] == [["scores", "plans"], ["plans"]]


def test_keys_that_stay_unprocessed_are_an_outage(sky: Sky, ask: Callable[[], Answered]) -> None:
    sky.replies = [lambda wanted: {"Responses": {}, "UnprocessedKeys": dict(wanted)}] * ROUNDS

    with pytest.raises(StoreUnavailableError, match="unprocessed"):
        ask()
