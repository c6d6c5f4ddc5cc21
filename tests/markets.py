"""Markets to solve: power-law demand over clusters, contexts and markets, of any size.

Everything follows from `numpy.random.default_rng([seed, rows, campaigns])`. Rows are made block by
block, so that 100M edges need little more memory than themselves. A campaign may have an edge in a
row if it targets the row's context and market; campaigns are drawn by popularity, each once, in
four times as many draws as the row is to have edges, and keep their edge if its relevance reaches
their floor. Popularity counts in the relevance as the standard score of its logarithm.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from shared.allocation.problem import AllocationProblem

CONTEXTS = 4
DRAWS = 4
BLOCK_DRAWS = 4_000_000


@dataclass
class _Edges:
    """Edges so far, and what every campaign would get of them."""

    reach: NDArray[np.float64]  # (campaigns) exposures if every edge were shown alone
    demand: NDArray[np.float64]  # (campaigns) exposures if every row took its best edges
    counts: list[NDArray[np.int64]] = field(default_factory=list)
    campaign: list[NDArray[np.int32]] = field(default_factory=list)
    value: list[NDArray[np.float32]] = field(default_factory=list)


def market_instance(
    seed: int,
    *,
    rows: int,
    campaigns: int,
    degree: int,
    licensors: int,
    clusters: int = 16,
    markets: int = 1,
    minima: float = 0.1,
) -> AllocationProblem:
    """Return a market: half of the caps tight, some soft minima, the largest licensors capped."""
    rng = np.random.default_rng([seed, rows, campaigns])
    popularity = rng.permutation(np.arange(1, campaigns + 1) ** -0.9)
    score = np.log(popularity)
    score = (score - score.mean()) / score.std()
    zipf = np.arange(1, licensors + 1) ** -1.1
    licensor = rng.choice(licensors, campaigns, p=zipf / zipf.sum())
    weight = rng.choice([1, 1.5, 2, 3], campaigns) * rng.lognormal(0, 0.15, campaigns)
    floor = rng.uniform(0.02, 0.15, campaigns)
    targets = [
        rng.random((campaigns, many)) < np.where(rng.random(campaigns) < share, chance, 1)[:, None]
        for many, share, chance in ((CONTEXTS, 0.7, 0.5), (markets, 0.6, 0.3))
    ]
    affinity = rng.normal(size=(clusters, campaigns))
    taste = (-2.2 + 0.5 * score + 0.8 * affinity).astype(np.float32)
    slots = rng.lognormal(6, 1.2, rows)
    share = rng.choice([0.1, 0.2, 0.3], rows)
    track_cap = share / rng.uniform(1.5, 5, rows)
    place = rng.integers(CONTEXTS * markets, size=rows)
    cluster = rng.integers(clusters, size=rows)
    degrees = np.clip(rng.lognormal(np.log(degree), 0.35, rows), degree / 2, degree * 2)
    eligible = [
        np.flatnonzero(targets[0][:, k // markets] & targets[1][:, k % markets])
        for k in range(CONTEXTS * markets)
    ]

    edges = _Edges(np.zeros(campaigns), np.zeros(campaigns))
    block = max(1, BLOCK_DRAWS // (DRAWS * degree))
    for first in range(0, rows, block):
        part = slice(first, first + block)
        wanted = degrees[part].astype(np.int64)
        row, drawn = _draws(rng, wanted, place[part], eligible, popularity)
        noise = 0.8 * rng.standard_normal(row.size, dtype=np.float32)
        relevance = 1 / (1 + np.exp(-(taste[cluster[part][row], drawn] + noise)))
        kept = np.flatnonzero(relevance >= floor[drawn])
        kept = kept[_positions(row[kept], wanted.size) < wanted[row[kept]]]
        value = (weight[drawn[kept]] * relevance[kept]).astype(np.float32)
        room = share[part] / track_cap[part]
        _add(edges, row[kept], drawn[kept], value, slots[part] * track_cap[part], room)

    demand = np.maximum(edges.demand, 0.02 * edges.reach)
    is_tight = rng.random(campaigns) < 0.5
    tight, slack = rng.uniform(0.15, 0.8, campaigns), rng.uniform(1.1, 4, campaigns)
    cap = demand * np.where(is_tight, tight, slack)
    minimum = np.where(rng.random(campaigns) < minima, cap * rng.uniform(0.3, 0.9, campaigns), 0)
    by_licensor = np.bincount(licensor, demand, licensors)
    largest = np.argsort(-by_licensor)[: max(1, licensors // 10)]
    licensor_cap = np.full(licensors, np.inf)
    licensor_cap[largest] = by_licensor[largest] * rng.uniform(0.7, 0.95, largest.size)
    value = np.concatenate(edges.value)
    return AllocationProblem(
        row_start=np.concatenate(([0], np.cumsum(np.concatenate(edges.counts)))),
        campaign=np.concatenate(edges.campaign),
        value=value,
        slots=slots,
        promoted_share=share,
        track_cap=track_cap,
        cap=cap,
        minimum=minimum,
        shortfall_penalty=np.full(campaigns, 3.0 * float(value.max())),
        licensor=licensor.astype(np.int32),
        licensor_cap=licensor_cap,
    )


def _draws(rng, wanted, place, eligible, popularity):
    """Draw campaigns for each row by popularity, each once, in the order drawn."""
    row = np.repeat(np.arange(wanted.size), DRAWS * wanted)
    chance = rng.random(row.size)
    drawn = np.empty(row.size, dtype=np.int64)
    for here in np.unique(place):
        at = np.flatnonzero((place == here)[row])
        allowed = eligible[here]
        if allowed.size == 0:
            drawn[at] = -1
            continue
        total = np.cumsum(popularity[allowed])
        drawn[at] = allowed[np.searchsorted(total / total[-1], chance[at])]
    _, once = np.unique(row * popularity.size + drawn, return_index=True)
    once = np.sort(once[drawn[once] >= 0])
    return row[once], drawn[once]


def _positions(row, rows):
    """Return the position of each edge in its row; rows rise."""
    return np.arange(row.size) - np.searchsorted(row, np.arange(rows))[row]


def _add(edges, row, campaign, value, weight, room):
    campaigns = edges.reach.size
    edges.counts.append(np.bincount(row, minlength=weight.size))
    edges.campaign.append(campaign.astype(np.int32))
    edges.value.append(value)
    best_first = np.lexsort((-value, row))
    full = np.clip(room[row] - _positions(row, weight.size), 0, 1)
    edges.reach += np.bincount(campaign, weight[row], campaigns)
    edges.demand += np.bincount(campaign[best_first], weight[row] * full, campaigns)
