"""Promise R4 as a game of turns: two plans are activated while three environments answer."""

from collections.abc import Iterator
from math import isclose
from typing import Any

import pytest

from tests.aws_world import World
from tests.faults.turns.small_plans import (
    Reader,
    decide,
    expected_scores,
    put_row,
    small_plan,
    store,
)
from tests.faults.turns.small_worlds import Standing, pointer_of
from tests.faults.turns.turns import Actor, Choose, Priorities, Turns
from tests.unit.lookup.hand_made import TRACKS

READERS, LOOKUPS = ("reader-1", "reader-2", "reader-3"), 3
ACTIVATORS = {"activator-2": 2, "activator-3": 3}
STEPS = 38  # of a schedule, about
QUANTUM = 1e-3  # of a score, by what a stored relevance is rounded to


class OnePlan:
    """The world of the game: plan 1 is current, plans 2 and 3 are solved."""

    def __init__(self, world: World, patch: pytest.MonkeyPatch) -> None:
        self.world, self.turns = world, Turns(patch)
        put_row(world)
        self.readers = {name: Reader(name, patch) for name in READERS}
        self.numbers = {store(small_plan(number), number): number for number in (1, 2, 3)}
        self.ids = {number: plan_id for plan_id, number in self.numbers.items()}
        decide(self.ids[1], 1)
        self.before = Standing.of(world)

    def violations(self, choose: Choose, names: tuple[str, ...] = READERS) -> list[str]:
        """Play one schedule from the beginning and return what was broken in it."""
        self.before.put_back(self.world)
        answers: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
        current: dict[tuple[str, int], str] = {}  # by reader and lookup, as the pointer was read

        def look(actor: Actor) -> None:
            if actor.stands_before == "BatchGetItem":
                lookup = (actor.name, len(answers[actor.name]))
                current[lookup] = pointer_of(self.world).plan_id

        def lookups(name: str) -> None:
            for _ in range(LOOKUPS):
                answers[name].append(self.readers[name].ask())

        acts = {
            activator: lambda number=number: decide(self.ids[number], number)
            for activator, number in ACTIVATORS.items()
        }
        for name in names:
            self.readers[name].start_anew()
            acts[name] = lambda name=name: lookups(name)
        failed = self.turns.run(acts, choose, before=look)
        return [
            *(f"{name} failed: {error!r}" for name, error in failed.items() if error is not None),
            *(
                f"{name}, lookup {i + 1}: {broken}"
                for name, given in answers.items()
                for i, answer in enumerate(given)
                for broken in self._broken(answer, current[name, i])
            ),
        ]

    def _broken(self, answer: dict[str, Any], current: str) -> Iterator[str]:
        """Yield how an answer is missing, is of no one plan or of one that was not current."""
        body = answer["body"]
        if answer["statusCode"] != 200 or body["stale"] or len(body["results"]) != len(TRACKS):
            yield f"missing, {answer['statusCode']}: {body}"
            return
        if body["plan_id"] != current:
            yield f"of {body['plan_id']}, where {current} was current as the pointer was read"
        expected = expected_scores(self.numbers[body["plan_id"]])
        found = {TRACKS[result["i"]]: result["score"] for result in body["results"]}
        if not all(isclose(found[t], expected[t], abs_tol=QUANTUM) for t in TRACKS):
            yield f"mixed: it names plan {body['plan_id']}, whose scores are {expected}: {found}"


def one_plan_schedule(seed: int) -> Priorities:
    """Return a schedule of this game, of depth 2, 3 or 4."""
    return Priorities(seed, (*ACTIVATORS, *READERS), steps=STEPS, depth=2 + seed % 3)
