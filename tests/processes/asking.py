"""Lookups at a steady pace, from threads of their own, each answer checked and timed."""

import itertools
import threading
import time
from typing import Any

from oasis.console import CommandError
from oasis.lookup import SignedCaller
from tests.e2e.live_stack import LiveStack

PACE_S = 0.2  # of one asker
LATE_S = 1.0  # behind its pace by so much, an asker gives up catching up


class Asking:
    """Some askers over connections of their own: what was wrong, and how long each answer took.

    ``answers`` holds when each was asked for, in seconds since the start, and the seconds it took.
    """

    def __init__(self, stack: LiveStack, questions: list[dict[str, Any]], askers: int) -> None:
        self.answers: list[tuple[float, float]] = []
        self.wrong: list[str] = []
        self._over, self._began = threading.Event(), time.monotonic()
        self._threads = [
            threading.Thread(
                target=self._ask,
                args=(SignedCaller(stack.connection), itertools.cycle(questions[i::askers])),
            )
            for i in range(askers)
        ]

    def __enter__(self) -> "Asking":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, caller: SignedCaller, questions: "itertools.cycle[dict[str, Any]]") -> None:
        due = time.monotonic()
        while not self._over.wait(max(0.0, due - time.monotonic())):
            began = time.monotonic()
            try:
                answer = caller.ask(next(questions))
            except (CommandError, OSError) as error:
                self.wrong.append(str(error))
            else:
                took = time.monotonic() - began
                self.answers.append((began - self._began, took))
                if not answer["plan_id"] or not answer["results"] or answer["stale"]:
                    self.wrong.append(f"answered {answer}")
            due = max(due + PACE_S, time.monotonic() - LATE_S)
