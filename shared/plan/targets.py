"""Noun plan: today's target of each campaign from the slots that it reaches."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from shared.campaign.campaigns import Campaign
from shared.plan.caps import NOTHING, Delivered
from shared.plan.days import day_of, last_day_of, share_of_day_left
from shared.plan.pacing import Target, target_of


def todays_targets(
    campaigns: Sequence[Campaign],
    delivered: dict[str, Delivered],
    reached: NDArray[np.float64],
    now: datetime,
) -> tuple[Target, ...]:
    """Return today's target of each campaign from the slots it reaches today and to its end.

    ``reached`` (campaigns, days) counts days from that of ``now``, whole; days that no forecast
    covers count as its mean day.
    """
    known_days = reached.shape[1]
    mean_day = reached.mean(axis=1)
    left = share_of_day_left(now)
    targets = []
    for index, campaign in enumerate(campaigns):
        days = (last_day_of(campaign.ends_at) - day_of(now)).days + 1
        today = float(reached[index, 0]) * left
        later = float(reached[index, 1:days].sum()) if days > 1 else 0.0
        later += float(mean_day[index]) * max(0, days - known_days)
        period = campaign.ends_at - campaign.starts_at
        given = delivered.get(campaign.campaign_id, NOTHING)
        targets.append(
            target_of(
                campaign,
                delivered=given.total,
                delivered_today=given.today,
                slots_today=today,
                slots_to_end=today + later,
                period_left=max(timedelta(0), campaign.ends_at - now) / period,
            )
        )
    return tuple(targets)
