"""Every step of a plan, from its solve to its activation, each waiting for its function."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.activate_plan import handler as activate_plan
from functions.evaluate_shard import handler as evaluate_shard
from functions.solve_plan import handler as solve_plan
from shared.plan.solve import Capacity
from shared.plan.store import compose_plan
from tests.faults.crashes.crash_points import Step
from tests.faults.crashes.drop_steps import Arranged
from tests.integration.journeys import (
    TODAY,
    TRACKS,
    Journey,
    scores_of,
    supplied_journey,
)
from tests.integration.plan.test_activate_plan import CERTIFICATE, REPORT, SERVING

SOLVED_FROM = f"{TODAY}T06:00:00+00:00"
OTHERS = ("listener-3", "listener-4", "listener-5")  # in a file of their own, so in another shard
FEW_EDGES = Capacity(most_edges=1, shard_edges=12)

State = dict[str, Any]


def solving(*, parent: bool = False, divided: bool = False) -> Arranged:
    """Return the first step of a run: it solves, or divides what it does not hold."""

    def arranged(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> Step:
        contend(journey)
        if parent:
            journey.plan()
            journey.change(campaign_id="c1", version=2, track_ids=TRACKS[:3], goal_exposures=70_000)
        if divided:
            monkeypatch.setattr(solve_plan, "capacity", FEW_EDGES)
        event = {"run": "plan-1", "solved_from": SOLVED_FROM}
        return Step(lambda: solve_plan.handle(event, journey.context))

    return arranged


def evaluating(round_: int) -> Arranged:
    """Return the evaluation of a shard in a round."""

    def arranged(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> Step:
        state = in_round(journey, monkeypatch, round_)
        event = {**state, "shard": state["shards"][-1]}
        return Step(lambda: evaluate_shard.handle(event, journey.context))

    return arranged


def joining(round_: int, *, ends: bool) -> Arranged:
    """Return the joining of a round: of the samples, of deliveries, or of the last of these."""

    def arranged(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> Step:
        state = in_round(journey, monkeypatch, round_, ends=ends)
        evaluate(journey, state)
        return Step(lambda: solve_plan.handle(state, journey.context))

    return arranged


def in_round(
    journey: Journey, monkeypatch: pytest.MonkeyPatch, round_: int, *, ends: bool = True
) -> State:
    """Carry a run over shards to a round, which is its last or is not."""
    contend(journey, max_gap=0.01 if ends else 1e-9)
    monkeypatch.setattr(solve_plan, "capacity", FEW_EDGES)
    event = {"run": "plan-1", "solved_from": SOLVED_FROM}
    state = solve_plan.handle(event, journey.context)
    assert len(state["shards"]) > 1
    for _ in range(round_):
        evaluate(journey, state)
        state = solve_plan.handle(state, journey.context)
    assert "plan_id" not in state
    return state


def evaluate(journey: Journey, state: State) -> None:
    """Evaluate each shard, as the state machine's map does."""
    for shard in state["shards"]:
        evaluate_shard.handle({**state, "shard": shard}, journey.context)


def activating_first(journey: Journey, _: pytest.MonkeyPatch) -> Step:
    """Return the activation of the first plan, which is the first to use each drop."""
    contend(journey)
    return activation(journey, solved(journey))


def activating_next(journey: Journey, _: pytest.MonkeyPatch) -> Step:
    """Return the activation of a plan that needs a suppression no more."""
    contend(journey)
    journey.plan()
    journey.change(campaign_id="c2", version=2, status="paused")
    journey.plan()
    journey.change(campaign_id="c1", version=2, track_ids=TRACKS[:3], goal_exposures=50_000)
    return activation(journey, solved(journey))


def deciding(*requests: int, frozen: bool = False, **changes: Any) -> Arranged:
    """Return the decision on the last of some plans, which differs in these ways."""

    def arranged(journey: Journey, _: pytest.MonkeyPatch) -> Step:
        for request in requests[:-1]:
            activate_plan.handle(hand_made(request), journey.context)
        if frozen:
            model = activate_plan.pointer.model
            model("pointer").update(actions=[model.frozen.set(True)])
        return activation(journey, hand_made(requests[-1], **changes))

    return arranged


def hand_made(request: int, **changes: Any) -> State:
    """Store a plan and return what a solve hands on of it."""
    plan = compose_plan(SERVING, replace(REPORT, parent=f"request-{request}", **changes))
    activate_plan.plans.put(plan)
    now = datetime.now(UTC)
    activate_plan.records.note_solved(
        plan.plan_id, run="plan-1", request=request, gap=0.001, solve_s=1, now=now
    )
    return {"plan_id": plan.plan_id, "request": request, "run": "plan-1"}


def contend(journey: Journey, *, max_gap: float = 0.01) -> None:
    """Supply a day, and campaigns that contend for it."""
    supplied_journey(journey.world, journey.context, journey.make_batch)
    more = [(each, "cohort-1", "SE") for each in OTHERS]
    journey.drop("audiences", [("audience_id", "parent_id", "market"), *more], as_of="2026-01-02")
    journey.drop("scores", scores_of(OTHERS, 0.9), producer="other", as_of=str(TODAY))
    for i, tracks in enumerate((TRACKS[:4], TRACKS[2:], TRACKS[1:5])):
        journey.change(
            campaign_id=f"c{i + 1}",
            licensor_id="licensor-1",
            track_ids=tracks,
            goal_exposures=60_000 + 1000 * i,
            ends_at=(datetime.now(UTC) + timedelta(days=2 + i)).isoformat(),
        )
    if max_gap != 0.01:
        policy = json.dumps({"max_gap": max_gap})
        journey.drop("policy", policy, producer="operations", name="a.json")


def solved(journey: Journey) -> State:
    """Solve, and return what is handed on to activation."""
    event = {"run": "plan-1", "solved_from": SOLVED_FROM}
    return dict(solve_plan.handle(event, journey.context))


def activation(journey: Journey, state: State) -> Step:
    """Return the step that decides on a solved plan."""
    return Step(lambda: activate_plan.handle(state, journey.context))


PLAN_STEPS: dict[str, Arranged] = {
    "solve_plan, whole": solving(),
    "solve_plan, whole, from the plan before": solving(parent=True),
    "solve_plan, divided": solving(divided=True),
    "solve_plan, joining samples": joining(0, ends=True),
    "solve_plan, joining deliveries": joining(1, ends=False),
    "solve_plan, concluding": joining(1, ends=True),
    "evaluate_shard, the sample": evaluating(0),
    "evaluate_shard, at prices": evaluating(1),
    "activate_plan, the first": activating_first,
    "activate_plan, the next": activating_next,
    "activate_plan, hand-made": deciding(1),
    "activate_plan, held": deciding(1, 2, frozen=True),
    "activate_plan, superseded": deciding(2, 1),
    "activate_plan, refused": deciding(
        1, 2, certificate=replace(CERTIFICATE, largest_violation=1e-9)
    ),
}
