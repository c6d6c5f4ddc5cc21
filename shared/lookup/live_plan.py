"""Noun lookup: a plan in memory, indexed for lookups.

Whoever meets a new plan first waits for it, so all that is made then is the set of its tracks'
hashes. What lookups need of a track or a campaign is found when it is first asked for, and kept.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate, repeat
from operator import rshift

from shared.plan.serving import HASH, PAIR, ServingCampaign, ServingPlan, unpack_hashes
from shared.score.hashes import NARROW_SHIFT, id_hash, narrow
from shared.score.packed_row import PackedRow


@dataclass(frozen=True)
class LiveCampaign:
    """A campaign of the plan with its hashes unpacked."""

    serving: ServingCampaign
    name_hash: int
    licensor_price: float
    price: float  # q, of the campaign and of its licensor
    audiences: frozenset[int]


@dataclass(frozen=True)
class Offer:
    """One campaign on one track; no markets mean all of them."""

    campaign: LiveCampaign
    track_hash: int
    markets: tuple[str, ...]


class LivePlan:
    """The serving part of a plan, and who offers what."""

    def __init__(self, plan_id: str, serving: ServingPlan) -> None:
        """Gather the tracks that campaigns have."""
        self.plan_id, self.serving = plan_id, serving
        self.contexts = {context.name: context for context in serving.contexts}
        tracks = [campaign.tracks for campaign in serving.campaigns]
        self._first = list(accumulate((len(each) // HASH.size for each in tracks), initial=0))
        self._tracks = b"".join(tracks)
        self._known = frozenset(map(rshift, unpack_hashes(self._tracks), repeat(NARROW_SHIFT)))
        self._campaigns: dict[int, LiveCampaign] = {}
        self._offers: dict[int, tuple[Offer, ...]] = {}

    def promoted(self, row: PackedRow) -> list[tuple[int, int, tuple[Offer, ...]]]:
        """Return (hash, score, offers) of the row's entries whose track a campaign may have."""
        entries, known = row.entries_of(self._known), self._offers
        if row.is_wide:
            found = [(h, score, self._wide_offers(h)) for h, score in entries]
            return [entry for entry in found if entry[2]]
        return [(h, score, known.get(h) or self._found(h)) for h, score in entries]

    def _found(self, narrow_hash: int) -> tuple[Offer, ...]:
        """Return the offers for a track that a campaign has, and keep them."""
        places = range(self._first[-1])
        first = bisect_left(places, narrow_hash, key=self._hash_at)
        after = bisect_right(places, narrow_hash, first, key=self._hash_at)
        found = tuple(self._offer(self._pair_at(place)) for place in range(first, after))
        self._offers[narrow_hash] = found
        return found

    def _hash_at(self, place: int) -> int:
        """Return the narrow hash that stands at a place in the order of hashes."""
        return narrow(self._track_hash(self._pair_at(place)))

    def _pair_at(self, place: int) -> int:
        pair: int = PAIR.unpack_from(self.serving.by_track, place * PAIR.size)[0]
        return pair

    def _track_hash(self, pair: int) -> int:
        track_hash: int = HASH.unpack_from(self._tracks, pair * HASH.size)[0]
        return track_hash

    def _wide_offers(self, track_hash: int) -> tuple[Offer, ...]:
        hashed = narrow(track_hash)
        offers = self._offers.get(hashed) or self._found(hashed)
        return tuple(offer for offer in offers if offer.track_hash == track_hash)

    def _offer(self, pair: int) -> Offer:
        index = bisect_right(self._first, pair) - 1
        campaign = self._campaigns.get(index)
        if campaign is None:
            campaign = self._campaigns[index] = self._live(self.serving.campaigns[index])
        track_hash = self._track_hash(pair)
        markets = campaign.serving.track_markets
        return Offer(campaign, track_hash, markets[pair - self._first[index]] if markets else ())

    def _live(self, serving: ServingCampaign) -> LiveCampaign:
        licensor_price = self.serving.licensors[serving.licensor].price
        return LiveCampaign(
            serving=serving,
            name_hash=id_hash(serving.campaign_id),
            licensor_price=licensor_price,
            price=serving.price + licensor_price,
            audiences=frozenset(unpack_hashes(serving.audiences)),
        )
