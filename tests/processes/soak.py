"""Load for a while: lookups, drops and campaign changes together, and what must hold after it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from tests.benchmarks.bench_load.load_world import World
from tests.e2e.own_stack import OwnStack
from tests.processes.asking import Asking
from tests.processes.changing import Changing
from tests.processes.running import STACK, Running, running
from tests.processes.watching import Look, Watching

LISTENERS, ASKERS = 60, 4
WARM = 3  # the first of so many parts of the time is warming up
MOST_PROCESSES = 4  # of one function: askers at once, or batches at once of a queue
MOST_WAITING = 50
OLDEST_S = 30.0
FUNCTION_GROWTH, FUNCTION_GROWTH_MB = 0.1, 10.0
GROWTH_MB_A_S = {
    STACK: 1.0,  # ministack keeps every object, item, run and log line in memory
    "PlanRunSolvePlan": 0.2,  # a solve reads every drop of two weeks and every plan's record
}
MORE_FILES = {STACK: 40}  # connections that are open at a moment
MORE_FILES_OF_A_FUNCTION = 10  # connections that a client keeps, at most


@dataclass(frozen=True)
class Soaked:
    """What was done in how many seconds, how it went, and what was there at the end."""

    seconds: float
    answers: list[tuple[float, float]]
    drop_s: list[float]
    change_s: list[float]
    plans: int
    looks: list[Look]
    at_end: list[Running]
    folders: int
    wrong: list[str]

    @property
    def warm(self) -> Look:
        """The first look after warming up."""
        return next(look for look in self.looks if look.at_s >= self.seconds / WARM)


def soak(own: OwnStack, seconds: float) -> Soaked:
    """Fill a stack, load it for so many seconds, and wait until nothing is under way."""
    world = World(LISTENERS)
    own.live.fill(world.files(), world.campaigns())
    before = own.live.pointer.read().epoch
    changing = Changing(own.live, world, seed=LISTENERS)
    with Watching(own) as watching, Asking(own.live, world.questions(), ASKERS) as asking:
        changing.go_on(seconds)
    own.live.settle()
    return Soaked(
        seconds=seconds,
        answers=asking.answers,
        drop_s=changing.drop_s,
        change_s=changing.change_s,
        plans=own.live.pointer.read().epoch - before,
        looks=watching.looks,
        at_end=running(own.group),
        folders=len(own.function_folders()),
        wrong=[*asking.wrong, *changing.wrong, *changing.unlike()],
    )


def violations(soaked: Soaked) -> list[str]:
    """Return what does not hold, a sentence each."""
    return list(chain(_failed(soaked), _late(soaked), _left(soaked), _grown(soaked)))


def _failed(soaked: Soaked) -> Iterator[str]:
    yield from soaked.wrong
    if not (soaked.answers and soaked.drop_s and soaked.change_s and soaked.plans):
        yield "nothing was asked, dropped, changed or planned"


def _late(soaked: Soaked) -> Iterator[str]:
    if (oldest := max(*soaked.drop_s, *soaked.change_s)) > OLDEST_S:
        yield f"a message was applied after {oldest:.0f} s"
    if (waiting := max(look.waiting for look in soaked.looks)) > MOST_WAITING:
        yield f"{waiting} messages waited at once"


def _left(soaked: Soaked) -> Iterator[str]:
    counted = Counter(each.name for each in soaked.at_end)
    if counted[STACK] != 1:
        yield f"{counted[STACK]} processes are of no function"
    functions = counted.total() - counted[STACK]
    if soaked.folders > functions:
        yield f"{soaked.folders} folders of {functions} function processes are there"
    for name, count in counted.items():
        if count > MOST_PROCESSES:
            yield f"{count} processes of {name} are there"


def _grown(soaked: Soaked) -> Iterator[str]:
    warm = {each.pid: each for each in soaked.warm.running}
    for now in (each for each in soaked.at_end if each.pid in warm):
        then = warm[now.pid]
        more_mb = FUNCTION_GROWTH * then.memory_mb + FUNCTION_GROWTH_MB
        more_mb += GROWTH_MB_A_S.get(now.name, 0.0) * soaked.seconds
        if now.memory_mb > then.memory_mb + more_mb:
            yield f"{now.name} grew from {then.memory_mb:.0f} to {now.memory_mb:.0f} MB"
        if now.files > then.files + MORE_FILES.get(now.name, MORE_FILES_OF_A_FUNCTION):
            yield f"{now.name} holds {now.files} open files, and held {then.files}"
