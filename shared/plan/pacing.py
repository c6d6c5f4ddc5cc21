"""Noun plan: how much of a campaign's goal belongs to today."""

from dataclasses import dataclass

from shared.campaign.campaigns import Campaign, Pacing

HEADROOM = 1.1  # even pacing may run this much ahead of its share of the day
FRONTLOAD = 1.4  # a frontloaded campaign starts this much ahead of even


@dataclass(frozen=True)
class Target:
    """Today's soft minimum and hard cap in exposures, 0 <= minimum <= cap, and what set the cap."""

    minimum: float
    cap: float
    cap_reason: str  # cap, daily_cap, goal or pacing


def target_of(
    campaign: Campaign,
    *,
    delivered: float,
    delivered_today: float,
    slots_today: float,
    slots_to_end: float,
    period_left: float,
) -> Target:
    """Return what a campaign should and may get in what is left of today.

    ``slots_today`` and ``slots_to_end`` are the slots that it can reach, today's included in
    both; ``period_left`` is the part of its period still to come, in [0, 1].
    """
    caps = [(max(0.0, campaign.cap_exposures - delivered), "cap")]
    if campaign.daily_cap is not None:
        caps.append((max(0.0, campaign.daily_cap - delivered_today), "daily_cap"))
    remaining = max(0.0, campaign.goal_exposures - delivered)
    even = remaining * (slots_today / slots_to_end if slots_to_end > 0 else 0.0)
    if campaign.pacing is Pacing.ASAP:
        wanted = even
        caps.append((remaining, "goal"))
    elif campaign.pacing is Pacing.FRONTLOADED:
        wanted = min(remaining, even * (1.0 + (FRONTLOAD - 1.0) * period_left))
        caps.append((wanted * HEADROOM, "pacing" if remaining else "goal"))
    else:
        wanted = even
        caps.append((wanted * HEADROOM, "pacing" if remaining else "goal"))
    cap, reason = min(caps, key=lambda found: found[0])
    return Target(minimum=min(wanted, cap), cap=cap, cap_reason=reason)
