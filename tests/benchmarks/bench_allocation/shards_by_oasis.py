"""A side: rows in shards: `python -m bench_allocation.shards_by_oasis FILE SHARDS`."""

import json
import sys
from functools import reduce
from operator import add
from pathlib import Path

import numpy as np
from bench_allocation.instances import load
from bench_clock import Clock

from shared.allocation.certificate import certified_gap
from shared.allocation.delivery import shown
from shared.allocation.sample import rows_of
from shared.allocation.service import repaired, serve
from shared.allocation.shards import (
    joined,
    next_width,
    sample_prices,
    shard_sample,
    shard_shortlist,
    stepped_prices,
)


def main(path: Path, shards: int) -> None:
    """Print the gaps of what is repaired and of what is served after each step."""
    problem = load(path)
    part = np.random.default_rng(0).integers(shards, size=problem.slots.size)
    chosen = [np.flatnonzero(part == shard) for shard in range(shards)]
    pieces = [rows_of(problem, rows, problem.slots[rows]) for rows in chosen]
    clock = Clock()
    sample = joined(problem, [shard_sample(piece, shards) for piece in pieces])
    found = sample_prices(sample)
    gaps, served = [], []
    for step in range(3):
        prices = found.prices
        delivery = reduce(add, (shown(piece, prices).delivery for piece in pieces))
        service = serve(problem, prices, delivery)
        primal = repaired(problem, shown(problem, prices), service)
        gaps.append(certified_gap(service.bound, primal))
        served.append(service.solution().gap)
        violation = service.largest_violation
        if step < 2:
            shortlists = [shard_shortlist(piece, prices, problem.campaign.size) for piece in pieces]
            found = stepped_prices(problem, found, shortlists, width=next_width(served))
    sampled = sample.campaign.size / problem.cap.size
    figures = {"gaps": gaps, "served": served, "violation": violation, "sampled": sampled}
    print(json.dumps({**clock.read(), **figures}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
