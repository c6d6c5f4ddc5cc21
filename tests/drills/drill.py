"""A drill: a stack of its own with a small world, the real command, and a clock beside it all."""

import time
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from typer.testing import CliRunner

from oasis.command import app
from tests.e2e import small_world
from tests.e2e.live_stack import LiveStack, until
from tests.e2e.own_stack import OwnStack, own_stack
from tests.e2e.tap import Tap

QUESTION = (["listener-1", "cohort-se"], small_world.TRACKS)


class Drill:
    """Says what is done and how long it takes."""

    def __init__(self, own: OwnStack) -> None:
        self._own, self.archive = own, Tap(own.live.connection.event_bus)
        self._began = time.monotonic()

    @property
    def stack(self) -> LiveStack:
        """The stack as it is up now."""
        return self._own.live

    def lose_stack(self) -> None:
        """Kill the stack; another comes up, with a copy of what was in its buckets alone."""
        self._own = self._own.lost()

    @contextmanager
    def step(self, sentence: str) -> Iterator[None]:
        """Do one step, and print it with the seconds that it took."""
        began = time.monotonic()
        yield
        print(f"{time.monotonic() - began:7.2f} s  {sentence}", flush=True)

    def oasis(self, *arguments: str) -> str:
        """Run the command as a person would, and print what it says."""
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 0, f"oasis {' '.join(arguments)}: {result.output}"
        print(f"           $ oasis {' '.join(arguments)}", flush=True)
        for line in result.output.splitlines():
            print(f"             {line}", flush=True)
        return result.output

    def ask(self) -> dict[str, object]:
        """Return who is promoted to a listener, and by which plan."""
        return self.stack.ask(*QUESTION, market="SE")

    def wait_for_plan_after(self, plan_id: str) -> None:
        """Return when another plan is current, and nothing is under way any more."""
        read = self.stack.pointer.read
        until(lambda: True if read().plan_id != plan_id else None, f"a plan after {plan_id}")
        self.stack.settle()

    def end(self) -> None:
        print(f"{time.monotonic() - self._began:7.2f} s  all of it", flush=True)


@contextmanager
def drilled() -> Iterator[Drill]:
    """Give a drill on a fresh stack with the small world; the stack is gone afterwards.

    The process works in the stack's folder meanwhile, so that the command finds it.
    """
    with TemporaryDirectory() as folder, chdir(folder), own_stack(Path(folder)) as own:
        drill = Drill(own)
        with drill.step("A small world is dropped, and a plan of it is served."):
            drill.stack.fill(small_world.files(), small_world.CAMPAIGNS)
        yield drill
        drill.end()
