"""The part `allocation`: every figure that the solver must reach."""

import json
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from tempfile import TemporaryDirectory

from bench_allocation.comparing import compare_with_peers
from bench_allocation.real import measure_real
from bench_allocation.scaling import (
    growth_sentence,
    measure_building,
    measure_large,
    measure_warm,
)
from bench_allocation.sizes import SIZES, Size
from bench_allocation.solving import Instances, described
from bench_peers import version_of
from bench_report import PartReport, Row, markdown_table
from bench_sides import OASIS, ROOT, Side

PLOT = ROOT / "docs" / "images" / "bench_allocation.png"
SECTION = """## Allocation

`make bench PART=allocation{option}`, {date}. Python {python}, numpy {numpy}, one thread, CPU time;
peers: highspy {highs}, OR-tools {ortools}. Seeds {seeds}; Oasis {rounds} rounds a seed, peers once.
{caution}
{table}

{others}

Growth: {growth}

![Gap against CPU time for each solver, and CPU time against edges](images/bench_allocation.png)

- **Input**: the generator in `tests/markets.py`. {instances}.
  {given}.
- **Equal first**: the optimum that HiGHS or GLOP finds lies between what Oasis allocates and what
  its certificate proves to be the most; PDLP's value lies there within its own tolerance.
- **A pass** is one exact dual pass over the same edges in the same process: v - q[c] of every edge,
  each row filled by its best, the sum over rows in float64 (`certified_bound`).
- **primal** is the solver's own figure, after repair; **served** is of prices, throttles and width
  exactly as a plan stores them. Violations are found apart, by bisection on the original arrays.
- **One campaign**: its cap cut by 30 %, of campaigns that their cap holds; a price of its own on
  its own rows, and where that leaves too large a gap, a warm start after it.
- **From Parquet**: packed rows of 100 scores, every track promoted, read by row groups from a disk
  in S3's place, matched with campaigns, solved to a gap of a quarter of policy's.
- **Memory** is the highest resident size of the process, interpreter and instance included.
"""


def measure_allocation(size_name: str) -> PartReport:
    """Measure everything, draw the plot, and return the rows with their section."""
    size = SIZES[size_name]
    with TemporaryDirectory(dir=ROOT / ".cache") as folder:
        instances = Instances(Path(folder))
        rows, curves, others = compare_with_peers(instances, size)
        rows += measure_warm(instances, size)
        passes, grown = measure_large(instances, size)
        real, given = measure_real(instances, size)
        rows += passes + measure_building(instances, size) + real
    growth = growth_sentence(grown)
    told = (str(PLOT), json.dumps({"curves": curves, "growth": grown}))
    Side("the plot", OASIS, "bench_allocation.gap_plot", told).run()
    print(f"\n{growth}")
    return PartReport(tuple(rows), _section(size, rows, growth, others, given))


def _section(size: Size, rows: list[Row], growth: str, others: str, given: str) -> str:
    is_full = size.name == "full"
    caution = "" if is_full else f"**A small run: {size.compared} stands where the goals say M.**\n"
    names = dict.fromkeys((*size.growth, size.compared))
    return SECTION.format(
        option="" if is_full else f" SIZE={size.name}",
        date=datetime.now(UTC).date(),
        python=python_version(),
        numpy=version("numpy"),
        highs=version_of("highspy"),
        ortools=version_of("ortools"),
        seeds=", ".join(map(str, size.seeds)),
        rounds=size.rounds,
        caution=caution,
        table=markdown_table(tuple(rows)),
        others=others,
        growth=growth,
        instances="; ".join(described(name) for name in names),
        given=given,
    )
