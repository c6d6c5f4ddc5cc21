"""Noun lookup: why a score is what it is, from the numbers that made it."""

from shared.lookup.allotments import Allotment
from shared.lookup.answers import Binding, Explanation
from shared.lookup.live_plan import LivePlan
from shared.lookup.store import LiveRow


def explanation_of(held: Allotment, plan: LivePlan, row: LiveRow) -> Explanation:
    """Return where the score of one track comes from."""
    campaign = held.offer.campaign
    return Explanation(
        relevance=held.relevance,
        weight=campaign.serving.weight,
        campaign_price=campaign.serving.price,
        licensor_price=campaign.licensor_price,
        threshold=held.threshold,
        net_value=held.net_value,
        width=plan.serving.width,
        throttle=campaign.serving.throttle,
        binding=binding_of(held, plan.serving.width),
        enters_at=held.net_value + campaign.serving.price - held.threshold,
        producer=row.producer,
        order=row.order,
    )


def binding_of(held: Allotment, width: float) -> Binding:
    """Return what keeps a score where it is."""
    campaign = held.offer.campaign
    if not held.is_eligible:
        return Binding.INELIGIBLE
    if held.net_value - held.threshold >= width:
        return Binding.FREQUENCY_CAP
    if held.threshold > 0:
        return Binding.PROMOTED_SHARE
    dearest = max(campaign.serving.price, campaign.licensor_price)
    if dearest <= 0:
        return Binding.VALUE
    is_own = campaign.serving.price == dearest
    return Binding.CAMPAIGN_PRICE if is_own else Binding.LICENSOR_PRICE
