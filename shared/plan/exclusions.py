"""Noun plan: why a campaign or a track of it is left out of a plan."""

from datetime import datetime

from shared.campaign.campaigns import Campaign, Status
from shared.plan.caps import NOTHING, Delivered, reached_cap
from shared.plan.forecasts import Track


def campaign_exclusion(campaign: Campaign, now: datetime, delivered: Delivered = NOTHING) -> str:
    """Return why the campaign cannot be shown now, or an empty string."""
    if campaign.status is not Status.ACTIVE:
        return campaign.status.value
    if now < campaign.starts_at:
        return "not_started"
    if now >= campaign.ends_at:
        return "ended"
    if campaign.cap_exposures == 0 or campaign.daily_cap == 0:
        return "cap_is_zero"
    reached = reached_cap(campaign, delivered)
    if reached:
        return f"{reached}_reached"
    if campaign.holdout_share == 1:
        return "holdout_is_all"
    return ""


def track_exclusion(track: Track | None, licensor_id: str) -> str:
    """Return why a track of a licensor's campaign is left out, or an empty string."""
    if track is None:
        return "unknown_track"
    if track.licensor_id != licensor_id:
        return "foreign_track"
    if track.is_blocked:
        return "blocked_track"
    return ""
