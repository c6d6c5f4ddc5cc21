"""What a lookup takes: the sides in interleaved rounds, what starts, and how it grows."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench_lookup.lookup_world import CANDIDATES
from bench_report import exponent
from bench_sides import FOLDER, OASIS, PEERS, Side, assert_same

READERS = {
    "signed": ("lookup_by_oasis", "signed"),
    "botocore": ("lookup_by_oasis", "botocore"),
    "validating_resolver": ("lookup_by_resolver",),
    "resource": ("lookup_by_models", "resource"),
    "pynamodb": ("lookup_by_models", "pynamodb"),
    "in Lambda": ("invoked", "handler"),
    "in Lambda, empty": ("invoked", "empty"),
}
FEAST = {"feast": "score", "feast, packed": "row"}
STARTED = ("empty", "handler", "boto3", "resolver", "validating_resolver", "fastapi")
NOWHERE = "http://127.0.0.1:9"
GROWN_CANDIDATES, GROWN_CAMPAIGNS = (1, 10, 100, 1000), (10, 100, 1000, 10_000, 100_000)


def make_world(folder: Path, campaigns: int, candidates: int) -> None:
    """Write a row, a plan and a question."""
    told = (str(folder), str(campaigns), str(candidates))
    Side("a world", OASIS, "bench_lookup.lookup_world", told).run()


@contextmanager
def stub(folder: Path, delay_ms: float = 0.0) -> Iterator[tuple[str, list[dict[str, int]]]]:
    """Run a stub that has the items of a world; what it counted is there once it has ended."""
    command = [sys.executable, "-m", "bench_lookup.lookup_stub", str(folder / "plan.msgpack")]
    command.append(str(delay_ms))
    counted: list[dict[str, int]] = []
    with subprocess.Popen(command, cwd=FOLDER, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        endpoint = f"http://127.0.0.1:{process.stdout.readline().strip()}"
        try:
            Side("items", OASIS, "bench_lookup.put_items", (str(folder), endpoint)).run()
            yield endpoint, counted
        finally:
            process.terminate()
            counted.append(json.loads(process.stdout.read()))


@dataclass
class Taken:
    """CPU seconds by side, a figure a round."""

    seconds: dict[str, list[float]] = field(default_factory=dict)

    def add(self, side: str, seconds: float) -> None:
        """Add what a side took in a round."""
        self.seconds.setdefault(side, []).append(seconds)

    def ms(self, side: str) -> float:
        """Return the median of a side, in milliseconds."""
        return 1000 * median(self.seconds[side])

    def ratio(self, ours: str, theirs: str, *, without: str = "") -> float:
        """Return the median of the rounds' ratios, what one more side took taken off both."""
        off = self.seconds[without] if without else [0.0] * len(self.seconds[ours])
        rounds = zip(self.seconds[ours], self.seconds[theirs], off, strict=True)
        return median((a - c) / (b - c) for a, b, c in rounds)


def interleaved(folder: Path, rounds: int, times: int, of_feast: int) -> tuple[Taken, Taken, float]:
    """Return what a lookup takes, what the first of a process takes, and round trips a lookup."""
    warm, first = Taken(), Taken()
    answers: dict[str, str] = {}
    with stub(folder) as (endpoint, _):
        told = (str(folder), endpoint)
        sides = {
            name: Side(name, OASIS, f"bench_lookup.{module}", (*told, *more))
            for name, (module, *more) in READERS.items()
        }
        for name, layout in FEAST.items():
            more = (*told, layout)
            sides[name] = Side(name, PEERS, "bench_lookup.lookup_by_feast", more)
        for turn in range(rounds):
            for name in _turned(list(sides), turn):
                many = of_feast if name in FEAST else times
                found = json.loads(sides[name].told(str(many)).run())
                warm.add(name, found["cpu_s"])
                if "first_s" in found:
                    first.add(name, found["first_s"])
                if "scores" in found:
                    answers[name] = json.dumps(found["scores"])
            assert_same("scores of a lookup", answers)
    with stub(folder) as (endpoint, counted):
        side = Side("counted", OASIS, "bench_lookup.lookup_by_oasis", (str(folder), endpoint))
        side.told("signed", "80").run()
    return warm, first, counted[0]["BatchGetItem"] / 100  # 20 of them before the clock ran


def starts(folder: Path, rounds: int) -> Taken:
    """Return what each kind of function takes until it waits for its first event."""
    taken = Taken({name: [] for name in STARTED})
    for turn in range(rounds + 1):
        for name in _turned(list(STARTED), turn):
            told = (str(folder), NOWHERE, name, "0")
            found = json.loads(Side(name, OASIS, "bench_lookup.invoked", told).run())
            if turn:  # the first writes what later ones read compiled
                taken.add(name, found["init_s"])
    return taken


def profile(folder: Path, times: int) -> dict[str, Any]:
    """Return what `bench_lookup.profiled` tells of so many lookups."""
    with stub(folder) as (endpoint, _):
        side = Side("profile", OASIS, "bench_lookup.profiled", (str(folder), endpoint, str(times)))
        told: dict[str, Any] = json.loads(side.run())
        return told


def growth(folder: Path, at_campaigns: int) -> tuple[str, float]:
    """Return a sentence about how CPU grows, and what a new plan of so many campaigns takes."""
    by_candidates, by_campaigns, swaps = [], [], []
    for candidates in GROWN_CANDIDATES:
        make_world(folder, 1000, candidates)
        by_candidates.append(_own_work(folder)["cpu_s"])
    for campaigns in GROWN_CAMPAIGNS:
        make_world(folder, campaigns, CANDIDATES)
        found = _own_work(folder)
        by_campaigns.append(found["cpu_s"])
        swaps.append(found["swap_s"])
    make_world(folder, at_campaigns, CANDIDATES)
    swap_s = _own_work(folder)["swap_s"]
    sentence = (
        f"1 to 1,000 candidates: CPU ~ candidates^{exponent(GROWN_CANDIDATES, by_candidates):.2f} "
        f"({1000 * by_candidates[0]:.2f} to {1000 * by_candidates[-1]:.2f} ms); 10 to 100,000 "
        f"campaigns: CPU ~ campaigns^{exponent(GROWN_CAMPAIGNS, by_campaigns):.2f} "
        f"({1000 * by_campaigns[0]:.2f} to {1000 * by_campaigns[-1]:.2f} ms), a new plan "
        f"~ campaigns^{exponent(GROWN_CAMPAIGNS, swaps):.2f} ({1000 * swaps[-1]:.0f} ms)."
    )
    return sentence, swap_s


def _own_work(folder: Path) -> dict[str, Any]:
    told = (str(folder), "100")
    found: dict[str, Any] = json.loads(
        Side("own work", OASIS, "bench_lookup.lookup_growth", told).run()
    )
    return found


def _turned(names: list[str], turn: int) -> list[str]:
    """Return names in another order each turn."""
    return names[turn % len(names) :] + names[: turn % len(names)]
