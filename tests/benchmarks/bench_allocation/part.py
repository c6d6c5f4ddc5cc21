"""The part `allocation`: every figure that the solver must reach."""

import json
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from statistics import median
from tempfile import TemporaryDirectory

from bench_allocation.sizes import SIZES, Size
from bench_allocation.solving import Instances, Solved, assert_same_optimum, described
from bench_peers import version_of
from bench_report import (
    Goal,
    PartReport,
    Row,
    exponent,
    markdown_table,
    megabytes,
    part_of_one,
    share,
)
from bench_sides import OASIS, ROOT, Side

PLOT = ROOT / "docs" / "images" / "bench_allocation.png"
NONE = Goal(0, 0, "{:g}".format, is_exact=True)
SERVED = Goal(1e-3, 3e-4, "{:.1e}".format)
PASSES = Goal(60, 25, "{:.1f}".format)
PEAKS = {"L": Goal(1.5e9, 0.8e9, megabytes), "XL": Goal(4e9, 3e9, megabytes)}
SHARDS = 4
SECTION = """## Allocation

`make bench PART=allocation{option}`, {date}. Python {python}, numpy {numpy}, one thread, CPU time;
peers: highspy {highs}, OR-tools {ortools}. Seeds {seeds}; Oasis {rounds} rounds a seed, peers once.
{caution}
{table}

{others}

Growth: {growth}

![Gap against CPU time for each solver, and CPU time against edges](images/bench_allocation.png)

- **Input**: the generator in `tests/markets.py`. {instances}.
- **Equal first**: the optimum that HiGHS or GLOP finds lies between what Oasis allocates and what
  its certificate proves to be the most; PDLP's value lies there within its own tolerance.
- **A pass** is one exact dual pass over the same edges in the same process: v - q[c] of every edge,
  each row filled by its best, the sum over rows in float64 (`certified_bound`).
- **primal** is the solver's own figure, after repair; **served** is of prices, throttles and width
  exactly as a plan stores them. Violations are found apart, by bisection on the original arrays.
- **One campaign**: its cap cut by 30 %, of campaigns that their cap holds; a price of its own on
  its own rows, and where that leaves too large a gap, a warm start after it.
- **Memory** is the highest resident size of the process, interpreter and instance included.
"""


def measure_allocation(size_name: str) -> PartReport:
    """Measure everything, draw the plot, and return the rows with their section."""
    size = SIZES[size_name]
    with TemporaryDirectory(dir=ROOT / ".cache") as folder:
        instances = Instances(Path(folder))
        rows, curves, others = _against_peers(instances, size)
        rows += _warm(instances, size)
        passes, grown = _large(instances, size)
        rows += passes
    growth = _growth(grown)
    told = (str(PLOT), json.dumps({"curves": curves, "growth": grown}))
    Side("the plot", OASIS, "bench_allocation.gap_plot", told).run()
    print(f"\n{growth}")
    return PartReport(tuple(rows), _section(size, rows, growth, others))


def _against_peers(
    instances: Instances, size: Size
) -> tuple[list[Row], dict[str, list[list[float]]], str]:
    """Compare with general solvers; return rows, gap over time for each, and what else was seen."""
    compared, curves = size.compared, {}
    small, wide, fine, exact, first_order = [], [], [], [], []
    for seed in size.seeds:
        _tell(f"CI, seed {seed}: Oasis and HiGHS simplex")
        oasis = instances.by_oasis("CI", seed, 1e-3, size.rounds)
        simplex = instances.by_peer("HiGHS simplex", "CI", seed)
        assert_same_optimum("CI", oasis, "HiGHS simplex", simplex, 0)
        small.append((oasis, simplex))
        _tell(f"{compared}, seed {seed}: Oasis, HiGHS simplex, PDLP")
        for gap, kept in ((5e-4, wide), (2e-4, fine)):
            kept.append(instances.by_oasis(compared, seed, gap, size.rounds))
        exact.append(instances.by_peer("HiGHS simplex", compared, seed))
        first_order.append(instances.by_peer("PDLP", compared, seed, 1e-4))
        assert_same_optimum(compared, wide[-1], "HiGHS simplex", exact[-1], 0)
        assert_same_optimum(compared, fine[-1], "HiGHS simplex", exact[-1], 0)
        assert_same_optimum(compared, wide[-1], "PDLP", first_order[-1], 1e-3)
    seen, curves = _others(instances, compared, size.seeds[0], wide[0], exact[0])
    rows = [
        _ratio("CI: gap ≤ 1e-3, CPU against HiGHS simplex", (20, 40), small),
        _ratio(
            f"{compared}: gap ≤ 5e-4, CPU against HiGHS simplex",
            (100, 200),
            list(zip(wide, exact, strict=True)),
        ),
        _ratio(
            f"{compared}: gap ≤ 5e-4, CPU against PDLP (1e-4)",
            (20, 40),
            list(zip(wide, first_order, strict=True)),
        ),
        _ratio(
            f"{compared}: gap ≤ 2e-4, CPU against HiGHS simplex",
            (80, 150),
            list(zip(fine, exact, strict=True)),
        ),
        Row(
            f"{compared}: served gap",
            SERVED,
            max(each.found["gap"] for each in wide),
            "the largest of all seeds",
        ),
        Row(
            "largest violation of any cap, exposures",
            NONE,
            max(e.found["violation"] for e in (*(o for o, _ in small), *wide, *fine)),
            f"CI and {compared}, all seeds",
        ),
    ]
    return rows, curves, seen


