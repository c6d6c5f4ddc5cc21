"""The part `lookup`: every figure that a lookup must reach."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from platform import python_version
from tempfile import TemporaryDirectory

from bench_lookup.lookup_world import CANDIDATES, PROMOTED, ROW_TRACKS, TRACKS_OF_CAMPAIGN
from bench_lookup.measuring import growth, interleaved, make_world, profile, starts
from bench_lookup.section import SECTION, in_words, others
from bench_peers import version_of
from bench_report import Goal, PartReport, Row, markdown_table, part_of_one, ratio
from bench_runtime import LOCK as RUNTIME_LOCK
from bench_runtime import make_runtime
from bench_sides import OASIS, ROOT, Side

from infra.sizes import measure
from oasis.costs.billing import strong_read_units

CACHE = ROOT / ".cache"
PICTURE = ROOT / "docs" / "images" / "bench_lookup.png"
# Rounds, lookups a round, of them Feast's; lookups that are profiled.
SIZES = {"small": (5, 100, 5, 4_000), "full": (25, 400, 20, 40_000)}
CAMPAIGNS = 20_000
INIT = Goal(0.55, 0.35, ratio)


def measure_lookup(size_name: str) -> PartReport:
    """Measure everything, and return the rows with their section."""
    rounds, times, of_feast, profiled = SIZES[size_name]
    make_runtime()
    with TemporaryDirectory(dir=CACHE) as name:
        folder = Path(name)
        make_world(folder, CAMPAIGNS, CANDIDATES)
        tell("the handler by both senders, the resolver, boto3's resource, PynamoDB, Feast")
        warm, first, requests = interleaved(folder, rounds, times, of_feast)
        tell("starting")
        started = starts(folder, rounds)
        tell("profiling")
        told = profile(folder, profiled)
        tell("growth")
        grown, swap_s = growth(folder, CAMPAIGNS)
    tell("bundling")
    Side("picture", OASIS, "bench_lookup.flame", (str(PICTURE), json.dumps(told))).run()
    rows = (
        Row(
            "handler, CPU against the same layout read by botocore",
            Goal(0.5, 0.35, ratio),
            warm.ratio("signed", "botocore"),
            f"{warm.ms('signed'):.2f} ms against {warm.ms('botocore'):.2f}",
        ),
        Row(
            "handler, CPU against Feast, an entity a (listener, track)",
            Goal(1 / 20, 1 / 40, part_of_one),
            warm.ratio("signed", "feast"),
            f"{warm.ms('signed'):.2f} ms against {warm.ms('feast'):.1f}",
        ),
        Row(
            "init, CPU against a bare boto3 client",
            INIT,
            started.ratio("handler", "boto3", without="empty"),
            f"{started.ms('handler'):.0f} ms against {started.ms('boto3'):.0f}, less the "
            f"{started.ms('empty'):.0f} of an empty function; logger, metrics and tracer on",
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
    beside = others(warm, first, started, INIT.must)
    beside += f"\n\nA new plan of {CAMPAIGNS:,} campaigns costs the lookup that meets it "
    beside += f"{1000 * swap_s:.0f} ms of CPU beside reading it."
    print(f"\n{grown}\n\n{beside}\n\n{in_words(told)}")
    section = SECTION.format(
        option="" if size_name == "full" else f" SIZE={size_name}",
        date=datetime.now(UTC).date(),
        rounds=rounds,
        times=times,
        of_feast=of_feast,
        python=python_version(),
        **{name: version_of(name) for name in ("feast", "fastapi", "mangum")},
        awslambdaric=version_of("awslambdaric", RUNTIME_LOCK),
        table=markdown_table(rows),
        others=beside,
        growth=grown,
        profile=in_words(told),
        row=ROW_TRACKS,
        candidates=CANDIDATES,
        campaigns=CAMPAIGNS,
        tracks=TRACKS_OF_CAMPAIGN,
        promoted=PROMOTED,
    )
    return PartReport(rows, section)


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
