"""Noun allocation: rows that no one place holds: solved from a sample and from shortlists.

Each shard has some of the rows, with all campaigns and licensors. A sample of each, solved as one,
gives first prices. Then, as often as is wanted: the shortlist of each at the prices so far, on all
of which together Newton steps, as it would where all rows are in one place. What all deliver at
any of these prices gives the certificate of those, which is exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf

import numpy as np
from numpy.typing import NDArray

from shared.allocation.admission import admitted_edges
from shared.allocation.continuation import SAMPLES, Continuation
from shared.allocation.directions import StepLimits
from shared.allocation.dual import smoothed_dual
from shared.allocation.newton import Aim, descend
from shared.allocation.prices import aimed_box, price_box
from shared.allocation.problem import AllocationProblem
from shared.allocation.row_edges import Float32s, Floats, RowEdges
from shared.allocation.sample import sampled_problem, without_rare_minima
from shared.allocation.served import StoredPrices, stored_prices
from shared.allocation.starts import price_scale, reachable_exposures

SAMPLE_EDGES = SAMPLES[-1][1]
"""Edges a campaign of the samples of all shards together."""

WIDE, NARROW = 0.06, 0.02
"""Widths, in price units, of prices far from the best ones and near them."""

NEAR = 2e-3
"""A gap at which wide prices have little left to win."""

MARGIN = 6.0
"""Widths below its row's threshold at which an edge is on a shortlist, and by which a price may
fall in a step: what lower prices let in is not there."""

SAMPLE_RESIDUAL, RESIDUAL = 5e-3, 1e-4
STEPS = 20


@dataclass(frozen=True)
class Shortlist:
    """The edges of a shard that count near some prices, 8 bytes each, and what each campaign has.

    The edges that any campaign has in the shard stand behind ``reach``.
    """

    edges_of_row: NDArray[np.int32]  # (rows)
    weight: Floats  # (rows) W_i = N_i u_i
    room: Float32s  # (rows) k_i = s_i / u_i
    campaign: NDArray[np.int32]  # (edges)
    value: Float32s  # (edges) v_ij
    reach: Floats  # (campaigns + licensors) exposures if every edge were shown alone


@dataclass(frozen=True)
class FoundPrices:
    """Prices, their unit, and the Newton steps that led to them."""

    prices: StoredPrices
    unit: float
    steps: int


def shard_sample(shard: AllocationProblem, shards: int) -> AllocationProblem:
    """Return a shard's part of the sample, its slots standing for those of the shard."""
    return sampled_problem(shard, SAMPLE_EDGES * shard.cap.size // shards)


def joined(terms: AllocationProblem, parts: Sequence[AllocationProblem]) -> AllocationProblem:
    """Return the rows of problems as one problem with the campaigns and licensors of the terms.

    A campaign of which they hold no edge has no minimum in it. One that is hardly known keeps its
    own: a price that starts too low rises in the next step, one too high falls but slowly.
    """
    starts = [part.row_start[:-1] for part in parts]
    before = np.cumsum([0, *(part.campaign.size for part in parts)])
    shifted = [start + first for start, first in zip(starts, before[:-1], strict=True)]

    whole = replace(
        terms,
        row_start=np.concatenate((*shifted, before[-1:])),
        campaign=np.concatenate([part.campaign for part in parts]),
        value=np.concatenate([part.value for part in parts]),
        slots=np.concatenate([part.slots for part in parts]),
        promoted_share=np.concatenate([part.promoted_share for part in parts]),
        track_cap=np.concatenate([part.track_cap for part in parts]),
    )
    return without_rare_minima(whole, few=1)


def sample_prices(sample: AllocationProblem) -> FoundPrices:
    """Return prices from the samples of all shards together, for the first step."""
    continuation = Continuation(sample, None, None)
    levels = [*continuation.come_near(), continuation.go_down(WIDE, SAMPLE_RESIDUAL)]
    prices = continuation.prices(WIDE)
    return FoundPrices(prices, prices.width / WIDE, sum(level.steps for level in levels))


def shard_shortlist(shard: AllocationProblem, prices: StoredPrices, most: int) -> Shortlist:
    """Return the edges of a shard that are admitted near some prices.

    Where they are more than ``most``, those of a sample of the rows stand for them.
    """
    rows = _admitted(shard, prices)
    if rows.edge.size > most:
        rows = _admitted(
            sampled_problem(shard, shard.campaign.size * most // rows.edge.size), prices
        )
    return Shortlist(
        edges_of_row=np.diff(rows.start, append=rows.edge.size).astype(np.int32),
        weight=rows.weight,
        room=rows.room.astype(np.float32),
        campaign=rows.campaign.astype(np.int32),
        value=rows.value.astype(np.float32),
        reach=reachable_exposures(shard, price_box(shard)),
    )


def _admitted(shard: AllocationProblem, prices: StoredPrices) -> RowEdges:
    return admitted_edges(
        shard,
        prices.edge_price(shard),
        margin=MARGIN * prices.width,
        is_open=shard.is_open,
    )


def next_width(gaps: Sequence[float]) -> float:
    """Return the width, in price units, of prices after those that left these gaps, in order.

    Wide prices move far in a step, since shortlists hold more; narrow ones end in a smaller gap.
    Prices are narrow once a gap was small, or fell by less than half.
    """
    falls = pairwise([inf, *gaps])
    return NARROW if any(gap <= NEAR or gap > before / 2 for before, gap in falls) else WIDE


def stepped_prices(
    terms: AllocationProblem, before: FoundPrices, shortlists: Sequence[Shortlist], *, width: float
) -> FoundPrices:
    """Step from some prices on the shortlists of all shards at these prices.

    Args:
        terms: campaigns and licensors; the rows need not be there.
        before: prices at which the shortlists were made.
        shortlists: of all shards.
        width: of the prices that are returned, in price units.
    """
    rows = _rows(shortlists)
    box = aimed_box(price_box(terms))
    reach = np.sum([each.reach for each in shortlists], axis=0)
    start, width_before = box.clip(before.prices.exact), before.prices.width
    descent = descend(
        rows,
        box,
        smoothed_dual(rows, box, start, width_before),
        StepLimits(start.size, width_before),
        Aim(RESIDUAL, STEPS),
        width=width_before,
        scale=price_scale(box, reach, before.unit),
    )
    found = np.maximum(descent.point.prices, start - MARGIN * width_before)
    is_unreachable = (reach <= box.cost_below) & (box.lowest < 0)
    found = np.where(is_unreachable, box.lowest, found)
    campaigns = terms.cap.size
    prices = stored_prices(found[:campaigns], found[campaigns:], before.unit * width)
    return FoundPrices(prices, before.unit, before.steps + descent.steps)


def _rows(shortlists: Sequence[Shortlist]) -> RowEdges:
    counts = np.concatenate([each.edges_of_row for each in shortlists]).astype(np.intp)
    start = np.cumsum(counts) - counts
    return RowEdges(
        start=start,
        row=np.repeat(np.arange(counts.size), counts),
        campaign=np.concatenate([each.campaign for each in shortlists]).astype(np.intp),
        value=np.concatenate([each.value for each in shortlists]).astype(np.float64),
        weight=np.concatenate([each.weight for each in shortlists]),
        room=np.concatenate([each.room for each in shortlists]).astype(np.float64),
        problem_row=np.arange(counts.size),
        edge=np.arange(int(counts.sum())),
    )