def _ratio(figure: str, goals: tuple[int, int], pairs: list[tuple[Solved, Solved]]) -> Row:
    mine, theirs = (median(pair[i].cpu_s for pair in pairs) for i in (0, 1))
    worst = max(mine.found["primal_gap"] for mine, _ in pairs)
    return Row(
        figure,
        Goal(1 / goals[0], 1 / goals[1], part_of_one),
        median(mine.against(theirs) for mine, theirs in pairs),
        f"{mine:.3f} s against {theirs:.1f} s; primal gap {worst:.1e}",
    )


def _others(
    instances: Instances, compared: str, seed: int, oasis: Solved, exact: Solved
) -> tuple[str, dict[str, list[list[float]]]]:
    """Run what no goal speaks of; return it in a sentence, and gap over CPU time of each solver."""
    optimum = exact.found["objective"]
    apart = oasis.found["bound"] - oasis.found["primal"]
    scale = apart / oasis.found["primal_gap"]  # value promoted: what gaps are shares of
    curves = {"Oasis": oasis.found["levels"], "HiGHS simplex": [[exact.cpu_s, 1e-9]]}
    seen = [f"HiGHS simplex {exact.cpu_s:.1f} s"]
    for peer, gaps in (("PDLP", (1e-2, 1e-3, 1e-4)), ("HiGHS IPM", (1e-4, 1e-8)), ("GLOP", (0,))):
        curves[peer] = []
        for gap in gaps:
            _tell(f"{compared}: {peer}, {gap:g}")
            solved = instances.by_peer(peer, compared, seed, gap)
            missing = max(abs(optimum - solved.found["objective"]) / scale, 1e-9)
            curves[peer].append([solved.cpu_s, missing])
            seen.append(
                f"{peer}{f' to {gap:g}' if gap else ''} {solved.cpu_s:.1f} s ({missing:.0e})"
            )
    return f"Seed {seed} of {compared}, CPU seconds and distance from the optimum: " + (
        ", ".join(seen) + f"; Oasis {oasis.cpu_s:.3f} s."
    ), curves


def _warm(instances: Instances, size: Size) -> list[Row]:
    """Warm starts, one campaign, and prices from a sample."""
    name, found, sharded = size.compared, [], []
    for seed in size.seeds:
        _tell(f"{name}, seed {seed}: warm starts, shards")
        found.append(instances.warm(name, seed, 5e-4, size.rounds))
        sharded.append(instances.sharded(name, seed, SHARDS))
    single = median(each["single"] for each in found)
    worst = max(each["single_worst"] for each in found)
    error = max(each["single_error"] for each in found)
    gap = max(each["gaps"]["several"] for each in found)
    stepped = max(each["gaps"][2] for each in sharded)
    return [
        Row(
            f"{name}: warm, 1 % of campaigns changed, gap ≤ 5e-4, CPU against cold",
            Goal(1 / 3, 1 / 5, part_of_one),
            median(each["several"] for each in found),
            f"gap {gap:.1e}; supply less by a fifth {median(e['scaled'] for e in found):.2f}",
        ),
        Row(
            f"{name}: one campaign changed, its delivery within 1 %, CPU against cold",
            Goal(1 / 4, 1 / 10, part_of_one),
            single,
            f"the dearest {worst:.2f}; its delivery off by {error:.2%} at most",
        ),
        Row(
            f"{name}: sample of 100 edges a campaign, after 2 full steps, primal gap",
            Goal(1.5e-3, 1e-3, share),
            stepped,
            f"{SHARDS} shards; before the steps {max(e['gaps'][0] for e in sharded):.1%}; "
            f"served {max(e['served'][2] for e in sharded):.2%}",
        ),
    ]


def _large(instances: Instances, size: Size) -> tuple[list[Row], list[list[float]]]:
    """Instances beyond peers, in dual passes; and how cost grows."""
    rows, grown = [], []
    for name in size.growth:
        is_large = name in size.passes
        seeds = size.seeds if name == "L" and is_large else size.seeds[:1]
        solved = []
        for seed in seeds:
            _tell(f"{name}, seed {seed}: Oasis alone")
            solved.append(instances.by_oasis(name, seed, 1e-3, 3 if is_large else size.rounds))
            if is_large:
                instances.forget(name, seed)
        first = solved[0]
        grown.append([first.found["edges"], first.cpu_s, first.peak_bytes])
        if not is_large:
            continue
        beside = (
            f"{median(e.cpu_s for e in solved):.2f} s; a pass {1000 * first.found['pass_s']:.0f} "
            f"ms; primal gap {max(e.found['primal_gap'] for e in solved):.1e}"
        )
        edges = f"{name} ({first.found['edges'] / 1e6:.0f}M edges)"
        passes = median(each.found["passes"] for each in solved)
        peak = max(each.peak_bytes for each in solved)
        rows.append(Row(f"{edges}: gap ≤ 1e-3, in exact dual passes", PASSES, passes, beside))
        rows.append(Row(f"{edges}: peak memory", PEAKS[name], peak))
        served = max(each.found["gap"] for each in solved)
        rows.append(Row(f"{name}: served gap", SERVED, served))
        violation = max(each.found["violation"] for each in solved)
        rows.append(Row(f"{name}: largest violation of any cap", NONE, violation))
    return rows, grown


def _growth(grown: list[list[float]]) -> str:
    edges, cpu, peak = zip(*grown, strict=True)
    return (
        f"{edges[0]:,.0f} to {edges[-1]:,.0f} edges, gap ≤ 1e-3: CPU ~ edges^"
        f"{exponent(edges, cpu):.2f} (edges^{exponent(edges[-2:], cpu[-2:]):.2f} over the last "
        f"step), memory ~ edges^{exponent(edges, peak):.2f}."
    )


def _section(size: Size, rows: list[Row], growth: str, others: str) -> str:
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
    )


def _tell(what: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {what}", flush=True)
