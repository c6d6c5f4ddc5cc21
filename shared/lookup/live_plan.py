"""Noun lookup: a plan in memory, indexed for lookups.

Whoever meets a new plan first waits for its index, so that holds numbers alone: which pair of
campaign and track comes first for a hash. What lookups need of a campaign is made when it is
first asked for, and kept.
"""

from dataclasses import dataclass

from shared.plan.serving import ServingCampaign, ServingPlan, unpack_hashes
from shared.score.hashes import id_hash, narrow
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
        """Index the pairs of campaign and track by the track's narrow hash."""
        self.plan_id, self.serving = plan_id, serving
        self.contexts = {context.name: context for context in serving.contexts}
        self._track = unpack_hashes(b"".join(campaign.tracks for campaign in serving.campaigns))
        self._campaign = [
            index
            for index, campaign in enumerate(serving.campaigns)
            for _ in range(len(campaign.tracks) // 8)
        ]
        narrow_hashes = [narrow(track) for track in self._track]
        self._pair = dict(zip(narrow_hashes, range(len(narrow_hashes)), strict=True))
        self._more: dict[int, list[int]] = {}
        if len(self._pair) < len(narrow_hashes):
            for pair, hashed in enumerate(narrow_hashes):
                if self._pair[hashed] != pair:
                    self._more.setdefault(hashed, []).append(pair)
        self._campaigns: dict[int, LiveCampaign] = {}
        self._offers: dict[int, tuple[Offer, ...]] = {}

    def promoted(self, row: PackedRow) -> list[tuple[int, int, tuple[Offer, ...]]]:
        """Return (hash, score, offers) of the row's entries whose track a campaign may have."""
        entries, known = row.entries_of(self._pair), self._offers
        if row.is_wide:
            found = [(h, score, self._wide_offers(h)) for h, score in entries]
            return [entry for entry in found if entry[2]]
        return [(h, score, known.get(h) or self._found(h)) for h, score in entries]

    def _found(self, narrow_hash: int) -> tuple[Offer, ...]:
        """Return the offers for a track that a campaign has, and keep them."""
        pairs = (*self._more.get(narrow_hash, ()), self._pair[narrow_hash])
        found = self._offers[narrow_hash] = tuple(self._offer(pair) for pair in pairs)
        return found

    def _wide_offers(self, track_hash: int) -> tuple[Offer, ...]:
        hashed = narrow(track_hash)
        offers = self._offers.get(hashed) or self._found(hashed)
        return tuple(offer for offer in offers if offer.track_hash == track_hash)

    def _offer(self, pair: int) -> Offer:
        index = self._campaign[pair]
        campaign = self._campaigns.get(index)
        if campaign is None:
            campaign = self._campaigns[index] = self._live(self.serving.campaigns[index])
        track_hash, markets = self._track[pair], campaign.serving.track_markets
        tracks = campaign.serving.tracks
        position = unpack_hashes(tracks).index(track_hash) if markets else 0
        return Offer(campaign, track_hash, markets[position] if markets else ())

    def _live(self, serving: ServingCampaign) -> LiveCampaign:
        licensor_price = self.serving.licensors[serving.licensor].price
        return LiveCampaign(
            serving=serving,
            name_hash=id_hash(serving.campaign_id),
            licensor_price=licensor_price,
            price=serving.price + licensor_price,
            audiences=frozenset(unpack_hashes(serving.audiences)),
        )
