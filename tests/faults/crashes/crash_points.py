"""Killing a function before and after each of its API calls, and holding retries to one rule.

The rule: what stands and what is answered after a retry is what stands and is answered where
nobody was killed; nothing that was to be said is missing, and what is said twice is said alike.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.aws_world import KilledError, World
from tests.faults.kept_states import kept, put_back, seen, standing, unclocked
from tests.warm_functions import forget

Seen = dict[str, Any]
Said = list[tuple[str, Seen]]


@dataclass(frozen=True)
class Step:
    """One event that waits for its function in the world as it stands.

    ``as_seen`` leaves out what a retry may change, where there is such.
    """

    run: Callable[[], object]
    as_seen: Callable[[Seen], Seen] = lambda found: found


@dataclass(frozen=True)
class End:
    """What stands, what was said and what was answered, or how the function failed."""

    stands: Seen
    said: Said
    answered: Any


def differences(
    world: World, step: Step, on_point: Callable[[], object] = lambda: None
) -> Iterator[str]:
    """Yield each crash point of a step after which a retry ends otherwise, and how.

    What was left as at a point before is not tried again: many calls only read. ``on_point`` is
    told of every point.
    """
    before = kept(world)
    put_back(world, before)  # what was said is heard
    expected, calls = _end(world, step, [])
    if isinstance(expected.answered, Exception):
        raise expected.answered
    tried: list[tuple[Seen, Said]] = []
    for call in range(calls):
        for when in ("before", "after"):
            put_back(world, before)
            point = _killed(world, step, call, when)
            on_point()
            left = (standing(world), world.events())
            if left in tried:
                continue
            tried.append(left)
            found, _ = _end(world, step, left[1])
            yield from (f"{point}: {told}" for told in _compared(expected, found))
    put_back(world, before)


def _killed(world: World, step: Step, call: int, when: str) -> str:
    forget()
    world.calls.start(call, when)
    try:
        step.run()
    except KilledError as death:
        return str(death)
    finally:
        world.calls.start()
    raise AssertionError(f"Nobody died {when} call {call}.")


def _end(world: World, step: Step, said: Said) -> tuple[End, int]:
    """Run a step, after something was said, and return its end and how many calls it took."""
    forget()
    world.calls.start()
    try:
        answered = unclocked(step.run())
    except Exception as error:
        answered = error
    calls = len(world.calls.calls)
    return End(step.as_seen(seen(standing(world))), said + world.events(), answered), calls


def _compared(expected: End, found: End) -> Iterator[str]:
    if isinstance(found.answered, Exception):
        yield f"the retry failed: {found.answered!r}"
        return
    if found.answered != expected.answered:
        yield f"answers {found.answered} instead of {expected.answered}"
    for name in sorted(expected.stands.keys() | found.stands.keys()):
        there, wanted = found.stands.get(name), expected.stands.get(name)
        if there != wanted:
            yield f"{name} is {_short(there)} instead of {_short(wanted)}"
    if not _is_said_again(expected.said, found.said):
        yield f"said {found.said} instead of {expected.said}"


def _is_said_again(expected: list[Any], found: list[Any]) -> bool:
    """Say whether a beginning was said, and then the rest or more of the end again."""
    many = len(expected)
    return any(
        found == expected[:dead] + expected[alive:]
        for dead in range(many + 1)
        for alive in range(dead + 1)
    )


def _short(value: object) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 200 else f"{text[:200]}…"
