"""What the command prints with, and how it ends when something is wrong."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from time import monotonic, sleep
from typing import ParamSpec, TypeVar

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from oasis.connection import NoStackError

WIDTH_WITHOUT_A_TERMINAL = 120

console = Console(highlight=False)
if not console.is_terminal:
    console = Console(highlight=False, width=WIDTH_WITHOUT_A_TERMINAL)
errors = Console(stderr=True, highlight=False)

P = ParamSpec("P")
R = TypeVar("R")


class CommandError(RuntimeError):
    """The command cannot go on; the message says what, where and what to do."""


def ends_plainly(command: Callable[P, R]) -> Callable[P, R]:
    """End with exit status 1 and one sentence where a stack or a file is not as needed."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (CommandError, NoStackError, OSError, BotoCoreError, ClientError) as error:
            errors.print(str(error), style="red", markup=False, soft_wrap=True)
            raise typer.Exit(1) from error

    return run


@contextmanager
def working(sentence: str) -> Iterator[None]:
    """Show that something goes on, and how long it took when it is done."""
    began = monotonic()
    with console.status(f"{escape(sentence)} …"):
        yield
    _say_done(sentence, monotonic() - began)


@contextmanager
def progress_bar(sentence: str) -> Iterator[Callable[[int, int], None]]:
    """Give what shows how many of how many are done, and say how long it took."""
    began = monotonic()
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task(sentence, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)
    _say_done(sentence, monotonic() - began)


def _say_done(sentence: str, took_s: float) -> None:
    console.print(f"[green]✓[/green] {escape(sentence)} [dim]({took_s:.1f} s)[/dim]")


def wait_for(check: Callable[[], R | None], *, timeout_s: float, otherwise: str) -> R:
    """Return the first answer of ``check`` that is not None, asked again and again.

    Raises:
        CommandError: there was none in time; ``otherwise`` says what that means.
    """
    ends = monotonic() + timeout_s
    pause_s = 0.02
    while (answer := check()) is None:
        if monotonic() > ends:
            raise CommandError(otherwise)
        sleep(pause_s)
        pause_s = min(0.5, pause_s * 1.3)
    return answer
