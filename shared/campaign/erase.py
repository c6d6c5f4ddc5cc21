"""Noun campaign: taking one audience off the lists of campaigns."""

from collections.abc import Iterator

from shared.campaign.events import to_event
from shared.campaign.store import CampaignStore
from shared.erasure.erasures import only
from shared.erasure.removals import Removal
from shared.event.events import CampaignApplied
from shared.event.store import EventBus


def erase_from_campaigns(
    audience_id: str, *, campaigns: CampaignStore, events: EventBus, is_dry: bool
) -> Iterator[Removal]:
    """Take the audience off each campaign's list, and say so, for a plan without it.

    The version stays: its event, should it come again, loses the audience on the way in and is the
    same. Safe to run twice.

    Raises:
        CampaignMovedError: a campaign changed meanwhile; run it again.
    """
    erased = only(audience_id)
    for campaign in campaigns.all():
        left = to_event(campaign).without(erased).to_campaign()
        if left == campaign:
            continue
        if not is_dry:
            campaigns.replace(campaign, left)
            events.send(
                CampaignApplied(left.campaign_id, left.version, left.status.value, "erasure")
            )
        yield Removal("campaigns", objects=1, rows=1)
