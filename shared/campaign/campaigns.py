"""Noun campaign: the value that everything inside Oasis works with."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """What the licensor wants of a campaign."""

    ACTIVE = "active"
    PAUSED = "paused"
    CANCELLED = "cancelled"


class Pacing(StrEnum):
    """How a goal is spread over the days of a campaign."""

    EVEN = "even"
    ASAP = "asap"
    FRONTLOADED = "frontloaded"


@dataclass(frozen=True)
class Campaign:
    """One version of a campaign. Empty contexts, markets or audience_ids mean all of them."""

    campaign_id: str
    version: int
    licensor_id: str
    name: str
    track_ids: tuple[str, ...]
    status: Status
    starts_at: datetime
    ends_at: datetime
    goal_exposures: int
    cap_exposures: int
    daily_cap: int | None = None
    pacing: Pacing = Pacing.EVEN
    weight: float = 1.0
    min_relevance: float = 0.0
    commission_rate: float = 0.0
    holdout_share: float = 0.0
    contexts: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    audience_ids: tuple[str, ...] = ()

    @property
    def is_active(self) -> bool:
        """Say whether its licensor wants it shown."""
        return self.status is Status.ACTIVE
