"""The part `load`: the local stack under load, and the lookup at each memory size."""

import json
import signal
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench_load.advice import Stages
from bench_load.cpu_quota import NoQuotaError
from bench_load.memory_sizes import MIB, MILLION, MemorySize, figures_of
from bench_load.memory_sweep import sweep
from bench_load.page import section_of
from bench_load.stack_load import Load, load_stack, missing_programs
from bench_lookup.lookup_world import CANDIDATES
from bench_lookup.measuring import make_world
from bench_report import Goal, PartReport, Row, count
from bench_runtime import make_runtime
from bench_sides import OASIS, ROOT, Side

from oasis.costs.prices import LIST_PRICES

CACHE = ROOT / ".cache"
PLOT = ROOT / "docs" / "images" / "bench_load.png"
LEAST_MEMORY_MB = 128  # that Lambda gives


@dataclass(frozen=True)
class Size:
    """How much is measured: of the load run and of the sweep."""

    listeners: int
    seconds: int  # of each of wrk's runs
    rounds: int
    busy: int  # lookups a round and memory size, one after another
    alone: int  # and with pauses between them
    campaigns: int = 20_000


SIZES = {"small": Size(100, 3, 2, 60, 15), "full": Size(300, 20, 10, 300, 60)}


def measure_load(size_name: str) -> PartReport:
    """Measure everything that this host lets measure, and return the rows with their section."""
    signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # whatever runs is ended, as by Ctrl-C
    size = SIZES[size_name]
    make_runtime()
    stages: Stages = json.loads(Side("stages", OASIS, "bench_load.stages_side").run())
    CACHE.mkdir(exist_ok=True)
    without_load = missing_programs()
    loads: Sequence[Load] = ()
    if not without_load:
        _tell("the local stack under load")
        loads = load_stack(CACHE, size.listeners, size.seconds)
    sizes: Mapping[int, MemorySize] = {}
    without_sweep = ""
    try:
        _tell("the lookup at each memory size")
        sizes = _swept(size)
        _draw(sizes, stages)
    except NoQuotaError as error:
        without_sweep = f"The sweep over memory sizes was left out: {error}."
    rows = (*_load_rows(loads), *_sweep_rows(sizes, stages, size.campaigns))
    section = section_of(
        rows,
        loads,
        sizes,
        stages,
        left_out=[why for why in (without_load, without_sweep) if why],
        option="" if size_name == "full" else f" SIZE={size_name}",
        size=size,
    )
    print(f"\n{section}")
    return PartReport(rows, section)


def _swept(size: Size) -> Mapping[int, MemorySize]:
    with TemporaryDirectory(dir=CACHE) as name:
        folder = Path(name)
        make_world(folder, size.campaigns, CANDIDATES)
        taken = sweep(folder, size.rounds, size.busy, size.alone)
    return {memory_mb: figures_of(memory_mb, each) for memory_mb, each in taken.items()}


def _draw(sizes: Mapping[int, MemorySize], stages: Stages) -> None:
    drawn = {
        "sizes": [
            {**asdict(size), "dollars": size.dollars, "ready_dollars": size.ready_dollars}
            for size in sizes.values()
        ],
        "requests": LIST_PRICES.tariffs["lambda_requests"].dollars(MILLION),
        "stages": {name: stage["memory_mb"] for name, stage in stages.items()},
    }
    Side("the plot", OASIS, "bench_load.sweep_plot", (str(PLOT), json.dumps(drawn))).run()


def _load_rows(loads: Sequence[Load]) -> list[Row]:
    if not loads:
        return []
    requests = sum(load.requests for load in loads)
    fastest = max((load for load in loads if load.what == "lookup"), key=lambda load: load.rate)
    return [
        Row(
            "load: errors, timeouts and answers that are not whole",
            Goal(0, 0, count, is_exact=True),
            sum(load.errors for load in loads),
            f"of {requests:,} requests; the local stack, {fastest.rate:,.0f} lookups a second",
        )
    ]


def _sweep_rows(sizes: Mapping[int, MemorySize], stages: Stages, campaigns: int) -> list[Row]:
    if not sizes:
        return []
    smallest_mb = min(stage["memory_mb"] for stage in stages.values())
    goal = Goal(smallest_mb * MIB, LEAST_MEMORY_MB * MIB, lambda b: f"{b / MIB:.0f} MB")
    return [
        Row(
            f"the lookup's peak memory, {campaigns:,} campaigns, two plans at once",
            goal,
            max(size.peak_mb for size in sizes.values()) * MIB,
            "what the smallest stage gives, and the least that Lambda has",
        )
    ]


def _tell(what: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {what}", flush=True)
