"""The part `lookup`: every figure that a lookup must reach."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from platform import python_version
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench_lookup.lookup_world import CANDIDATES, PROMOTED, ROW_TRACKS
from bench_peers import version_of
from bench_report import (
    Goal,
    PartReport,
    Row,
    exponent,
    markdown_table,
    part_of_one,
    ratio,
)
from bench_sides import FOLDER, OASIS, PEERS, ROOT, Side, assert_same

from infra.sizes import measure
from oasis.costs.billing import strong_read_units

CACHE = ROOT / ".cache"
SIZES = {"small": (5, 100, 5), "full": (25, 400, 20)}  # rounds, lookups a round, rounds of Feast
CAMPAIGNS = 20_000
READERS = {"signed": "oasis", "botocore": "oasis", "resource": "models", "pynamodb": "models"}
GROWN_CANDIDATES, GROWN_CAMPAIGNS = (1, 10, 100, 1000), (10, 100, 1000, 10_000, 100_000)
SECTION = """## Lookup

`make bench PART=lookup{option}`, {date}. {rounds} interleaved rounds of {times} lookups, medians.
Python {python}; peers: Feast {feast}, FastAPI {fastapi} and Mangum {mangum}; boto3 and PynamoDB as
the product has them.

{table}

{others}

Growth: {growth}

- **Input**: a row of {row} tracks, {candidates} candidates of which about half are in it,
  {campaigns:,} campaigns of three tracks, {promoted:.0%} of the row's tracks promoted; the plan
  in memory.
- **A stub on 127.0.0.1** answers at once, out of memory; only the client's CPU counts.
- **Handler**: the function's own, event to response, with logger and metrics; `botocore` is the
  same handler with botocore as the sender. boto3's resource and PynamoDB read the same items and
  score them without a handler around.
- **Feast** reads an entity a (listener, candidate) by `online_read` and scores nothing.
- **Equal first**: all readers of the layout give the same scores of the same campaigns; Feast reads
  the relevance of exactly the candidates that the row has.
- **Init** is the CPU time of the imports and clients of a process that could answer, without the
  interpreter's own start; not run by Lambda's runtime client here.
- **Read units** follow from DynamoDB's rules for the items as they are; **round trips** are counted
  by the stub.
