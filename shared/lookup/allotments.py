"""Noun lookup: what the plan gives each track of one row, rebuilt from prices."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from shared.campaign.ties import tie_value
from shared.lookup.live_plan import LivePlan, Offer
from shared.lookup.thresholds import threshold
from shared.score.hashes import id_hash
from shared.score.packed_row import SCORE_SCALE, PackedRow


@dataclass(frozen=True)
class Occasion:
    """When and for whom: what eligibility is judged by."""

    context: str
    market: str  # empty where unknown
    audience_hashes: frozenset[int]
    now_s: float  # epoch seconds

    @classmethod
    def at(
        cls, now: datetime, context: str, market: str, audience_hashes: Iterable[int]
    ) -> "Occasion":
        """Return the occasion of an instant."""
        return cls(context, market, frozenset(audience_hashes), now.timestamp())


class Allotment(NamedTuple):
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
    held = _held(plan, row, id_hash(audience_id), occasion)
    budget = _budget(plan, occasion.context)
    width = plan.serving.width
    nets = _net_values(held)
    tau = threshold([n for n, h in zip(nets, held, strict=True) if h.is_eligible], width, budget)
    allotments = {}
    for each, net in zip(held, nets, strict=True):
        is_shown = each.is_eligible and budget > 0
        filled = min(1.0, max(0.0, (net - tau) / width)) if is_shown else 0.0
        share = each.offer.campaign.serving.throttle * filled
        relevance = each.score / SCORE_SCALE
        allotments[each.row_hash] = Allotment(
            each.offer, each.is_eligible, relevance, net, tau, share
        )
    return allotments


class _Held(NamedTuple):
    """An entry of the row whose track a campaign has."""

    row_hash: int
    score: int
    offer: Offer
    is_eligible: bool


def _held(plan: LivePlan, row: PackedRow, audience_hash: int, occasion: Occasion) -> list[_Held]:
    held = []
    for row_hash, score in plan.promoted(row):
        offers = plan.offers_for(row_hash, is_wide=row.is_wide)
        if not offers:
            continue
        eligible = [offer for offer in offers if _is_eligible(offer, score, occasion)]
        candidates = eligible or offers
        best = candidates[0] if len(candidates) == 1 else _winner(candidates, audience_hash)
        held.append(_Held(row_hash, score, best, bool(eligible)))
    return held


def _winner(offers: Sequence[Offer], audience_hash: int) -> Offer:
    """Return the offer of highest weight; ties go by the lowest tie value."""
    return min(
        offers,
        key=lambda o: (
            -o.campaign.serving.weight,
            tie_value(audience_hash, o.track_hash, o.campaign.name_hash),
        ),
    )


def _net_values(held: list[_Held]) -> list[float]:
    """Return values less prices; each value is rounded as the solve rounds it, to 32 bits."""
    relevance = array("f", [each.score / SCORE_SCALE for each in held])
    weights = [each.offer.campaign.serving.weight for each in held]
    values = array("f", [w * r for w, r in zip(weights, relevance, strict=True)])
    return [v - each.offer.campaign.price for v, each in zip(values, held, strict=True)]


def _is_eligible(offer: Offer, score: int, occasion: Occasion) -> bool:
    campaign = offer.campaign.serving
    return (
        score >= campaign.lowest_score
        and campaign.starts_at_s <= occasion.now_s < campaign.ends_at_s
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
