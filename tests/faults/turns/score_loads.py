"""Promise R5 as a game of turns: loads of the same audiences' scores, of different order."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from typing import Any

import pytest

from functions.load_scores import handler as load_scores
from shared.score import store
from tests.aws_world import LambdaContext, World, queue_batch
from tests.faults.crashes.drop_steps import accepted
from tests.faults.turns.small_worlds import Standing, attributes_of
from tests.faults.turns.turns import Actor, Choose, Priorities, Turns
from tests.integration.journeys import Journey

AUDIENCES = {"monday": "ab", "tuesday": "ac", "wednesday": "bc"}
DAYS = {"monday": "2026-11-02", "tuesday": "2026-11-03", "wednesday": "2026-11-04"}
ACTORS = (*DAYS, "monday again")
STEPS = 40  # of a schedule, about


class OneByOne(Executor):
    """Does at once what it is given, so that all calls of an actor come from its own thread."""

    def __init__(self, _: int) -> None:
        """Take how many threads there might have been."""

    def map(self, do: Callable[..., Any], *given: Iterable[Any], **_: Any) -> Iterator[Any]:
        """Do each."""
        return iter([do(*each) for each in zip(*given, strict=True)])


class ScoreLoads:
    """The world of the game: three accepted drops, of which the first is delivered twice."""

    def __init__(self, world: World, patch: pytest.MonkeyPatch) -> None:
        self.world = world
        journey = Journey(world, LambdaContext(), queue_batch)
        self.events = {day: accepted(journey, *_drop(day)) for day in DAYS}
        self.orders = {day: event["detail"]["order"] for day, event in self.events.items()}
        rows = self._rows_of_each_alone(Standing.of(world))
        self.expected = {
            audience: rows[max(DAYS, key=lambda d: (audience in AUDIENCES[d], DAYS[d]))][audience]
            for audience in "abc"
        }
        patch.setattr(store, "ThreadPoolExecutor", OneByOne)
        self.turns = Turns(patch)
        self.before = Standing.of(world)

    def load(self, day: str) -> None:
        """Write the rows of a drop as the function does."""
        answer = load_scores.handle(queue_batch(self.events[day]), LambdaContext())
        assert answer == {"batchItemFailures": []}

    def violations(self, choose: Choose) -> list[str]:
        """Play one schedule from the beginning and return what was broken in it."""
        self.before.put_back(self.world)
        found: list[str] = []
        last: dict[str, str] = {}

        def judge(actor: Actor) -> None:
            for audience, row in attributes_of(self.world, self.world.scores_table).items():
                if row["order"] < last.get(audience, ""):
                    found.append(f"{actor.name}: {audience}'s order fell to {row['order']}")
                last[audience] = row["order"]

        acts = {day: lambda day=day: self.load(day) for day in DAYS}
        acts["monday again"] = lambda: self.load("monday")
        failed = self.turns.run(acts, choose, after=judge)
        found += [f"{name} failed: {error!r}" for name, error in failed.items() if error]
        stand = attributes_of(self.world, self.world.scores_table)
        if stand != self.expected:
            found.append(f"there stands {stand}, where {self.expected} is newest")
        return found

    def _rows_of_each_alone(self, empty: Standing) -> dict[str, dict[str, Any]]:
        """Return the rows that each drop gives where there is no other."""
        rows = {}
        for day in DAYS:
            empty.put_back(self.world)
            self.load(day)
            rows[day] = attributes_of(self.world, self.world.scores_table)
        empty.put_back(self.world)
        self.world.events()
        return rows


def load_schedule(seed: int) -> Priorities:
    """Return a schedule of this game, of depth 2, 3 or 4."""
    return Priorities(seed, ACTORS, steps=STEPS, depth=2 + seed % 3)


def _drop(day: str) -> tuple[str, bytes]:
    rows = "".join(f"{audience},track-1,0.{DAYS[day][-1]}\n" for audience in AUDIENCES[day])
    return (
        f"drops/scores/models/{DAYS[day]}/a.csv",
        f"audience_id,track_id,score\n{rows}".encode(),
    )
