"""Runs of state machines, carried step by step as any other message."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from functions.activate_plan import handler as activate_plan
from functions.evaluate_shard import handler as evaluate_shard
from functions.load_part import handler as load_part
from functions.solve_plan import handler as solve_plan
from shared.event.schema import RUN_ENDED
from tests.aws_world import World
from tests.faults.kept_states import end_run
from tests.integration.messages import envelope

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


@dataclass
class Runs:
    """Puts the steps of runs in flight, and says when a run ends.

    Where nobody ``solves``, a plan's run only notes what was asked.
    """

    world: World
    step: Callable[[Message], None]
    say: Callable[[dict[str, Any]], None]
    solves: bool

    def start(self, machine: str, name: str, asked: dict[str, Any]) -> None:
        """Begin a run with what it was asked."""
        if machine == self.world.load_state_machine_arn:
            self._load(machine, name, asked)
        elif not self.solves:
            solve_plan.requests.note(name)
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
            self.step(Message("load_part", {"drop": asked["drop"], "part": part}, done))

    def _go_on(self, machine: str, name: str, state: dict[str, Any]) -> None:
        """Carry a plan's run one round on, to its activation or to its end."""
        if "state" in state:
            self._end(machine, name)
            return

        def go_on(answer: dict[str, Any]) -> None:
            self._go_on(machine, name, answer)

        if "plan_id" in state:
            self.step(Message("activate_plan", state, go_on))
        elif "shards" not in state:
            self.step(Message("solve_plan", state, go_on))
        else:
            self._map(state, lambda: self.step(Message("solve_plan", state, go_on)))

    def _end(self, machine: str, name: str) -> None:
        end_run(self.world, machine, name, "SUCCEEDED")
        told = {"status": "SUCCEEDED", "stateMachineArn": machine, "name": name}
        self.say(envelope(RUN_ENDED, told, source="aws.states"))

    def _map(self, state: dict[str, Any], then: Callable[[], None]) -> None:
        left = list(state["shards"])

        def done(_: Any) -> None:
            left.pop()
            if not left:
                then()

        for shard in state["shards"]:
            self.step(Message("evaluate_shard", {**state, "shard": shard}, done))
