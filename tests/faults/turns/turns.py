"""Schedules at the grain of API calls: one actor at a time goes on, to before its next call.

Source: Burckhardt, Kothari, Musuvathi, Nagarakatte, A Randomized Scheduler with Probabilistic
Guarantees of Finding Bugs (ASPLOS 2010). Of n actors and k steps, a fault of depth d is found by
one schedule with a probability of at least 1 / (n k^(d - 1)).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from threading import Semaphore, Thread, local
from typing import Any, Protocol

import pytest
from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse

from tests.faults.halves import halved

Act = Callable[[], object]
Choose = Callable[[Sequence["Actor"]], "Actor"]
PATIENCE_S = 120.0  # that one step may take on a busy machine


@dataclass
class Actor:
    """Somebody who acts in a thread of their own, and the call that they stand before."""

    name: str
    act: Act
    stands_before: str = "the beginning"
    is_done: bool = False
    failed: BaseException | None = None
    may_go: Semaphore = field(default_factory=lambda: Semaphore(0), repr=False)


class Turns:
    """Hands the one turn from actor to actor; whoever is no actor calls as they like.

    What is said on the bus is taken here, since moto takes long to carry it.
    """

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        """Stand before moto."""
        self.said: list[tuple[str, dict[str, Any]]] = []
        self.steps: list[str] = []
        self._mine, self._waits = local(), Semaphore(0)
        moto = BotocoreStubber.__call__

        def answered(stubber: Any, event_name: str, request: Any, **rest: Any) -> Any:
            operation = event_name.rpartition(".")[2]
            self._hand_over(operation)
            if operation == "PutEvents":
                return self._hear(request)
            return moto(stubber, event_name, request, **rest)

        patch.setattr(BotocoreStubber, "__call__", answered)

    def run(
        self,
        acts: Mapping[str, Act],
        choose: Choose,
        *,
        before: Callable[[Actor], object] = lambda actor: None,
        after: Callable[[Actor], object] = lambda actor: None,
    ) -> dict[str, BaseException | None]:
        """Let all act to their ends; return who failed, and how.

        ``before`` is told of each step's actor, and of the call that is sent in it; ``after`` sees
        what it left. An actor's step ends before its next call, or with its end.
        """
        self.said, self.steps = [], []
        actors = [Actor(name, act) for name, act in acts.items()]
        threads = [Thread(target=self._act, args=[actor], daemon=True) for actor in actors]
        for thread in threads:
            thread.start()
        while ready := [actor for actor in actors if not actor.is_done]:
            actor = choose(ready)
            self.steps.append(f"{actor.name}: {actor.stands_before}")
            before(actor)
            actor.may_go.release()
            if not self._waits.acquire(timeout=PATIENCE_S):
                raise TimeoutError(f"{actor.name} neither calls nor ends.\n{self}")
            after(actor)
        for thread in threads:
            thread.join()
        return {actor.name: actor.failed for actor in actors}

    def __str__(self) -> str:
        """Return the schedule, a step a line."""
        return "\n".join(self.steps)

    def _act(self, actor: Actor) -> None:
        self._mine.actor = actor
        actor.may_go.acquire()
        try:
            actor.act()
        except Exception as error:
            actor.failed = error
        finally:
            actor.is_done = True
            self._waits.release()

    def _hand_over(self, operation: str) -> None:
        actor = getattr(self._mine, "actor", None)
        if actor is not None:
            actor.stands_before = operation
            self._waits.release()
            actor.may_go.acquire()

    def _hear(self, request: Any) -> AWSResponse:
        entries = json.loads(request.body)["Entries"]
        self.said += [(each["DetailType"], json.loads(each["Detail"])) for each in entries]
        told = {"FailedEntryCount": 0, "Entries": [{"EventId": "heard"}] * len(entries)}
        body = json.dumps(told).encode()
        headers = {"content-type": "application/x-amz-json-1.1", "content-length": str(len(body))}
        return AWSResponse(request.url, 200, headers, MockRawResponse(body))


class Game(Protocol):
    """Actors in a world, and what no schedule of their turns may do to it."""

    turns: Turns

    def violations(self, choose: Choose) -> list[str]:
        """Let all act as a schedule chooses; return what was violated."""


def violations_of(game: Game, schedule: Callable[[int], Choose], many: int) -> Iterator[str]:
    """Play so many schedules; yield what each violated and in which turns, or nothing."""

    def played(seeds: range) -> Iterator[str]:
        for seed in seeds:
            found = game.violations(schedule(seed))
            yield f"seed {seed}: {found}\n{game.turns}" if found else ""

    return halved(played, many)


class Priorities:
    """Who stands highest goes on; at d - 1 steps whoever would go on falls below all others."""

    def __init__(self, seed: int, names: Sequence[str], *, steps: int, depth: int) -> None:
        """Draw priorities, and the steps of about so many at which they change."""
        random = Random(seed)
        drawn = random.sample(range(depth, depth + len(names)), len(names))
        self._priorities = dict(zip(names, drawn, strict=True))
        falls = random.sample(range(steps), depth - 1)
        self._falls = {step: priority for priority, step in enumerate(falls, 1)}
        self._step = 0

    def __call__(self, ready: Sequence[Actor]) -> Actor:
        """Return who goes on."""
        if (fallen := self._falls.get(self._step)) is not None:
            self._priorities[self._first(ready).name] = fallen
        self._step += 1
        return self._first(ready)

    def _first(self, ready: Sequence[Actor]) -> Actor:
        return max(ready, key=lambda actor: self._priorities[actor.name])


class Script:
    """A schedule by hand: each entry's actor goes on until it stands before a call, or to its end.

    ``("older", "UpdateItem")`` lets the older go on until its next call is an UpdateItem, and
    ``("older", "")`` to its end. After the last entry they go on in order.
    """

    def __init__(self, *entries: tuple[str, str]) -> None:
        """Take the entries."""
        self._entries = list(entries)

    def __call__(self, ready: Sequence[Actor]) -> Actor:
        """Return who goes on."""
        while self._entries:
            name, call = self._entries[0]
            found = next((actor for actor in ready if actor.name == name), None)
            if found is not None and found.stands_before != (call or None):
                return found
            self._entries.pop(0)
        return ready[0]


class Preemptions:
    """Everybody acts to their end in order, but for a few steps at which another goes first."""

    def __init__(self, order: Sequence[str], preempted: Mapping[int, str]) -> None:
        """Take the order, and who comes to its front at which step."""
        self._order, self._preempted, self._step = list(order), dict(preempted), 0

    def __call__(self, ready: Sequence[Actor]) -> Actor:
        """Return who goes on."""
        if (name := self._preempted.get(self._step)) is not None:
            self._order.remove(name)
            self._order.insert(0, name)
        self._step += 1
        return min(ready, key=lambda actor: self._order.index(actor.name))
