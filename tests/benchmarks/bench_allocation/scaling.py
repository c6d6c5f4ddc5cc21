"""The solver alone: warm starts, rows in shards, instances beyond peers, and how it grows."""

from statistics import median

from bench_allocation.comparing import NONE, SERVED, tell
from bench_allocation.sizes import Size
from bench_allocation.solving import Instances
from bench_report import Goal, Row, exponent, megabytes, part_of_one, share

PASSES = Goal(60, 25, "{:.1f}".format)
PEAKS = {"L": Goal(1.5e9, 0.8e9, megabytes), "XL": Goal(4e9, 3e9, megabytes)}
SHARDS = 4


def measure_warm(instances: Instances, size: Size) -> list[Row]:
    """Warm starts, one campaign, and prices from a sample."""
    name, found, sharded = size.compared, [], []
    for seed in size.seeds:
        tell(f"{name}, seed {seed}: warm starts, shards")
        found.append(instances.warm(name, seed, 5e-4, size.rounds))
        sharded.append(instances.sharded(name, seed, SHARDS))
    single = median(each["single"] for each in found)
    worst = max(each["single_worst"] for each in found)
    error = max(each["single_error"] for each in found)
    gap = max(each["gaps"]["several"] for each in found)
    stepped = max(min(each["gaps"]) for each in sharded)
    by_step = zip(*(each["gaps"] for each in sharded), strict=True)
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
            f"{name}: sample of 100 edges a campaign, after at most 2 full steps, primal gap",
            Goal(1.5e-3, 1e-3, share),
            stepped,
            f"{SHARDS} shards; by step {', '.join(f'{max(gaps):.2%}' for gaps in by_step)}; "
            f"served {max(min(e['served']) for e in sharded):.2%}",
        ),
    ]


def measure_large(instances: Instances, size: Size) -> tuple[list[Row], list[list[float]]]:
    """Instances beyond peers, in dual passes; and how cost grows."""
    rows, grown = [], []
    for name in size.growth:
        is_large = name in size.passes
        seeds = size.seeds if name == "L" and is_large else size.seeds[:1]
        solved = []
        for seed in seeds:
            tell(f"{name}, seed {seed}: Oasis alone")
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


def measure_building(instances: Instances, size: Size) -> list[Row]:
    """From an accepted file to a solution, in the memory of one function."""
    tell("from accepted Parquet to a solution")
    found = instances.built(size.built_audiences)
    edges = f"{found['edges'] / 1e6:.1f}M edges"
    return [
        Row(
            f"{edges} from accepted Parquet to a plan, one function: peak memory",
            Goal(8846e6, 1769e6, megabytes),
            found["peak_bytes"],
            f"building {found['build_s']:.1f} s of CPU, solving {found['solve_s']:.1f}; "
            f"a pass {1000 * found['pass_s']:.0f} ms",
        ),
        Row(
            f"{edges}: bytes kept an edge",
            Goal(8, 8, "{:g}".format, is_exact=True),
            found["kept_bytes"],
        ),
    ]


def growth_sentence(grown: list[list[float]]) -> str:
    edges, cpu, peak = zip(*grown, strict=True)
    return (
        f"{edges[0]:,.0f} to {edges[-1]:,.0f} edges, gap ≤ 1e-3: CPU ~ edges^"
        f"{exponent(edges, cpu):.2f} (edges^{exponent(edges[-2:], cpu[-2:]):.2f} over the last "
        f"step), memory ~ edges^{exponent(edges, peak):.2f}."
    )
