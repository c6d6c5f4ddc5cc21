"""Deterministic instances of the allocation of odd shapes."""

import numpy as np

from shared.allocation.problem import AllocationProblem


def odd_instance(seed: int) -> AllocationProblem:
    """A small program of an odd shape: any of the constraints may be missing, tied or empty."""
    rng = np.random.default_rng([77, seed])
    rows = int(rng.choice([1, 2, 5, 30, 120, 400]))
    campaigns = int(rng.choice([1, 2, 4, 12, 40]))
    licensors = int(rng.integers(1, 1 + min(campaigns, 6)))
    mean_degree = rng.choice([0.7, 2, 6, 15])
    counts = rng.poisson(mean_degree, rows)
    edges = int(counts.sum())
    is_tied = rng.random() < 0.35
    value = rng.choice([0.25, 0.5, 1.0], edges) if is_tied else rng.lognormal(-1, 0.7, edges)
    value[rng.random(edges) < 0.05] = 0.0
    slots = rng.lognormal(rng.uniform(-2, 6), 1.0, rows)
    slots[rng.random(rows) < 0.1] = 0.0
    share = rng.choice([0.1, 0.2, 0.3, 1.0], rows)
    track_cap = share / rng.choice([1.0, 1.5, 2.0, 3.7], rows)
    track_cap[rng.random(rows) < 0.05] = 0.0
    campaign = rng.integers(campaigns, size=edges)
    row = np.repeat(np.arange(rows), counts)
    reach = np.bincount(campaign, (slots * track_cap)[row], campaigns)
    cap = reach * rng.uniform(0.02, 1.5, campaigns) * rng.choice([0.1, 1.0])
    cap[rng.random(campaigns) < 0.2] = np.inf
    cap[rng.random(campaigns) < 0.05] = 0.0
    minimum = np.zeros(campaigns)
    if rng.random() < 0.6:
        finite = np.where(np.isfinite(cap), cap, reach)
        has = rng.random(campaigns) < 0.5
        minimum = np.where(has, finite * rng.choice([0.3, 0.8, 1.0], campaigns), 0.0)
    licensor = rng.integers(licensors, size=campaigns)
    licensor_cap = np.full(licensors, np.inf)
    if rng.random() < 0.6:
        by_licensor = np.bincount(licensor, np.minimum(cap, reach), licensors)
        is_capped = rng.random(licensors) < 0.6
        licensor_cap = np.where(
            is_capped, by_licensor * rng.uniform(0.0, 1.0, licensors), licensor_cap
        )
        licensor_cap[rng.random(licensors) < 0.05] = 0.0
    penalty = rng.choice([0.0, 0.3, 3.0]) * max(float(np.max(value, initial=0.0)), 0.1)
    return AllocationProblem(
        row_start=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        campaign=campaign.astype(np.int32),
        value=value.astype(np.float32),
        slots=slots,
        promoted_share=share,
        track_cap=track_cap,
        cap=cap,
        minimum=minimum,
        shortfall_penalty=np.full(campaigns, penalty),
        licensor=licensor.astype(np.int32),
        licensor_cap=licensor_cap,
    )


def contended_instance(seed: int, *, rows: int, campaigns: int, degree: int) -> AllocationProblem:
    """Demand far above the caps, often with ties, minima and licensor caps at once."""
    rng = np.random.default_rng([9, seed])
    counts = np.maximum(rng.poisson(degree, rows), 1)
    edges = int(counts.sum())
    campaign = rng.integers(campaigns, size=edges)
    kind = seed % 3
    value = (rng.lognormal(-1, 0.6, edges), rng.integers(1, 5, edges) / 4, np.ones(edges))[kind]
    slots = rng.lognormal(5, 1, rows)
    row = np.repeat(np.arange(rows), counts)
    reach = np.bincount(campaign, 0.1 * slots[row], campaigns)
    cap = reach * rng.choice([0.001, 0.05, 0.5]) * rng.uniform(0.3, 1.7, campaigns)
    licensors = 3
    licensor = rng.integers(licensors, size=campaigns)
    by_licensor = np.bincount(licensor, cap, licensors)
    return AllocationProblem(
        row_start=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        campaign=campaign.astype(np.int32),
        value=value.astype(np.float32),
        slots=slots,
        promoted_share=np.full(rows, 0.2),
        track_cap=np.full(rows, 0.1),
        cap=cap,
        minimum=np.where(rng.random(campaigns) < 0.4, 0.9 * cap, 0.0),
        shortfall_penalty=np.full(campaigns, 3.0 * value.max()),
        licensor=licensor.astype(np.int32),
        licensor_cap=by_licensor * rng.uniform(0.4, 1.2, licensors),
    )
