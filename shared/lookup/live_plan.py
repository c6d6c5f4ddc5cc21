"""Noun lookup: a plan indexed for lookups."""

from dataclasses import dataclass

from shared.plan.serving import ServingCampaign, ServingContext, ServingPlan, unpack_hashes
from shared.score.hashes import id_hash, narrow


@dataclass(frozen=True)
class LiveCampaign:
    """A campaign of the plan with its hashes unpacked."""

    serving: ServingCampaign
    name_hash: int
    licensor_price: float
    audiences: frozenset[int]

    @property
    def price(self) -> float:
        """Return q, the price of the campaign and of its licensor."""
        return self.serving.price + self.licensor_price


@dataclass(frozen=True)
class Offer:
    """One campaign on one track; no markets mean all of them."""

    campaign: LiveCampaign
    track_hash: int
    markets: tuple[str, ...]


@dataclass(frozen=True)
class LivePlan:
    """The current plan, indexed by track once when it is loaded."""

    plan_id: str
    serving: ServingPlan
    contexts: dict[str, ServingContext]
    offers: dict[int, list[Offer]]  # by 64-bit hash of the track
    narrow_offers: dict[int, list[Offer]]  # by 48-bit hash

    def offers_for(self, row_hash: int, *, is_wide: bool) -> list[Offer]:
        """Return the offers for an entry of a score row."""
        return (self.offers if is_wide else self.narrow_offers).get(row_hash, [])


def index_plan(plan_id: str, serving: ServingPlan) -> LivePlan:
    """Index the serving part of a plan."""
    offers: dict[int, list[Offer]] = {}
    for campaign in serving.campaigns:
        live = LiveCampaign(
            serving=campaign,
            name_hash=id_hash(campaign.campaign_id),
            licensor_price=serving.licensors[campaign.licensor].price,
            audiences=frozenset(unpack_hashes(campaign.audiences)),
        )
        for position, track_hash in enumerate(unpack_hashes(campaign.tracks)):
            markets = campaign.track_markets[position] if campaign.track_markets else ()
            offers.setdefault(track_hash, []).append(Offer(live, track_hash, markets))
    narrow_offers: dict[int, list[Offer]] = {}
    for track_hash, found in offers.items():
        narrow_offers.setdefault(narrow(track_hash), []).extend(found)
    contexts = {c.name: c for c in serving.contexts}
    return LivePlan(plan_id, serving, contexts, offers, narrow_offers)
