"""The solver against general ones: the same program, the same answer, CPU time of each."""

from datetime import UTC, datetime
from statistics import median

from bench_allocation.sizes import Size
from bench_allocation.solving import Instances, Solved, assert_same_optimum
from bench_report import Goal, Row, part_of_one

NONE = Goal(0, 0, "{:g}".format, is_exact=True)
GAPS = (1e-2, 1e-3, 5e-4, 2e-4, 1e-4)
SERVED = Goal(1e-3, 3e-4, "{:.1e}".format)


def compare_with_peers(
    instances: Instances, size: Size
) -> tuple[list[Row], dict[str, list[list[float]]], str]:
    """Compare with general solvers; return rows, gap over time for each, and what else was seen."""
    compared, curves = size.compared, {}
    small, wide, fine, exact, first_order = [], [], [], [], []
    for seed in size.seeds:
        tell(f"CI, seed {seed}: Oasis and HiGHS simplex")
        oasis = instances.by_oasis("CI", seed, 1e-3, size.rounds)
        simplex = instances.by_peer("HiGHS simplex", "CI", seed)
        assert_same_optimum("CI", oasis, "HiGHS simplex", simplex, 0)
        small.append((oasis, simplex))
        tell(f"{compared}, seed {seed}: Oasis, HiGHS simplex, PDLP")
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
    ours = [instances.by_oasis(compared, seed, gap, 1) for gap in GAPS]
    curves = {
        "Oasis": [[each.cpu_s, each.found["primal_gap"]] for each in ours],
        "HiGHS simplex": [[exact.cpu_s, 1e-9]],
    }
    seen = [f"HiGHS simplex {exact.cpu_s:.1f} s"]
    for peer, gaps in (("PDLP", (1e-2, 1e-3, 1e-4)), ("HiGHS IPM", (1e-4, 1e-8)), ("GLOP", (0,))):
        curves[peer] = []
        for gap in gaps:
            tell(f"{compared}: {peer}, {gap:g}")
            solved = instances.by_peer(peer, compared, seed, gap)
            missing = max(abs(optimum - solved.found["objective"]) / scale, 1e-9)
            curves[peer].append([solved.cpu_s, missing])
            seen.append(
                f"{peer}{f' to {gap:g}' if gap else ''} {solved.cpu_s:.1f} s ({missing:.0e})"
            )
    return f"Seed {seed} of {compared}, CPU seconds and distance from the optimum: " + (
        ", ".join(seen) + f"; Oasis {oasis.cpu_s:.3f} s."
    ), curves


def tell(what: str) -> None:
    """Say what is measured next."""
    print(f"{datetime.now(UTC):%H:%M:%S} {what}", flush=True)
