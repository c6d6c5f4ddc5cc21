"""Many schedules in two processes: this one, and a copy of it with a world of its own."""

import sys
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from traceback import format_exc
from typing import TypeVar

Outcome = TypeVar("Outcome")
Run = Callable[[range], Iterable[Outcome]]


def halved(run: Run[Outcome], many: int) -> Iterator[Outcome]:
    """Yield how schedules 0, 1, ... ended: first the even ones, which are run here.

    The odd ones are run meanwhile by a fork, whose world begins as this one's stands and goes its
    own way; where forks are not safe, as on macOS, they are run here, too.

    Raises:
        AssertionError: the fork failed, or was killed; the message is its own.
    """
    if sys.platform != "linux":
        yield from run(range(many))
        return
    fork_of = get_context("fork")
    receiver, sender = fork_of.Pipe(duplex=False)
    fork = fork_of.Process(target=_tell, args=(run, range(1, many, 2), sender))
    fork.start()
    sender.close()
    try:
        yield from run(range(0, many, 2))
        try:
            told = receiver.recv()
        except EOFError:
            told = "the fork ended without a word"
        assert not isinstance(told, str), told
        yield from told
    finally:
        fork.kill()
        fork.join()


def _tell(run: Run[Outcome], seeds: range, sender: Connection) -> None:
    try:
        sender.send(list(run(seeds)))
    except BaseException:
        sender.send(format_exc())
