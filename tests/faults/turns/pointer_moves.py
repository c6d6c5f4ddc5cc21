"""Promise R5 as a game of turns: two runs and three people move the one pointer."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from functions.activate_plan import handler as activate_plan
from shared.plan.overrule import OverruleError, activate_held_plan, roll_back_plan
from shared.pointer.pointers import Pointer
from shared.pointer.schema import OPERATOR
from shared.pointer.store import PointerMovedError
from shared.policy.policies import open_policy
from tests.aws_world import World
from tests.faults.turns.small_plans import decide, small_plan, store
from tests.faults.turns.small_worlds import Standing, attributes_of, pointer_of
from tests.faults.turns.turns import Actor, Choose, Priorities, Turns
from tests.unit.lookup.hand_made import NOW

RUNS = {"run-4": 4, "run-5": 5}
ACTORS = (*RUNS, "rollback", "person", "release")
STEPS = 42  # of a schedule, about
ENTRIES = {"c-track-1": OPERATOR, "c-track-2": 7}
MAY_FAIL = {"rollback": (PointerMovedError, OverruleError), "person": (PointerMovedError,)}


class PointerMoves:
    """The world of the game: plan 2 is current, 1 the one before, 3 held, 4 and 5 are solved."""

    def __init__(self, world: World, patch: pytest.MonkeyPatch) -> None:
        self.world, self.turns = world, Turns(patch)
        self.ids = {
            number: store(small_plan(number, drift=0.9 if number == 3 else 0.0), number)
            for number in range(1, 6)
        }
        self.numbers = {plan_id: number for number, plan_id in self.ids.items()}
        for number in (1, 2, 3):
            decide(self.ids[number], number)
        model = activate_plan.pointer.model
        model("pointer").update(actions=activate_plan.pointer.changes_of(ENTRIES))
        self.before = Standing.of(world)
        self.acts: dict[str, Callable[[], object]] = {
            **{run: lambda number=n: decide(self.ids[number], number) for run, n in RUNS.items()},
            "rollback": lambda: roll_back_plan(**self._stores()),
            "person": lambda: activate_held_plan(
                self.ids[3], policy=open_policy(), **self._stores()
            ),
            "release": activate_plan.pointer.release,
        }

    def violations(self, choose: Choose) -> list[str]:
        """Play one schedule from the beginning and return what was broken in it."""
        self.before.put_back(self.world)
        moves = [("", pointer_of(self.world))]
        found: list[str] = []

        def judge(actor: Actor) -> None:
            last, now = moves[-1][1], pointer_of(self.world)
            if now != last:
                found.extend(f"{actor.name}: {broken}" for broken in self._broken(actor, last, now))
                moves.append((actor.name, now))

        failed = self.turns.run(self.acts, choose, after=judge)
        for name, error in failed.items():
            if error is not None and not isinstance(error, MAY_FAIL.get(name, ())):
                found.append(f"{name} failed: {error!r}")
        return [*found, *self._told_otherwise(moves)]

    def _broken(self, actor: Actor, last: Pointer, now: Pointer) -> Iterator[str]:
        """Yield what a change of the pointer breaks."""
        is_moved = now.plan_id != last.plan_id
        if now.epoch != last.epoch + is_moved or now.revision != last.revision + 1:
            yield f"epoch {last.epoch} became {now.epoch}, revision {last.revision} {now.revision}"
        if now.request < last.request:
            yield f"request {last.request} fell to {now.request}"
        if now.suppressed != ENTRIES:
            yield f"entries became {now.suppressed}"
        if is_moved and now.previous_plan_id != last.plan_id:
            yield f"the plan before is {now.previous_plan_id}, not {last.plan_id}"
        is_own = now.request == RUNS.get(actor.name, now.request)
        if is_moved and actor.name in RUNS and not (is_own and now.request > last.request):
            yield f"it went from {last} to {now}"
        if is_moved and actor.name in RUNS and last.frozen:
            yield "it moved a frozen pointer"
        if is_moved and actor.name == "rollback" and now.plan_id != last.previous_plan_id:
            yield f"it went to {now.plan_id}, not to {last.previous_plan_id}"
        if now.frozen != last.frozen and actor.name != ("rollback" if now.frozen else "release"):
            yield f"frozen became {now.frozen}"

    def _told_otherwise(self, moves: list[tuple[str, Pointer]]) -> Iterator[str]:
        """Yield the plans whose records do not tell what became of them on the pointer."""
        served, rolled_back = {self.ids[1], self.ids[2]}, set()
        for (_, last), (name, now) in pairwise(moves):
            if name == "rollback":
                rolled_back.add(last.plan_id)
            served.add(now.plan_id)
        records = attributes_of(self.world, self.world.plans_table)
        for plan_id, number in self.numbers.items():
            state = records[f"plan#{plan_id}"]["state"]
            if (state == "rolled_back") != (plan_id in rolled_back):
                yield f"plan {number} is {state}; rolled back were {rolled_back}"
            elif (state in ("activated", "rolled_back")) != (plan_id in served):
                yield f"plan {number} is {state}; served were {served}"

    def _stores(self) -> dict[str, object]:
        return {
            "plans": activate_plan.plans,
            "records": activate_plan.records,
            "pointer": activate_plan.pointer,
            "events": activate_plan.events,
            "now": NOW,
        }


def pointer_schedule(seed: int) -> Priorities:
    """Return a schedule of this game, of depth 2, 3 or 4."""
    return Priorities(seed, ACTORS, steps=STEPS, depth=2 + seed % 3)
