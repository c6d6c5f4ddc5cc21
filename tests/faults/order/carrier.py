"""What AWS does between functions, at a test's will: twice, late, in any order, or not at all."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.aws_world import LambdaContext, World, queue_batch
from tests.faults.kept_states import end_run
from tests.faults.order.carried_runs import STEPS, Message, Runs
from tests.faults.order.faulty_calls import FaultyCalls
from tests.faults.order.routes import CLOCK, QUEUED, hearers
from tests.faults.order.wire import Wire
from tests.integration.messages import envelope

TWICE = 1 / 3  # of what is put in flight; AWS promises at least once
CONTEXT = LambdaContext()


class UndeliverableError(AssertionError):
    """A message came back as often as a queue gives it out, or more."""


@dataclass
class Carrier:
    """Events in flight, and the one random generator that says which of them arrives next.

    ``loses`` says which part of what is put in flight never arrives; ``most_tries`` when a message
    that comes back is given up. Where nobody ``solves``, a plan's run only notes what was asked.
    Functions that are ``deaf`` hear nothing; while one runs, ``faults`` meet its calls.
    """

    world: World
    wire: Wire
    random: Random
    most_tries: int = 5
    loses: float = 0.0
    solves: bool = False
    deaf: tuple[str, ...] = ()
    faults: FaultyCalls | None = None
    in_flight: list[Message] = field(default_factory=list)
    lost: int = 0
    delivered: int = 0
    error: Exception | None = None

    def event(self, event: dict[str, Any]) -> None:
        """Put an event in flight to each function that hears it."""
        for function in hearers(event):
            if function in self.deaf:
                continue
            self._put(Message(function, event))

    def look(self) -> None:
        """Let the clock's messages come, to whoever hears the clock."""
        self.event(envelope(CLOCK, {}, source="aws.events"))

    def carry(self) -> None:
        """Deliver until nothing is in flight.

        Raises:
            UndeliverableError: a function keeps failing, where a queue would give up.
        """
        self._take()
        while self.in_flight:
            first = self.in_flight.pop(self.random.randrange(len(self.in_flight)))
            if first.function in QUEUED:
                self._deliver_batch(first)
            else:
                self._deliver_step(first)
            self._take()

    def _deliver_batch(self, first: Message) -> None:
        handle, most = QUEUED[first.function]
        batch = [first]
        others = [each for each in self.in_flight if each.function == first.function]
        for each in self.random.sample(others, min(len(others), self.random.randrange(most))):
            self._remove(each)
            batch.append(each)
        failed = self._answered(batch, handle)
        for message in failed:
            self._again(message)

    def _answered(self, batch: list[Message], handle: Callable[..., Any]) -> list[Message]:
        self.delivered += len(batch)
        try:
            with self._faulty():
                answer = handle(queue_batch(*(message.body for message in batch)), CONTEXT)
        except Exception as error:
            self.error = (
                error.child_exceptions[0][1] if hasattr(error, "child_exceptions") else error
            )
            return batch
        failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
        return [message for i, message in enumerate(batch) if f"message-{i}" in failed]

    def _deliver_step(self, message: Message) -> None:
        self.delivered += 1
        try:
            with self._faulty():
                answer = STEPS[message.function](message.body, CONTEXT)
        except Exception as error:
            self.error = error
            self._again(message)
            return
        then, message.then = message.then, None
        if then is not None:
            then(answer)

    @contextmanager
    def _faulty(self) -> Iterator[None]:
        if self.faults is None:
            yield
            return
        self.faults.is_on = True
        try:
            yield
        finally:
            self.faults.is_on = False

    def _again(self, message: Message) -> None:
        message.tries += 1
        if message.tries >= self.most_tries:
            told = f"{message} came back {message.tries} times: {self.error!r}"
            raise UndeliverableError(told) from self.error
        self.in_flight.append(message)

    def _put(self, message: Message) -> None:
        if self.random.random() < self.loses:
            self.lost += 1
            return
        copies = 2 if self.random.random() < TWICE else 1
        self.in_flight.extend([message] * copies)

    def _remove(self, message: Message) -> None:
        at = next(i for i, each in enumerate(self.in_flight) if each is message)
        del self.in_flight[at]

    def _take(self) -> None:
        """Take what was said and started meanwhile."""
        said, self.wire.said = self.wire.said, []
        started, self.wire.started = self.wire.started, []
        for event in said:
            self.event(event)
        for run in started:
            self._start(run["stateMachineArn"], run["name"], json.loads(run["input"]))

    def _start(self, machine: str, name: str, asked: dict[str, Any]) -> None:
        if self.random.random() < self.loses:
            self.lost += 1
            end_run(self.world, machine, name, "ABORTED")
            return
        Runs(self.world, self._step, self.event, solves=self.solves).start(machine, name, asked)

    def _step(self, message: Message) -> None:
        """Put a step in flight; a state machine loses none of its own."""
        copies = 2 if self.random.random() < TWICE else 1
        self.in_flight.extend([message] * copies)