"""


def measure_lookup(size_name: str) -> PartReport:
    """Measure everything, and return the rows with their section."""
    rounds, times, of_feast = SIZES[size_name]
    with TemporaryDirectory(dir=CACHE) as name:
        folder = Path(name)
        _make(folder, CAMPAIGNS, CANDIDATES)
        tell("the handler by both senders, boto3's resource, PynamoDB, Feast")
        taken, requests = _interleaved(folder, rounds, times, of_feast)
        tell("starting")
        starts = _starts(rounds)
        tell("growth")
        growth, swap_s = _growth(folder)
    tell("bundling")
    signed, botocore, feast = (median(taken[n]) for n in ("signed", "botocore", "feast"))
    rows = (
        Row(
            "handler, CPU against the same layout read by botocore",
            Goal(0.5, 0.35, ratio),
            median(a / b for a, b in zip(taken["signed"], taken["botocore"], strict=True)),
            f"{1000 * signed:.2f} ms against {1000 * botocore:.2f}",
        ),
        Row(
            "handler, CPU against Feast, an entity a (listener, track)",
            Goal(1 / 20, 1 / 40, part_of_one),
            signed / feast,
            f"{1000 * signed:.2f} ms against {1000 * feast:.1f}",
        ),
        Row(
            "init, CPU against a bare boto3 client",
            Goal(0.55, 0.35, ratio),
            median(a / b for a, b in zip(starts["handler"], starts["boto3"], strict=True)),
            f"{1000 * median(starts['handler']):.0f} ms against "
            f"{1000 * median(starts['boto3']):.0f}; logger, metrics and tracer on",
        ),
        Row(
            "read units a lookup, one live row",
            Goal(2, 1.5, "{:g}".format, is_exact=True),
            _read_units(),
            f"an item a score: {CANDIDATES / 2:.0f}",
        ),
        Row("round trips to DynamoDB a lookup", Goal(1, 1, "{:g}".format, is_exact=True), requests),
        _bundle(),
    )
    others = "CPU a lookup, ms: " + ", ".join(
        f"{name} {1000 * median(times_taken):.2f}" for name, times_taken in taken.items()
    )
    others += "; init, ms: " + ", ".join(
        f"{name} {1000 * median(seconds):.0f}" for name, seconds in starts.items()
    )
    others += f". A new plan of {CAMPAIGNS:,} campaigns costs the lookup that meets it "
    others += f"{1000 * swap_s:.0f} ms of CPU beside reading it."
    print(f"\n{growth}\n{others}")
    section = SECTION.format(
        option="" if size_name == "full" else f" SIZE={size_name}",
        date=datetime.now(UTC).date(),
        rounds=rounds,
        times=times,
        python=python_version(),
        **{name: version_of(name) for name in ("feast", "fastapi", "mangum")},
        table=markdown_table(rows),
        others=others,
        growth=growth,
        row=ROW_TRACKS,
        candidates=CANDIDATES,
        campaigns=CAMPAIGNS,
        promoted=PROMOTED,
    )
    return PartReport(rows, section)


def _make(folder: Path, campaigns: int, candidates: int) -> None:
    told = (str(folder), str(campaigns), str(candidates))
    Side("a world", OASIS, "bench_lookup.lookup_world", told).run()


@contextmanager
def _stub(folder: Path) -> Iterator[tuple[str, list[dict[str, int]]]]:
    """Run a stub that has the items of a world; what it counted is there once it has ended."""
    command = [sys.executable, "-m", "bench_lookup.lookup_stub", str(folder / "plan.msgpack")]
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


def _interleaved(
    folder: Path, rounds: int, times: int, of_feast: int
) -> tuple[dict[str, list[float]], float]:
    """Return CPU seconds a lookup of each side by round, and round trips a lookup."""
    taken: dict[str, list[float]] = {}
    answers: dict[str, str] = {}
    with _stub(folder) as (endpoint, _):
        told = (str(folder), endpoint)
        sides = {
            name: Side(name, OASIS, f"bench_lookup.lookup_by_{module}", (*told, name))
            for name, module in READERS.items()
        }
        names = list(sides)
        for turn in range(rounds):
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                found = json.loads(sides[name].told(str(times)).run())
                taken.setdefault(name, []).append(found["cpu_s"])
                answers[name] = json.dumps(found["scores"])
            assert_same("scores of a lookup", answers)
        feast = Side("Feast", PEERS, "bench_lookup.lookup_by_feast", (*told, str(of_feast)))
        for _ in range(max(3, rounds // 5)):
            taken.setdefault("feast", []).append(json.loads(feast.run())["cpu_s"])
    with _stub(folder) as (endpoint, counted):
        side = Side("counted", OASIS, "bench_lookup.lookup_by_oasis", (str(folder), endpoint))
        side.told("signed", "80").run()
    return taken, counted[0]["BatchGetItem"] / 100  # 20 of them before the clock ran


def _starts(rounds: int) -> dict[str, list[float]]:
    names = ("handler", "boto3", "resolver", "validating_resolver", "fastapi")
    taken: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds + 1):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            python = PEERS if name == "fastapi" else OASIS
            found = json.loads(Side(name, python, "bench_lookup.init_cost", (name,)).run())
            if turn:  # the first writes what later ones read compiled
                taken[name].append(found["cpu_s"])
    return taken


def _growth(folder: Path) -> tuple[str, float]:
    by_candidates, by_campaigns, swaps = [], [], []
    for candidates in GROWN_CANDIDATES:
        _make(folder, 1000, candidates)
        by_candidates.append(_own_work(folder)["cpu_s"])
    for campaigns in GROWN_CAMPAIGNS:
        _make(folder, campaigns, CANDIDATES)
        found = _own_work(folder)
        by_campaigns.append(found["cpu_s"])
        swaps.append(found["swap_s"])
    _make(folder, CAMPAIGNS, CANDIDATES)
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


def _read_units() -> float:
    """Return the units of one row, read eventually, and of the pointer, read strongly."""
    row_bytes = 16 + 8 * ROW_TRACKS + 200
    return 0.5 * strong_read_units(row_bytes) + strong_read_units(300)


def _bundle() -> Row:
    assembly = CACHE / "bench-assembly"
    command = [sys.executable, "-m", "infra.app", "--context", "stage=dev", "--out", str(assembly)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    (bundle,) = (b for b in measure(assembly).bundles if b.function == "lookup_scores")
    return Row("unzipped bundle", Goal(12e6, 8e6, lambda b: f"{b / 1e6:.1f} MB"), bundle.unzipped)


def tell(what: str) -> None:
    """Say what is measured next."""
    print(f"{datetime.now(UTC):%H:%M:%S} {what}", flush=True)
