"""A side: Oasis: `python -m bench_allocation.solve_by_oasis FILE GAP ROUNDS`.

Every round solves anew and then bounds the same edges at the prices found, one exact dual pass.
"""

import json
import sys
from pathlib import Path
from statistics import median

from bench_allocation.instances import load
from bench_allocation.oracle import largest_excess
from bench_clock import Clock

from shared.allocation.certificate import certified_bound
from shared.allocation.solver import solve


def main(path: Path, gap: float, rounds: int) -> None:
    """Solve and print the medians, and what the solution is."""
    problem = load(path)
    solves, passes = [], []
    for _ in range(rounds):
        clock = Clock()
        solution = solve(problem, target_gap=gap)
        solves.append(clock.read())
        clock = Clock()
        bound = certified_bound(problem, solution.campaign_price, solution.licensor_price)
        passes.append(clock.read()["cpu_s"])
    assert bound >= solution.dual_bound - 1e-12 * abs(solution.dual_bound)
    pass_s = median(passes)
    found = {
        "edges": problem.campaign.size,
        "pass_s": pass_s,
        "passes": median(each["cpu_s"] / one for each, one in zip(solves, passes, strict=True)),
        "primal": solution.primal,
        "bound": solution.dual_bound,
        "gap": solution.gap,
        "primal_gap": solution.primal_gap,
        "violation": max(solution.max_violation, largest_excess(problem, solution)),
    }
    middle = sorted(solves, key=lambda each: each["cpu_s"])[len(solves) // 2]
    print(json.dumps({**middle, "peak_bytes": solves[0]["peak_bytes"], **found}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
