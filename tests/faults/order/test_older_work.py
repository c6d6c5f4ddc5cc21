"""Promise R5, as far as the order of events goes: older work never replaces newer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from functions.activate_plan import handler as activate_plan
from functions.ingest_drop import handler as ingest_drop
from functions.load_part import handler as load_part
from functions.load_scores import handler as load_scores
from functions.request_plan import handler as request_plan
from functions.solve_plan import handler as solve_plan
from functions.update_campaign import handler as update_campaign
from shared.event.schema import RUN_ENDED
from shared.pointer.schema import POINTER_ITEM
from tests.aws_world import World, queue_batch
from tests.faults.crashes.plan_steps import hand_made
from tests.faults.kept_states import empty, end_run
from tests.faults.order import models, score_rows, tables
from tests.faults.order.carrier import CONTEXT, Carrier
from tests.faults.order.older_work_mutants import (
    drops_ordered_by_the_clock,
    frozen_pointer_not_looked_at,
    noted_by_what_is_left_of_a_run,
    noted_each_time_that_a_run_begins,
    replays_ordered_behind_everything,
    requests_not_compared,
)
from tests.faults.order.order_mutants import Install, last_writer_of_a_row_wins
from tests.faults.order.puts import Puts, campaigns, catalogue, scores
from tests.faults.order.schedules import STRETCH, ends
from tests.faults.order.wire import Wire
from tests.integration.messages import envelope
from tests.promises import Count
from tests.warm_functions import forget

pytestmark = pytest.mark.promise("R5")
DAYS = 30
SKEWED = 2000 if STRETCH else 40
CLOCKS = (activate_plan, ingest_drop, load_part, load_scores, request_plan)
KNOWN = (scores, campaigns, catalogue)


@dataclass
class Town:
    """A world, what reaches it, and a generator of chance."""

    world: World
    wire: Wire
    random: Random
    patch: pytest.MonkeyPatch


@pytest.fixture
def town(world: World, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr(load_scores, "part_rows", 1)
    return Town(world, wire, Random(5), monkeypatch)


def plans_that_come_late(town: Town) -> str:
    """Activate plans of requests 1 to 4 in a bad order, with a rollback between."""
    empty(town.world)
    pointer = update_campaign.pointer
    runs = {request: hand_made(request) for request in (1, 2, 3, 4)}
    for request in (2, 1, 3, 2, 1, 3):
        activate_plan.handle(runs[request], CONTEXT)
    stood = pointer.read().plan_id
    if stood != runs[3]["plan_id"]:
        return f"{stood} is current, which is not the plan of request 3"
    move = pointer.rollback(pointer.read(), datetime.now(UTC))
    pointer.model(POINTER_ITEM).update(actions=move.actions, condition=move.condition)
    for request in (4, 3, 1, 4):
        activate_plan.handle(runs[request], CONTEXT)
    found = pointer.read()
    if (found.plan_id, found.frozen) != (runs[2]["plan_id"], True):
        return f"{found} does not stand as the rollback left it"
    return ""


def a_month_that_comes_again(town: Town) -> str:
    """Judge and load a month's drops, newest first, and replay each of them, newest first."""
    empty(town.world)
    forget()
    now = datetime.now(UTC).replace(microsecond=0)
    puts = Puts(town.world, town.random, now)
    rows = ("a", "b", "c")
    for day in range(DAYS):
        told = tuple(
            {"audience_id": a, "track_id": "t1", "score": (day + 1) / 100}
            for a in town.random.sample(rows, 2)
        )
        puts.drop("scores", "ml", told, hours=24 * (DAYS - day))
    carrier = Carrier(town.world, town.wire, town.random, deaf=("request_plan",))
    replays = [
        envelope(
            "ReplayRequested",
            {"drop_id": "", "key": d.key, "version_id": d.version_id, "judgement": 1},
            source="oasis",
        )
        for d in puts.dropped
    ]
    wanted = score_rows.written(models.score_rows(puts.dropped))
    for events in (puts.events, puts.events[::-1], replays[::-1], puts.events):
        for event in events:
            carrier.event(event)
            carrier.carry()
        found = tables.score_table(town.world)
        if found != wanted:
            return f"{found} stands instead of {wanted}"
    return ""


def steps_that_come_again(town: Town) -> str:
    """Begin a run again that is over, and one in flight, after one more request each."""
    empty(town.world)
    clock = queue_batch(envelope("Scheduled Event", {}, source="aws.events"))
    instant = datetime.now(UTC).isoformat()
    machine = town.world.plan_state_machine_arn

    def begin(run: str) -> dict[str, Any]:
        return solve_plan.handle({"run": run, "solved_from": instant}, CONTEXT)

    def end(run: str, solved: dict[str, Any]) -> None:
        activate_plan.handle(solved, CONTEXT)
        end_run(town.world, machine, run, "SUCCEEDED")
        request_plan.handle(queue_batch(envelope(RUN_ENDED, {}, source="aws.states")), CONTEXT)

    town.wire.started = []
    request_plan.handle(clock, CONTEXT)
    first = begin("plan-1")
    request_plan.handle(clock, CONTEXT)
    begin("plan-1")
    end("plan-1", first)
    if len(town.wire.started) == 1:
        return "a run that began again took a request for answered that came after it read"
    second = begin("plan-2")
    request_plan.handle(clock, CONTEXT)
    begin("plan-1")
    end("plan-2", second)
    if len(town.wire.started) == 2:
        return "what was left of a run that is over took a request for answered"
    return ""


def clocks_that_differ(town: Town, many: int = SKEWED) -> str:
    """Carry schedules through functions whose clocks are up to an hour wrong."""

    class Skewed(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) + timedelta(seconds=town.random.uniform(-3600, 3600))

    for handler in CLOCKS:
        town.patch.setattr(handler, "datetime", Skewed)
    return next(filter(None, ends(town.world, town.wire, town.patch, range(many), KNOWN)), "")


SCHEDULES = (
    plans_that_come_late,
    steps_that_come_again,
    a_month_that_comes_again,
    clocks_that_differ,
)
MUTANTS: tuple[tuple[Callable[[Town], str], Install], ...] = (
    (plans_that_come_late, requests_not_compared),
    (plans_that_come_late, frozen_pointer_not_looked_at),
    (steps_that_come_again, noted_by_what_is_left_of_a_run),
    (steps_that_come_again, noted_each_time_that_a_run_begins),
    (a_month_that_comes_again, last_writer_of_a_row_wins),
    (a_month_that_comes_again, replays_ordered_behind_everything),
    (clocks_that_differ, drops_ordered_by_the_clock),
)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_older_work_never_replaces_newer(
    town: Town, schedule: Callable[[Town], str], runs: Count
) -> None:
    regression = schedule(town)

    runs.add({clocks_that_differ: SKEWED}.get(schedule, 1))
    assert not regression


@pytest.mark.parametrize(("schedule", "install"), MUTANTS)
def test_a_bad_order_finds_a_seeded_fault(
    town: Town, schedule: Callable[[Town], str], install: Install, mutant: Count
) -> None:
    install(town.patch)

    assert schedule(town)
