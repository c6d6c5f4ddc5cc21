"""Noun plan: the prices of the plan before, where the next solve starts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.plan.reports import PlanReport
from shared.plan.terms import DayTerms


@dataclass(frozen=True)
class WarmStart:
    """Prices by which a problem's campaigns and licensors were served last."""

    campaign_price: NDArray[np.float64]  # (campaigns) 0 of one that was in no plan
    licensor_price: NDArray[np.float64]  # (licensors)
    changed: NDArray[np.bool_]  # (campaigns) those of another version than then


def warm_start(terms: DayTerms, before: PlanReport | None) -> WarmStart | None:
    """Return where to start from, None where the plan before says nothing of these campaigns."""
    known = {c.campaign_id: c for c in before.campaigns} if before else {}
    found = [known.get(campaign.campaign_id) for campaign in terms.campaigns]
    if not any(found):
        return None
    licensor_price = {c.licensor_id: c.licensor_price for c in known.values()}
    return WarmStart(
        campaign_price=np.array([c.price if c else 0.0 for c in found]),
        licensor_price=np.array([licensor_price.get(each, 0.0) for each in terms.licensors]),
        changed=np.array(
            [
                c is None or c.version != campaign.version
                for c, campaign in zip(found, terms.campaigns, strict=True)
            ]
        ),
    )
