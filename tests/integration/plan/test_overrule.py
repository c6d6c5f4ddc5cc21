"""What a person decides about plans: roll back, release, activate a held one."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from functions.activate_plan.handler import events, handle, plans, pointer, records
from shared.plan.overrule import OverruleError, activate_held_plan, roll_back_plan
from shared.plan.store import compose_plan
from shared.pointer.store import PointerMovedError
from shared.policy.policies import open_policy
from tests.integration.plan.test_activate_plan import CERTIFICATE, REPORT, SERVING

NOW = datetime(2026, 3, 4, 7, tzinfo=UTC)


@pytest.fixture
def solve(world):
    """Return a function that stores a solved plan and returns its id."""

    def store(request, **changes):
        plan = compose_plan(SERVING, replace(REPORT, parent=f"request-{request}", **changes))
        plans.put(plan)
        records.note_solved(
            plan.plan_id, run=f"plan-{request}", request=request, gap=0.001, solve_s=1, now=NOW
        )
        return plan.plan_id

    return store


@pytest.fixture
def machine(world, context):
    """Return a function that lets the machine decide on a plan; it gives the state."""

    def decide(plan_id, request):
        event = {"plan_id": plan_id, "request": request, "run": f"plan-{request}"}
        return handle(event, context)["state"]

    return decide


def roll_back():
    return roll_back_plan(plans=plans, records=records, pointer=pointer, events=events, now=NOW)


def activate(plan_id, **changes):
    return activate_held_plan(
        plan_id,
        policy=open_policy().model_copy(update=changes),
        plans=plans,
        records=records,
        pointer=pointer,
        events=events,
        now=NOW,
    )


def state_of(plan_id):
    return records.find(plan_id).state


def test_a_rollback_serves_the_plan_before_and_freezes(world, solve, machine):
    good, bad = solve(1), solve(2)
    machine(good, 1)
    machine(bad, 2)
    pointer.model("pointer").update(actions=pointer.changes_of({"campaign-1": 2}))
    world.events()

    target = roll_back()

    after = pointer.read()
    assert target == after.plan_id == good
    assert (after.previous_plan_id, after.frozen, after.epoch) == (bad, True, 3)
    assert after.suppressed == {"campaign-1": 2}
    assert (state_of(good), state_of(bad)) == ("activated", "rolled_back")
    assert [name for name, _ in world.events()] == ["PlanActivated"]


def test_a_late_retry_never_activates_the_plan_rolled_back_again(solve, machine):
    good, bad = solve(1), solve(2)
    machine(good, 1)
    machine(bad, 2)
    roll_back()
    pointer.release()

    state = machine(bad, 2)

    assert state == "superseded"
    assert pointer.read().plan_id == good
    assert state_of(bad) == "rolled_back"


def test_after_a_rollback_plans_are_held_until_the_pointer_is_released(solve, machine):
    machine(solve(1), 1)
    machine(solve(2), 2)
    roll_back()

    held = machine(solve(3), 3)
    pointer.release()
    activated = machine(solve(4), 4)

    assert (held, activated) == ("held", "activated")


def test_a_second_rollback_does_not_go_forward_to_the_plan_rolled_back(solve, machine):
    good, bad = solve(1), solve(2)
    machine(good, 1)
    machine(bad, 2)
    roll_back()
    before = pointer.read()

    with pytest.raises(OverruleError, match="rolled back itself"):
        roll_back()

    assert pointer.read() == before


def test_without_a_plan_before_there_is_nothing_to_roll_back_to(solve, machine):
    machine(solve(1), 1)

    with pytest.raises(OverruleError, match="no plan before"):
        roll_back()


@pytest.mark.parametrize("call", range(2))
def test_a_rollback_killed_before_its_flip_is_completed_by_the_next(
    world, solve, machine, killed, call
):
    good, bad = solve(1), solve(2)
    machine(good, 1)
    machine(bad, 2)
    world.calls.start(call, "after")
    with pytest.raises(killed):
        roll_back()
    world.calls.start()

    target = roll_back()

    assert target == pointer.read().plan_id == good
    assert state_of(bad) == "rolled_back"


def test_a_person_activates_a_held_plan(world, solve, machine):
    machine(solve(1), 1)
    held = solve(2, drift=0.9)
    machine(held, 2)
    world.events()

    epoch = activate(held)

    after = pointer.read()
    assert (after.plan_id, after.epoch, after.request, epoch) == (held, 2, 2, 2)
    assert state_of(held) == "activated"
    assert [name for name, _ in world.events()] == ["PlanActivated"]


def test_activating_a_held_plan_twice_changes_nothing_more(solve, machine):
    machine(solve(1), 1)
    held = solve(2, drift=0.9)
    machine(held, 2)
    activate(held)
    before = pointer.read()

    epoch = activate(held)

    assert epoch == before.epoch
    assert pointer.read() == before


def test_an_older_held_plan_does_not_open_the_way_for_older_requests(solve, machine):
    machine(solve(1), 1)
    held = solve(2, drift=0.9)
    machine(held, 2)
    machine(solve(3), 3)

    activate(held)

    assert pointer.read().request == 3
    assert machine(solve(3, drift=0.1), 3) == "superseded"


def test_a_held_plan_activated_on_a_frozen_pointer_leaves_it_frozen(solve, machine):
    machine(solve(1), 1)
    machine(solve(2), 2)
    roll_back()
    held = solve(3)
    machine(held, 3)

    activate(held)

    assert pointer.read().plan_id == held
    assert pointer.read().frozen


def test_no_person_activates_an_unsound_plan(solve, machine):
    good = solve(1)
    machine(good, 1)
    held = solve(2, drift=0.9, certificate=replace(CERTIFICATE, gap=0.009))
    machine(held, 2)

    with pytest.raises(OverruleError, match="unsound: The gap is"):
        activate(held, max_gap=0.005)

    assert pointer.read().plan_id == good


def test_only_a_held_plan_can_be_activated_by_hand(solve, machine):
    machine(solve(1), 1)
    bad = solve(2, campaigns=())
    machine(bad, 2)

    with pytest.raises(OverruleError, match="is refused, not held"):
        activate(bad)
    with pytest.raises(OverruleError, match="no plan nowhere"):
        activate("nowhere")


def test_releasing_a_pointer_that_is_not_frozen_changes_nothing(solve, machine):
    machine(solve(1), 1)
    before = pointer.read()

    pointer.release()

    assert pointer.read() == before


def test_plans_are_listed_newest_first(solve):
    first, second = solve(1), solve(2)

    listed = records.newest(10)

    assert {record.plan_id for record in listed} == {first, second}
    assert records.newest(1) == listed[:1]


def test_a_rollback_that_comes_too_late_marks_no_plan_as_rolled_back(solve, machine, monkeypatch):
    good, better = solve(2), solve(3)
    machine(solve(1), 1)
    machine(good, 2)
    overrule = records.overrule

    def overtaken(*told, **moved):
        machine(better, 3)
        overrule(*told, **moved)

    monkeypatch.setattr(records, "overrule", overtaken)
    with pytest.raises(PointerMovedError):
        roll_back()
    monkeypatch.setattr(records, "overrule", overrule)

    assert state_of(good) == "activated"
    assert roll_back() == good
