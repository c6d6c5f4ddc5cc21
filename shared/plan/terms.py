"""Noun plan: whom and what the plan of a day is about, apart from its rows and edges."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from shared.campaign.campaigns import Campaign
from shared.plan.caps import NOTHING, Delivered
from shared.plan.exclusions import campaign_exclusion, track_exclusion
from shared.plan.forecasts import Track
from shared.plan.pacing import Target


@dataclass(frozen=True)
class DayTerms:
    """Campaigns of a day with their targets, those left out, and what all that was read from.

    All that a plan says to people and to the lookup, but for what the solver finds.
    """

    campaigns: tuple[Campaign, ...]  # (campaigns) those in the problem
    tracks_of: tuple[tuple[str, ...], ...]  # (campaigns)
    audiences_of: tuple[bytes, ...]  # (campaigns) hashes as the serving part has them
    track_markets: dict[str, tuple[str, ...]]  # of the tracks that may not be shown everywhere
    targets: tuple[Target, ...]  # (campaigns)
    licensors: tuple[str, ...]  # (licensors)
    excluded_campaigns: dict[str, str]
    excluded_tracks: dict[str, dict[str, str]]  # campaign -> track -> reason
    campaign_versions: dict[str, int]  # of all campaigns known
    accepted_keys: tuple[str, ...]
    delivered: dict[str, Delivered]  # by campaign, of those known
    unforecast: int  # live score rows that no forecast reaches

    def licensor_index(self) -> NDArray[np.int32]:
        """Return which licensor each campaign belongs to: (campaigns)."""
        place = {licensor: i for i, licensor in enumerate(self.licensors)}
        return np.array([place[c.licensor_id] for c in self.campaigns], dtype=np.int32)


@dataclass(frozen=True)
class Entrants:
    """The campaigns that take part in a day, and why others, or some of their tracks, do not."""

    campaigns: tuple[Campaign, ...]
    tracks_of: tuple[tuple[str, ...], ...]  # (campaigns)
    excluded_campaigns: dict[str, str]
    excluded_tracks: dict[str, dict[str, str]]


def entrants(
    campaigns: list[Campaign],
    tracks: dict[str, Track],
    delivered: dict[str, Delivered],
    now: datetime,
) -> Entrants:
    """Say which campaigns take part; every other one has a reason."""
    excluded: dict[str, str] = {}
    excluded_tracks: dict[str, dict[str, str]] = {}
    live: list[Campaign] = []
    tracks_of: list[tuple[str, ...]] = []
    for campaign in sorted(campaigns, key=lambda c: c.campaign_id):
        reason = campaign_exclusion(campaign, now, delivered.get(campaign.campaign_id, NOTHING))
        if not reason:
            reasons = {
                t: track_exclusion(tracks.get(t), campaign.licensor_id) for t in campaign.track_ids
            }
            left_out = {t: why for t, why in reasons.items() if why}
            if left_out:
                excluded_tracks[campaign.campaign_id] = left_out
            reason = "no_track_allowed" if len(left_out) == len(reasons) else ""
        if reason:
            excluded[campaign.campaign_id] = reason
            continue
        live.append(campaign)
        tracks_of.append(tuple(t for t, why in reasons.items() if not why))
    return Entrants(tuple(live), tuple(tracks_of), excluded, excluded_tracks)
