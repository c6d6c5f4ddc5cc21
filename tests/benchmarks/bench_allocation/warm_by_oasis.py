"""A side: warm starts: `python -m bench_allocation.warm_by_oasis FILE GAP ROUNDS`.

Against the cold solve of the same changed problem: caps of 1 % of the campaigns changed; one
campaign changed, which its cap holds, by a price of its own and by a warm start; supply rescaled.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np
from bench_allocation.instances import load
from bench_clock import Clock

from shared.allocation.problem import AllocationProblem
from shared.allocation.reprice import reprice
from shared.allocation.solution import Solution
from shared.allocation.solver import solve

CHANGED = 0.01
SINGLE_CAMPAIGNS = 12
EXACT = 2e-5


def cpu_s(work: Callable[[], Solution]) -> tuple[float, Solution]:
    """Return what work took, and its answer."""
    clock = Clock()
    answer = work()
    return clock.read()["cpu_s"], answer


def with_caps(problem: AllocationProblem, campaigns: object, factor: object) -> AllocationProblem:
    """Return the problem with some caps multiplied."""
    cap = problem.cap.copy()
    cap[campaigns] *= factor
    return replace(problem, cap=cap, minimum=np.minimum(problem.minimum, cap))


def main(path: Path, gap: float, rounds: int) -> None:
    """Print the ratios, and what the warm solutions are."""
    problem = load(path)
    before = solve(problem, target_gap=gap)
    rng = np.random.default_rng(7)
    many = np.flatnonzero(rng.random(problem.cap.size) < CHANGED)
    several = with_caps(problem, many, rng.uniform(0.5, 1.5, many.size))
    watched = np.isin(np.arange(problem.cap.size), many)
    scaled = replace(problem, slots=0.8 * problem.slots)
    ratios: dict[str, list[float]] = {"several": [], "scaled": []}
    gaps: dict[str, float] = {}
    for _ in range(rounds):
        for name, changed, seen in (("several", several, watched), ("scaled", scaled, None)):
            cold, _solution = cpu_s(lambda p=changed: solve(p, target_gap=gap))
            warm, solution = cpu_s(
                lambda p=changed, w=seen: solve(p, target_gap=gap, warm_start=before, watched=w)
            )
            ratios[name].append(warm / cold)
            gaps[name] = solution.gap
    held = np.flatnonzero((before.exposures > 0.999 * problem.cap) & (problem.minimum == 0))
    singles = rng.choice(held, SINGLE_CAMPAIGNS, replace=False)
    found = [_single(problem, before, int(j), gap) for j in singles]
    print(
        json.dumps(
            {
                "several": median(ratios["several"]),
                "scaled": median(ratios["scaled"]),
                "gaps": gaps,
                "single": median(each[0] for each in found),
                "single_worst": max(each[0] for each in found),
                "single_gap": max(each[1] for each in found),
                "single_error": max(each[2] for each in found),
            }
        )
    )


def _single(
    problem: AllocationProblem, before: Solution, campaign: int, gap: float
) -> tuple[float, float, float]:
    """Ratio, gap and error of its own delivery of one changed campaign.

    Where a price of its own leaves too large a gap, what the warm start takes counts as well.
    """
    changed = with_caps(problem, campaign, 0.7)
    cold, _ = cpu_s(lambda: solve(changed, target_gap=gap))
    took, solution = cpu_s(lambda: reprice(changed, before, campaign))
    if solution.gap > gap:
        watched = np.arange(problem.cap.size) == campaign
        more, solution = cpu_s(
            lambda: solve(changed, target_gap=gap, warm_start=solution, watched=watched)
        )
        took += more
    exact = solve(changed, target_gap=EXACT, warm_start=solution)
    error = abs(solution.exposures[campaign] / exact.exposures[campaign] - 1)
    return took / cold, solution.gap, float(error)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
