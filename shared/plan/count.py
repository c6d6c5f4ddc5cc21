"""Noun plan: silencing the campaigns whose caps an accepted drop of delivery shows as reached."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice

from shared.campaign.campaigns import Campaign
from shared.campaign.store import CampaignMovedError, CampaignStore
from shared.plan.caps import NOTHING, Delivered, reached_cap
from shared.plan.days import day_of
from shared.plan.deliveries import delivered_by_campaign
from shared.plan.delivery_store import DeliveryStore
from shared.pointer.pointers import Pointer, Suppression, suppression_after_delivery
from shared.pointer.store import PointerStore

ATTEMPTS = 20
CHANGES_AT_ONCE = 50  # of a transaction, which takes 100 items


@dataclass(frozen=True)
class Counted:
    """The campaigns that a drop names, and those among them that fell silent or speak again."""

    campaigns: int
    unknown: int
    silenced: tuple[str, ...]
    lifted: tuple[str, ...]


def count_delivery(
    accepted_key: str,
    *,
    deliveries: DeliveryStore,
    campaigns: CampaignStore,
    pointer: PointerStore,
    now: datetime,
) -> Counted:
    """Silence each campaign of one accepted drop that reached a cap, by all deliveries there are.

    Lifts what newer totals refute, and looks again after each change, so that deliveries that
    came meanwhile have the last word. Safe to run twice, late and out of order: it is all
    deliveries that count, whichever drop asks, and a change is written only while the pointer and
    the campaigns are as they were read.

    Raises:
        CampaignMovedError: others kept moving the pointer or a campaign; try again later.
    """
    named = deliveries.reports(accepted_key).column("campaign_id").unique().to_pylist()
    silenced, lifted = set[str](), set[str]()
    for _ in range(ATTEMPTS):
        known = list(campaigns.find_all(named))
        before = pointer.read() if known else Pointer()  # a campaign comes with its pointer
        delivered = delivered_by_campaign(deliveries.standing().rows, day_of(now))
        running = (c for c in known if c.is_active and now < c.ends_at)
        changes = _changes(running, delivered, before, day_of(now))
        if not changes:
            deliveries.summarise()
            unknown = len(named) - len(known)
            return Counted(len(named), unknown, tuple(sorted(silenced)), tuple(sorted(lifted)))
        try:
            _write(changes, campaigns, before)
        except CampaignMovedError:
            continue
        now_silent = {c.campaign_id for c, after in changes if after is not None}
        now_lifted = {c.campaign_id for c, after in changes if after is None}
        silenced, lifted = (silenced - now_lifted) | now_silent, (lifted - now_silent) | now_lifted
    raise CampaignMovedError(f"Others moved the pointer {ATTEMPTS} times in a row.")


def _changes(
    running: Iterable[Campaign], delivered: dict[str, Delivered], pointer: Pointer, today: date
) -> list[tuple[Campaign, Suppression | None]]:
    changes = []
    for campaign in running:
        before = pointer.suppressed.get(campaign.campaign_id)
        reached = reached_cap(campaign, delivered.get(campaign.campaign_id, NOTHING))
        after = suppression_after_delivery(
            before,
            version=campaign.version,
            is_cap_reached=reached == "cap",
            is_daily_cap_reached=reached == "daily_cap",
            today=today,
        )
        if after != before:
            changes.append((campaign, after))
    return changes


def _write(
    changes: list[tuple[Campaign, Suppression | None]], campaigns: CampaignStore, pointer: Pointer
) -> None:
    left = iter(changes)
    while part := list(islice(left, CHANGES_AT_ONCE)):
        campaigns.suppress(part, pointer=pointer)
        pointer = replace(pointer, revision=pointer.revision + 1)
