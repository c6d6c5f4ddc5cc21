"""Noun lookup: what the plan gives each track of one row, rebuilt from prices."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
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


class RowAllotments:
    """The tracks of one row that campaigns have: by ``place`` of their hash in the row.

    An allotment is made when it is asked for: few of the row's tracks are candidates.
    """

    def __init__(self, plan: LivePlan, held: list["_Held"], budget: float) -> None:
        """Find the row's threshold, which counts all of its tracks.

        ``budget`` is s/u of the row's context, 0 where nothing may be promoted there.
        """
        self.place = {each.row_hash: at for at, each in enumerate(held)}
        self._held, self._width = held, plan.serving.width
        self._is_open = budget > 0
        self._nets = _net_values(held)
        eligible = [each.is_eligible for each in held]
        self._threshold = threshold(list(compress(self._nets, eligible)), self._width, budget)

    def __getitem__(self, at: int) -> Allotment:
        """Return the allotment of the track at a place."""
        each, net = self._held[at], self._nets[at]
        filled = 0.0
        if each.is_eligible and self._is_open:
            filled = min(1.0, max(0.0, (net - self._threshold) / self._width))
        return Allotment(
            offer=each.offer,
            is_eligible=each.is_eligible,
            relevance=each.score / SCORE_SCALE,
            net_value=net,
            threshold=self._threshold,
            share=each.offer.campaign.serving.throttle * filled,
        )


def allot(plan: LivePlan, row: PackedRow, audience_id: str, occasion: Occasion) -> RowAllotments:
    """Return what the plan gives the tracks of a row that campaigns have.

    The same rule as the solve's (`shared.plan.edges`): the highest weight of the eligible has the
    track, ties go by the lowest tie value; the threshold counts all tracks of the row.
    """
    held = _held(plan, row, id_hash(audience_id), occasion)
    return RowAllotments(plan, held, _budget(plan, occasion.context))


class _Held(NamedTuple):
    """An entry of the row whose track a campaign has."""

    row_hash: int
    score: int
    offer: Offer
    is_eligible: bool


def _held(plan: LivePlan, row: PackedRow, audience_hash: int, occasion: Occasion) -> list[_Held]:
    held = []
    for row_hash, score, offers in plan.promoted(row):
        if len(offers) == 1:
            offer = offers[0]
            held.append(_Held(row_hash, score, offer, _is_eligible(offer, score, occasion)))
            continue
        eligible = [offer for offer in offers if _is_eligible(offer, score, occasion)]
        best = _winner(eligible or offers, audience_hash)
        held.append(_Held(row_hash, score, best, bool(eligible)))
    return held


def _winner(offers: Sequence[Offer], audience_hash: int) -> Offer:
    """Return the offer of highest weight; ties go by the lowest tie value."""
    if len(offers) == 1:
        return offers[0]
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
