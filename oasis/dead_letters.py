"""`oasis dead-letters`: what was given up, and sending it back to where it came from."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from oasis.connection import StackOption, connect
from oasis.console import CommandError, console, ends_plainly, working
from oasis.dead_letter import DeadLetter
from oasis.last_stop import LastStop, LastStopQueue, last_stops

ALL = "all"


@ends_plainly
def dead_letters(
    redrive: Annotated[
        str | None,
        typer.Option(
            metavar="FUNCTION|all", help="Send back what this function gave up, or all there is"
        ),
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="How many messages of a queue to show")] = 10,
    stack: StackOption = None,
) -> None:
    """Show the messages that were given up; with --redrive, send them back to be tried again."""
    stops = last_stops(connect(stack).work_queues)
    if redrive is None:
        _show(stops, most)
    else:
        _redrive(_chosen(stops, redrive))


def _chosen(stops: list[LastStop], named: str) -> list[LastStop]:
    chosen = [stop for stop in stops if named in (ALL, stop.arrow)]
    if not chosen:
        known = ", ".join(dict.fromkeys(stop.arrow for stop in stops))
        raise CommandError(
            f"No function {named} works behind a queue. Name one of {known}, or {ALL}."
        )
    return chosen


def _show(stops: list[LastStop], most: int) -> None:
    total = 0
    for stop in stops:
        queue = LastStopQueue(stop)
        many = queue.many()
        letters = queue.look(most) if many else []
        many = max(many, len(letters))
        total += many
        if many:
            console.print(_sentence(stop, many, letters, datetime.now(UTC)))
            for letter in letters:
                console.print(_line(letter), markup=False, soft_wrap=True)
    if total:
        console.print(
            "Once the cause is gone, `oasis dead-letters --redrive FUNCTION` has them tried again."
        )
    else:
        console.print(f"There are no dead letters in any of {len(stops)} queues.")


def _sentence(stop: LastStop, many: int, letters: list[DeadLetter], now: datetime) -> str:
    how = {"dead_letters": "failed every time", "undelivered": "found no way to its queue"}
    sentence = f"[bold]{stop.arrow}[/bold], {stop.kind}: {many:,} that {how[stop.kind]}"
    if not letters:
        return f"{sentence}. Somebody else looks at them right now; ask again in a minute."
    seen = "the oldest" if many == len(letters) else f"the oldest of {len(letters)} looked at"
    return f"{sentence}, {seen} {_age(letters[0], now)} ago."


def _age(letter: DeadLetter, now: datetime) -> str:
    minutes = max(0, int((now - letter.sent_at).total_seconds() // 60))
    days, rest = divmod(minutes, 24 * 60)
    return f"{days} d {rest // 60} h" if days else f"{rest // 60} h {rest % 60} min"


def _line(letter: DeadLetter) -> str:
    parts = [letter.what, letter.about, letter.why]
    if letter.correlation_id:
        parts.append(f"in the log as {letter.correlation_id}")
    return f"  {letter.sent_at:%Y-%m-%d %H:%M:%S}  {'; '.join(part for part in parts if part)}"


def _redrive(stops: list[LastStop]) -> None:
    many = 0
    for stop in stops:
        with working(f"Sending back what {stop.arrow} has in {stop.kind}"):
            sent = sum(1 for _ in LastStopQueue(stop).redrive())
        many += sent
        if sent:
            console.print(f"  {sent:,} sent to the queue of {stop.arrow}.")
    console.print(
        f"{many:,} message(s) are to be tried again. What fails again is back in its queue of dead "
        "letters after five tries."
    )
