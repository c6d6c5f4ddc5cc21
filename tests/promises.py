"""Pytest plugin: what tests show of the promises, as one table with ``--promises``.

A test says what it shows by ``@pytest.mark.promise("R2")``, a module by ``pytestmark``; the
closest mark counts. It is one run, or as many as it counts with the fixture ``runs``. A test with
the fixture ``mutant`` shows instead that a seeded fault is found, or as many as it counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

PROMISES = {
    "R1": "events twice, late or in any order end alike",
    "R2": "killed at any call, a retry ends identical",
    "R3": "faulty calls lose nothing and double nothing",
    "R4": "one response, one plan, and never half of it",
    "R5": "older work never replaces newer",
    "R6": "a failed solve leaves the last good plan served",
    "R7": "every judgement ends in one receipt",
    "R8": "a lost notification is found",
    "R9": "no input makes the API answer 5xx",
    "R10": "rights granted are rights used",
    "R11": "the template is safe",
    "R12": "everybody reaches only what is theirs",
    "R13": "listener ids stand nowhere else",
    "R14": "it bears its load",
    "R15": "rebuilding gives the same tables",
}


@dataclass(frozen=True)
class Shown:
    """What tests showed of one promise."""

    runs: int = 0
    violations: int = 0
    seconds: float = 0.0
    killed: int = 0
    seeded: int = 0

    def __add__(self, other: "Shown") -> "Shown":
        """Return what both showed."""
        return Shown(
            self.runs + other.runs,
            self.violations + other.violations,
            self.seconds + other.seconds,
            self.killed + other.killed,
            self.seeded + other.seeded,
        )


@dataclass
class Count:
    """How many runs or mutants one test had so far."""

    many: int = 0

    def add(self, many: int = 1) -> None:
        """Count more of them."""
        self.many += many


RUNS, MUTANTS = pytest.StashKey[Count](), pytest.StashKey[Count]()
FAILED = pytest.StashKey[bool]()
SHOWN = pytest.StashKey[dict[str, Shown]]()


@pytest.fixture
def runs(request: pytest.FixtureRequest) -> Count:
    """Return the count of this test's runs: a test that asks for it counts them itself."""
    return request.node.stash.setdefault(RUNS, Count())


@pytest.fixture
def mutant(request: pytest.FixtureRequest) -> Count:
    """Return the count of this test's mutants, each added before it is judged; none means one."""
    return request.node.stash.setdefault(MUTANTS, Count())


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--promises", action="store_true", help="print what was shown of promises")


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark."""
    config.addinivalue_line("markers", "promise(*ids): what the test shows, such as R2")
    config.stash[SHOWN] = {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a mark that names no promise."""
    for item in items:
        mark = item.get_closest_marker("promise")
        if mark and not (mark.args and PROMISES.keys() >= set(mark.args)):
            raise pytest.UsageError(
                f"{item.nodeid} is marked with the promises {mark.args}; tests/promises.py has "
                f"{', '.join(PROMISES)}. Name one of those, as text."
            )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Add what one phase of a test showed; its last phase says whether all went well."""
    report = yield
    mark = item.get_closest_marker("promise")
    if mark is not None:
        has_failed = item.stash.get(FAILED, False) or report.failed
        item.stash[FAILED] = has_failed
        showed = Shown(seconds=report.duration)
        if report.when == "call" and not report.skipped:
            showed = replace(_counted(item, has_failed), seconds=report.duration)
        elif report.failed:
            showed = replace(showed, violations=1)
        shown = item.config.stash[SHOWN]
        for promise in mark.args:
            shown[promise] = shown.get(promise, Shown()) + showed
    return report


def _counted(item: pytest.Item, has_failed: bool) -> Shown:
    """Return what the body of a test showed; it ended at the run or mutant that failed."""
    if MUTANTS in item.stash:
        seeded = max(item.stash[MUTANTS].many, 1)
        return Shown(killed=seeded - has_failed, seeded=seeded)
    counted = item.stash.get(RUNS, None)
    return Shown(runs=1 if counted is None else counted.many, violations=int(has_failed))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table, and which promises nothing was shown of."""
    config = terminalreporter.config
    if not config.getoption("promises"):
        return
    shown = config.stash[SHOWN]
    terminalreporter.section("promises")
    line = "{:<4} {:<50} {:>7} {:>10} {:>8} {:>8}"
    heads = ("", "promise", "runs", "violations", "seconds", "mutants")
    terminalreporter.write_line(line.format(*heads))
    for promise in (each for each in PROMISES if each in shown):
        of = shown[promise]
        figures = (of.runs, of.violations, f"{of.seconds:.1f}", f"{of.killed}/{of.seeded}")
        terminalreporter.write_line(line.format(promise, PROMISES[promise], *figures))
    if missing := [each for each in PROMISES if each not in shown]:
        terminalreporter.write_line(f"No test ran that shows {', '.join(missing)}.")
