"""A stack under load, looked at every few seconds: its processes, and what waits in its queues."""

import threading
import time
from dataclasses import dataclass

from tests.e2e.own_stack import OwnStack
from tests.processes.running import Running, running

EVERY_S = 2.0


@dataclass(frozen=True)
class Look:
    """What was there at a moment, in seconds since the first."""

    at_s: float
    running: tuple[Running, ...]
    waiting: int


class Watching:
    """Looks from a thread of its own, from entering to leaving."""

    def __init__(self, own: OwnStack) -> None:
        self.looks: list[Look] = []
        self._own, self._over = own, threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "Watching":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        began = time.monotonic()
        while not self._over.is_set():
            waiting = self._own.live.queues.waiting()
            found = tuple(running(self._own.group))
            self.looks.append(Look(time.monotonic() - began, found, waiting))
            self._over.wait(EVERY_S)
