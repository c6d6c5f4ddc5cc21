"""Instances on disk: `python -m bench_allocation.instances FILE NAME SEED` makes one."""

import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
from bench_allocation.sizes import INSTANCES

from shared.allocation.problem import AllocationProblem
from tests.markets import market_instance


def load(path: Path) -> AllocationProblem:
    """Return the problem of a file."""
    with np.load(path) as arrays:
        return AllocationProblem(
            **{each.name: arrays[each.name] for each in fields(AllocationProblem)}
        )


def main(path: Path, name: str, seed: int) -> None:
    """Make an instance and write it, one array a field."""
    made = INSTANCES[name]
    problem = market_instance(
        seed,
        rows=made.rows,
        campaigns=made.campaigns,
        degree=made.degree,
        licensors=made.licensors,
        clusters=made.clusters,
        markets=made.markets,
    )
    names = [each.name for each in fields(AllocationProblem)]
    np.savez(path, **{name: getattr(problem, name) for name in names})
    print(problem.campaign.size)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
