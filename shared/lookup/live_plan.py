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

    def promoted(self, row: PackedRow) -> list[tuple[int, int]]:
        """Return the (hash, score) of the row's entries whose track a campaign may have."""
        entries = zip(row.hashes, row.scores, strict=True)
        if row.is_wide:
            return [entry for entry in entries if narrow(entry[0]) in self._pair]
        return [entry for entry in entries if entry[0] in self._pair]

    def offers_for(self, row_hash: int, *, is_wide: bool) -> tuple[Offer, ...]:
        """Return the offers for an entry of a score row."""
        if is_wide:
            offers = self.offers_for(narrow(row_hash), is_wide=False)
            return tuple(offer for offer in offers if offer.track_hash == row_hash)
        last = self._pair.get(row_hash)
        if last is None:
            return ()
        found = self._offers.get(row_hash)
        if found is None:
            pairs = (*self._more.get(row_hash, ()), last)
            found = self._offers[row_hash] = tuple(self._offer(pair) for pair in pairs)
        return found

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
        return LiveCampaign(
            serving=serving,
            name_hash=id_hash(serving.campaign_id),
            licensor_price=self.serving.licensors[serving.licensor].price,
            audiences=frozenset(unpack_hashes(serving.audiences)),
        )
