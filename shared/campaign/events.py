"""Noun campaign: the event by which a publisher changes a campaign, checked at the door."""

from dataclasses import asdict
from datetime import UTC
from typing import Annotated, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    StringConstraints,
    model_validator,
)

from shared.campaign.campaigns import Campaign, Pacing, Status

Id = Annotated[
    str,
    StringConstraints(strict=True, min_length=1, max_length=256, pattern=r"^[^\x00-\x1f\x7f]+$"),
]
Market = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z]{2}$")]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]


class CampaignEvent(BaseModel):
    """The detail of ``CampaignChanged`` (DESIGN.md, section 3.3). Unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    campaign_id: Id
    version: StrictInt = Field(ge=1)
    licensor_id: Id
    name: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=1000)]
    track_ids: tuple[Id, ...] = Field(min_length=1, max_length=1000)
    status: Status
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    goal_exposures: StrictInt = Field(ge=0)
    cap_exposures: StrictInt | None = Field(default=None, ge=0)
    daily_cap: StrictInt | None = Field(default=None, ge=0)
    pacing: Pacing = Pacing.EVEN
    weight: float = Field(default=1.0, strict=True, gt=0, le=1e6)
    min_relevance: Share = 0.0
    commission_rate: Share = 0.0
    holdout_share: Share = 0.0
    contexts: tuple[Literal["radio", "autoplay", "mixes"], ...] = ()
    markets: tuple[Market, ...] = ()
    audience_ids: tuple[Id, ...] = Field(default=(), max_length=1000)

    @model_validator(mode="after")
    def _period_and_caps(self) -> "CampaignEvent":
        if self.ends_at <= self.starts_at:
            raise ValueError("ends_at must be later than starts_at")
        if self.cap_exposures is not None and self.cap_exposures < self.goal_exposures:
            raise ValueError("cap_exposures must not be below goal_exposures")
        return self

    def to_campaign(self) -> Campaign:
        """Return the campaign that the event describes, defaults filled in, times in UTC."""
        values = self.model_dump()
        cap = self.goal_exposures if self.cap_exposures is None else self.cap_exposures
        return Campaign(
            **{
                **values,
                "cap_exposures": cap,
                "starts_at": self.starts_at.astimezone(UTC),
                "ends_at": self.ends_at.astimezone(UTC),
            }
        )


def to_event(campaign: Campaign) -> CampaignEvent:
    """Return the event that describes a campaign."""
    return CampaignEvent(**asdict(campaign))
