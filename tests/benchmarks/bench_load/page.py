"""The section of the page: what was loaded, what each memory size took, and what follows."""

import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from platform import python_version
from typing import TYPE_CHECKING

from bench_load.advice import Stages, advice_on
from bench_load.cpu_quota import CPU_MEMORY_MB, PERIOD_US
from bench_load.memory_sizes import MemorySize
from bench_load.memory_sweep import STORES_DELAY_MS
from bench_load.stack_load import TIMEOUT_S, Load
from bench_lookup.lookup_world import CANDIDATES, ROW_TRACKS
from bench_peers import version_of
from bench_report import Row, markdown_table
from bench_runtime import LOCK as RUNTIME_LOCK

from oasis.costs.meters import AS_OF, REGION

if TYPE_CHECKING:
    from bench_load.part import Size

OPENING = """## Load, on the local stack

`make bench PART=load{option}`, {date}. Python {python}.
{left_out}
{table}
"""
LOAD = """### wrk against the local stack

{wrk}, ministack {ministack}: {listeners} listeners, {candidates} candidates a question, {seconds} s
a line after a few that do not count.

{table}

- **These are the local stack's figures, not those of Oasis on AWS**: a Python emulator that starts
  functions on this host, checks each signature, speaks https, and keeps the tables in its memory.
  What they show is that nothing fails under it.
- **instant** is a function behind the same API, with the same requests, that answers at once: the
  stack's own ceiling in the same run.
- **Errors** are answers other than 2xx or without a single result, broken connections, timeouts of
  {timeout} s, which is the lookup's own, and all of a run in which nobody was answered.
- Each connection asks again as soon as it is answered; environments that were started stay.
"""
SWEEP = """### The lookup's memory size

Its bundle under Lambda's runtime client (awslambdaric {ric}) on this host, {rounds} environments a
size, {busy} lookups one after another and {alone} alone in each. Milliseconds of wall time.

{table}

![Times and dollars of the lookup against its memory](images/bench_load.png)

{advice}

- **CPU** is given as Lambda gives it: {cpu_mb:,} MB are one CPU, others a part of it or more, by a
  control group whose quota begins anew every {period} ms. AWS documents the former; the latter was
  observed from outside and is no promise (github.com/pwrdrvr/lambda-throttling).
- **Cold start** is from the process's start until it asks for its first event, under the quota.
  Lambda has been seen to start environments on demand with more than their part ("Lambda Cold
  Starts and Bootstrap Code", 2022); then the line of {cpu_mb:,} MB holds for all. Its fetching of
  the bundle and its virtual machine come before, and are not here.
- **First** is the first lookup, with a plan of {campaigns:,} campaigns loaded; **new plan** that
  which meets another later.
- **Alone** are lookups with pauses of more than a period; **busy** is one after another, as an
  environment at its peak; **stopped** is in how many periods the quota stopped it then.
- **Stores** are a stub on 127.0.0.1, without TLS, that answers after {delay:g} ms, as DynamoDB
  does, in S3's place too; a row of {row} tracks, {candidates} candidates. The tracer is on, and one
  lookup in twenty is sampled.
- **Dollars** are Lambda's for the busy lookups, requests and whole milliseconds, at list prices of
  {region}, {as_of}; **standing** is what {provisioned} provisioned environments, those of `prod`,
  cost a month, used or not, before what lookups cost in them.
- A core of this host is not one of Lambda's (arm64), and Python here is {python}, there 3.13.
"""


def section_of(
    rows: Sequence[Row],
    loads: Sequence[Load],
    sizes: Mapping[int, MemorySize],
    stages: Stages,
    *,
    left_out: Sequence[str],
    option: str,
    size: "Size",
) -> str:
    """Return the section; what was left out is said in its place."""
    opening = OPENING.format(
        option=option,
        date=datetime.now(UTC).date(),
        python=python_version(),
        left_out="".join(f"\n{why}\n" for why in left_out),
        table=markdown_table(rows) if rows else "",
    )
    load = LOAD.format(
        wrk=_wrk_version() if loads else "",
        ministack=version("ministack"),
        listeners=size.listeners,
        candidates=CANDIDATES,
        seconds=size.seconds,
        table=_load_table(loads),
        timeout=TIMEOUT_S,
    )
    swept = SWEEP.format(
        ric=version_of("awslambdaric", RUNTIME_LOCK),
        rounds=size.rounds,
        busy=size.busy,
        alone=size.alone,
        table=_sweep_table(sizes, stages),
        advice=advice_on(sizes, stages) if sizes else "",
        cpu_mb=CPU_MEMORY_MB,
        period=PERIOD_US // 1000,
        delay=STORES_DELAY_MS,
        row=ROW_TRACKS,
        campaigns=size.campaigns,
        provisioned=stages["prod"]["provisioned"],
        candidates=CANDIDATES,
        region=REGION,
        as_of=AS_OF,
        python=python_version(),
    )
    return "\n".join([opening, *([load] if loads else []), *([swept] if sizes else [])])


def _load_table(loads: Sequence[Load]) -> str:
    heading = ("asked", "connections", "requests", "errors", "a second", "p50", "p90", "p99", "max")
    lines = [heading, ("---", *["---:"] * 8)]
    for load in loads:
        times = (load.p50_us, load.p90_us, load.p99_us, load.max_us)
        counts = (
            f"{load.connections}",
            f"{load.requests:,}",
            f"{load.errors}",
            f"{load.rate:,.0f}",
        )
        lines.append((load.what, *counts, *(f"{each / 1000:.1f} ms" for each in times)))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _sweep_table(sizes: Mapping[int, MemorySize], stages: Stages) -> str:
    heading = (
        "MB",
        "CPU",
        "cold start",
        "first",
        "new plan",
        "alone p50",
        "p99",
        "busy p50",
        "p99",
    )
    heading += ("stopped", "peak MB", "$ a million", "standing, $ a month")
    lines = [heading, ("---:",) * len(heading)]
    provisioned = stages["prod"]["provisioned"]
    for memory_mb, size in sizes.items():
        names = [name for name, stage in stages.items() if stage["memory_mb"] == memory_mb]
        times = (size.alone_p50, size.alone_p99, size.busy_p50, size.busy_p99)
        lines.append(
            (
                f"{memory_mb:,}{f' (`{names[0]}`)' if names else ''}",
                f"{memory_mb / CPU_MEMORY_MB:.2f}",
                *(f"{each:,.0f}" for each in (size.cold, size.first, size.new_plan)),
                *(f"{each:.1f}" for each in times),
                f"{size.stopped:.0%}",
                f"{size.peak_mb:.0f}",
                f"{size.dollars:.2f}",
                f"{size.standing_dollars(provisioned):,.0f}",
            )
        )
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _wrk_version() -> str:
    told = subprocess.run(["wrk", "--version"], capture_output=True, text=True).stdout
    return " ".join(told.split()[:2])
