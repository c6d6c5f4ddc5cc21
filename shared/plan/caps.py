"""Noun plan: what a campaign was given already, and which of its caps that reaches."""

from dataclasses import dataclass

from shared.campaign.campaigns import Campaign


@dataclass(frozen=True)
class Delivered:
    """Exposures of a campaign on all days, and those of today (UTC) among them."""

    total: float = 0.0
    today: float = 0.0


NOTHING = Delivered()


def reached_cap(campaign: Campaign, delivered: Delivered) -> str:
    """Return which cap is reached: ``cap``, else ``daily_cap``, else an empty string."""
    if delivered.total >= campaign.cap_exposures:
        return "cap"
    if campaign.daily_cap is not None and delivered.today >= campaign.daily_cap:
        return "daily_cap"
    return ""
