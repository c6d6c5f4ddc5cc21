"""Real input: a day as it is, beside general solvers; and with every track promoted, alone."""

from bench_allocation.comparing import NONE, SERVED, tell
from bench_allocation.scaling import PASSES
from bench_allocation.sizes import Size
from bench_allocation.solving import REAL_INPUT, Instances, Solved, assert_same_optimum
from bench_report import Goal, Row, part_of_one

LEFT_OUT = "Real input was left out: it stands beside the project, and was not there"


def measure_real(instances: Instances, size: Size) -> tuple[list[Row], str]:
    """Return the rows of real input and what it is, or that it was left out."""
    if not REAL_INPUT.is_dir():
        print(f"{LEFT_OUT}.")
        return [], LEFT_OUT
    given, beside = _compared(instances, "real", size.rounds)
    some, rows = _compared(instances, "real-some", size.rounds)
    tell("real scores of all listeners: Oasis alone")
    solved = instances.by_oasis("real-all", 0, 1e-3, size.rounds)
    everything = (given, some, solved)
    edges = solved.found["edges"] / 1e6
    rows += [
        Row(
            f"real-all ({edges:.0f}M edges): gap ≤ 1e-3, in exact dual passes",
            PASSES,
            solved.found["passes"],
            f"{solved.cpu_s:.2f} s; a pass {1000 * solved.found['pass_s']:.0f} ms",
        ),
        Row("real: served gap", SERVED, max(e.found["gap"] for e in everything), "of all three"),
        Row("real: largest violation", NONE, max(e.found["violation"] for e in everything)),
    ]
    told = "; ".join(f"{row.figure.partition(': ')[2]} {row.beside}" for row in beside)
    return rows, (
        f"Real input: real-some is 2,000 listeners and 68 cohorts in two contexts, one campaign a "
        f"licensor with all its tracks; real-all the same of 89,311 listeners. The day as it is "
        f"given has but {given.found['edges']:,} edges, and supply for none of its goals: {told}"
    )


def _compared(instances: Instances, name: str, rounds: int) -> tuple[Solved, list[Row]]:
    """Solve an instance by Oasis and by peers."""
    tell(f"{name}: Oasis, HiGHS simplex, PDLP")
    oasis, rows = instances.by_oasis(name, 0, 1e-3, rounds), []
    for peer, gap in (("HiGHS simplex", 1e-8), ("PDLP", 1e-4)):
        theirs = instances.by_peer(peer, name, 0, gap)
        assert_same_optimum(name, oasis, peer, theirs, 1e-3)
        edges = oasis.found["edges"] / 1000
        rows.append(
            Row(
                f"{name} ({edges:.0f}k edges): gap ≤ 1e-3, CPU against {peer}",
                Goal(1 / 20, 1 / 40, part_of_one),
                oasis.against(theirs),
                f"{oasis.cpu_s:.3f} s against {theirs.cpu_s:.2f} s; "
                f"primal gap {oasis.found['primal_gap']:.1e}",
            )
        )
    return oasis, rows
