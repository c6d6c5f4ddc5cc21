"""The part `lookup`: every figure that a lookup must reach."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from platform import python_version
from statistics import median
from tempfile import TemporaryDirectory

from bench_lookup.lookup_world import CANDIDATES, PROMOTED, ROW_TRACKS
from bench_lookup.measuring import growth, interleaved, make_world, starts
from bench_peers import version_of
from bench_report import (
    Goal,
    PartReport,
    Row,
    markdown_table,
    part_of_one,
    ratio,
)
from bench_sides import ROOT

from infra.sizes import measure
from oasis.costs.billing import strong_read_units

CACHE = ROOT / ".cache"
SIZES = {"small": (5, 100, 5), "full": (25, 400, 20)}  # rounds, lookups a round, of them Feast's
CAMPAIGNS = 20_000
SECTION = """## Lookup

`make bench PART=lookup{option}`, {date}. {rounds} interleaved rounds of {times} lookups, and of
{of_feast} of Feast; medians.
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
        make_world(folder, CAMPAIGNS, CANDIDATES)
        tell("the handler by both senders, boto3's resource, PynamoDB, Feast")
        taken, requests = interleaved(folder, rounds, times, of_feast)
        tell("starting")
        started = starts(rounds)
        tell("growth")
        grown, swap_s = growth(folder, CAMPAIGNS)
    tell("bundling")
    signed, botocore, feast = (median(taken[n]) for n in ("signed", "botocore", "feast"))
    rows = (
        Row(
            "handler, CPU against the same layout read by botocore",
            Goal(0.5, 0.35, ratio),
            _median_ratio(taken, "signed", "botocore"),
            f"{1000 * signed:.2f} ms against {1000 * botocore:.2f}",
        ),
        Row(
            "handler, CPU against Feast, an entity a (listener, track)",
            Goal(1 / 20, 1 / 40, part_of_one),
            _median_ratio(taken, "signed", "feast"),
            f"{1000 * signed:.2f} ms against {1000 * feast:.1f}",
        ),
        Row(
            "init, CPU against a bare boto3 client",
            Goal(0.55, 0.35, ratio),
            _median_ratio(started, "handler", "boto3"),
            f"{1000 * median(started['handler']):.0f} ms against "
            f"{1000 * median(started['boto3']):.0f}; logger, metrics and tracer on",
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
        f"{name} {1000 * median(seconds):.0f}" for name, seconds in started.items()
    )
    others += f". A new plan of {CAMPAIGNS:,} campaigns costs the lookup that meets it "
    others += f"{1000 * swap_s:.0f} ms of CPU beside reading it."
    print(f"\n{grown}\n{others}")
    section = SECTION.format(
        option="" if size_name == "full" else f" SIZE={size_name}",
        date=datetime.now(UTC).date(),
        rounds=rounds,
        times=times,
        of_feast=of_feast,
        python=python_version(),
        **{name: version_of(name) for name in ("feast", "fastapi", "mangum")},
        table=markdown_table(rows),
        others=others,
        growth=grown,
        row=ROW_TRACKS,
        candidates=CANDIDATES,
        campaigns=CAMPAIGNS,
        promoted=PROMOTED,
    )
    return PartReport(rows, section)


def _median_ratio(taken: dict[str, list[float]], ours: str, theirs: str) -> float:
    return median(a / b for a, b in zip(taken[ours], taken[theirs], strict=True))


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
