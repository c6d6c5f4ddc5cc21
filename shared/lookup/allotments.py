"""Noun lookup: what the plan gives each track of one row, rebuilt from prices."""

import struct
from dataclasses import dataclass
from datetime import datetime

from shared.campaign.ties import tie_value
from shared.lookup.live_plan import LivePlan, Offer
from shared.lookup.thresholds import threshold
from shared.score.hashes import id_hash
from shared.score.packed_row import SCORE_SCALE, PackedRow

_FLOAT32 = struct.Struct("<f")


@dataclass(frozen=True)
class Occasion:
    """When and for whom: what eligibility is judged by."""

    context: str
    market: str  # empty where unknown
    audience_hashes: frozenset[int]
    now: datetime


@dataclass(frozen=True)
class Allotment:
    """One track of the row with the campaign that holds it there."""

    offer: Offer
    is_eligible: bool
    relevance: float
    net_value: float  # value less prices
    threshold: float
    share: float  # f * t, in [0, 1], before suppression, holdout and decay


def allot(
    plan: LivePlan, row: PackedRow, audience_id: str, occasion: Occasion
) -> dict[int, Allotment]:
    """Return the allotment of each track of the row that a campaign has, by its hash in the row.

    The same rule as the solve's (`shared.plan.edges`): the highest weight of the eligible has the
    track, ties go by the lowest tie value; the threshold counts all tracks of the row.
    """
    audience_hash = id_hash(audience_id)
    held: list[tuple[int, Offer, bool, int]] = []
    for row_hash, score in zip(row.hashes, row.scores, strict=True):
        offers = plan.offers_for(row_hash, is_wide=row.is_wide)
        if not offers:
            continue
        eligible = [o for o in offers if _is_eligible(o, score, occasion)]
        best = min(
            eligible or offers,
            key=lambda o: (
                -o.campaign.serving.weight,
                tie_value(audience_hash, o.track_hash, o.campaign.name_hash),
            ),
        )
        held.append((row_hash, best, bool(eligible), score))

    budget = _budget(plan, occasion.context)
    width = plan.serving.width
    nets = [_net_value(offer, score) for _, offer, _, score in held]
    tau = threshold([n for n, h in zip(nets, held, strict=True) if h[2]], width, budget)
    allotments = {}
    for (row_hash, offer, is_eligible, score), net in zip(held, nets, strict=True):
        filled = min(1.0, max(0.0, (net - tau) / width)) if is_eligible and budget else 0.0
        share = offer.campaign.serving.throttle * filled
        relevance = score / SCORE_SCALE
        allotments[row_hash] = Allotment(offer, is_eligible, relevance, net, tau, share)
    return allotments


def _is_eligible(offer: Offer, score: int, occasion: Occasion) -> bool:
    campaign = offer.campaign.serving
    return (
        score >= campaign.lowest_score
        and campaign.starts_at_s <= occasion.now.timestamp() < campaign.ends_at_s
        and (not campaign.contexts or occasion.context in campaign.contexts)
        and (not campaign.markets or occasion.market in campaign.markets)
        and (not offer.markets or occasion.market in offer.markets)
        and (
            not offer.campaign.audiences
            or not offer.campaign.audiences.isdisjoint(occasion.audience_hashes)
        )
    )


def _budget(plan: LivePlan, name: str) -> float:
    """Return s/u of a context; 0 where nothing may be promoted there."""
    context = plan.contexts.get(name)
    if context is None or context.frequency_cap <= 0:
        return 0.0
    return context.promoted_share / context.frequency_cap


def _net_value(offer: Offer, score: int) -> float:
    """Return value less prices; the value is rounded as the solve rounds it."""
    relevance = _to_float32(score / SCORE_SCALE)
    return _to_float32(offer.campaign.serving.weight * relevance) - offer.campaign.price


def _to_float32(number: float) -> float:
    rounded: float = _FLOAT32.unpack(_FLOAT32.pack(number))[0]
    return rounded
