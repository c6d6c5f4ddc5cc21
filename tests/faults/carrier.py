"""What AWS does between functions, at a test's will: twice, late, in any order, or not at all."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from functions.activate_plan import handler as activate_plan
from functions.evaluate_shard import handler as evaluate_shard
from functions.load_part import handler as load_part
from functions.solve_plan import handler as solve_plan
from shared.event.schema import RUN_ENDED
from tests.aws_world import LambdaContext, World, queue_batch
from tests.faults.kept_states import end_run
from tests.faults.routes import CLOCK, QUEUED, hearers
from tests.faults.wire import Wire
from tests.integration.messages import envelope

TWICE = 1 / 3  # of what is put in flight; AWS promises at least once
CONTEXT = LambdaContext()
STEPS = {
    "solve_plan": solve_plan.handle,
    "evaluate_shard": evaluate_shard.handle,
    "activate_plan": activate_plan.handle,
    "load_part": load_part.handle,
}


@dataclass
class Message:
    """What waits for a function; the first success of a state machine's step goes on to ``then``.

    Of a message that was duplicated both copies are this one.
    """

    function: str
    body: dict[str, Any]
    then: Callable[[Any], None] | None = None
    tries: int = 0


class UndeliverableError(AssertionError):
    """A message came back as often as a queue gives it out, or more."""


@dataclass
class Carrier:
    """Events in flight, and the one random generator that says which of them arrives next.

    ``loses`` says which part of what is put in flight never arrives; ``most_tries`` when a message
    that comes back is given up. Where nobody ``solves``, a plan's run only notes what was asked.
    Functions that are ``deaf`` hear nothing.
    """

    world: World
    wire: Wire
    random: Random
    most_tries: int = 5
    loses: float = 0.0
    solves: bool = False
    deaf: tuple[str, ...] = ()
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
            answer = handle(queue_batch(*(message.body for message in batch)), CONTEXT)
        except Exception as error:
            self.error = error
            return batch
        failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
        return [message for i, message in enumerate(batch) if f"message-{i}" in failed]

    def _deliver_step(self, message: Message) -> None:
        self.delivered += 1
        try:
            answer = STEPS[message.function](message.body, CONTEXT)
        except Exception as error:
            self.error = error
            self._again(message)
            return
        then, message.then = message.then, None
        if then is not None:
            then(answer)

    def _again(self, message: Message) -> None:
        message.tries += 1
        if message.tries >= self.most_tries:
            raise UndeliverableError(f"{message} came back {message.tries} times.") from self.error
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
        elif machine == self.world.load_state_machine_arn:
            self._load(machine, name, asked)
        elif not self.solves:
            solve_plan.requests.note()
            self._end(machine, name)
        else:
            self._go_on(machine, name, asked)

    def _load(self, machine: str, name: str, asked: dict[str, Any]) -> None:
        left = [part["number"] for part in asked["parts"]]

        def done(_: Any) -> None:
            left.pop()
            if not left:
                end_run(self.world, machine, name, "SUCCEEDED")

        for part in asked["parts"]:
            self._step(Message("load_part", {"drop": asked["drop"], "part": part}, done))

    def _go_on(self, machine: str, name: str, state: dict[str, Any]) -> None:
        """Carry a plan's run one round on, to its activation or to its end."""
        if "state" in state:
            self._end(machine, name)
            return

        def go_on(answer: dict[str, Any]) -> None:
            self._go_on(machine, name, answer)

        if "plan_id" in state:
            self._step(Message("activate_plan", state, go_on))
        elif "shards" not in state:
            self._step(Message("solve_plan", state, go_on))
        else:
            self._map(state, lambda: self._step(Message("solve_plan", state, go_on)))

    def _end(self, machine: str, name: str) -> None:
        end_run(self.world, machine, name, "SUCCEEDED")
        told = {"status": "SUCCEEDED", "stateMachineArn": machine, "name": name}
        self.event(envelope(RUN_ENDED, told, source="aws.states"))

    def _map(self, state: dict[str, Any], then: Callable[[], None]) -> None:
        left = list(state["shards"])

        def done(_: Any) -> None:
            left.pop()
            if not left:
                then()

        for shard in state["shards"]:
            self._step(Message("evaluate_shard", {**state, "shard": shard}, done))

    def _step(self, message: Message) -> None:
        """Put a step in flight; a state machine loses none of its own."""
        copies = 2 if self.random.random() < TWICE else 1
        self.in_flight.extend([message] * copies)
