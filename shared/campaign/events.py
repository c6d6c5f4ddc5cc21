"""Noun campaign: the event by which a publisher changes a campaign, checked at the door."""

import re
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StringConstraints,
    model_validator,
)

from shared.campaign.campaigns import Campaign, Pacing, Status
from shared.erasure.erasures import Erasures
from shared.id.ids import has_invisible, trimmed_id

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}.*", re.ASCII)


class UnsoundValueError(ValueError):
    """A value breaks a rule of ours; ``fault`` names it in a word for reason codes."""

    def __init__(self, fault: str, message: str) -> None:
        """Give the word, and a sentence for people."""
        super().__init__(message)
        self.fault = fault


def _sound_id(value: object) -> object:
    if not isinstance(value, str):
        return value
    trimmed = trimmed_id(value)
    if not trimmed:
        raise UnsoundValueError("id_missing", "An id must not be empty")
    if has_invisible(trimmed):
        raise UnsoundValueError(
            "id_invisible_char",
            "An id must not hold control, no-break or zero-width characters",
        )
    return trimmed


def _written_instant(value: object) -> object:
    """Refuse numbers, also as text: in what unit since when, nobody says."""
    is_written = isinstance(value, datetime) or (
        isinstance(value, str) and _INSTANT.fullmatch(value) is not None
    )
    if not is_written:
        raise UnsoundValueError("no_instant", "An instant must be ISO 8601 with date and time")
    return value


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise UnsoundValueError("no_instant", "In UTC the year is 0 or 10000") from error


Id = Annotated[str, StringConstraints(strict=True, max_length=256), BeforeValidator(_sound_id)]
Instant = Annotated[AwareDatetime, BeforeValidator(_written_instant), AfterValidator(_in_utc)]
Market = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z]{2}$")]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]


class CampaignEvent(BaseModel):
    """The detail of ``CampaignChanged`` (DESIGN.md, section 3.3). Unknown fields are refused.

    Outer ASCII spaces of ids are trimmed. Instants are in UTC.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    campaign_id: Id
    version: StrictInt = Field(ge=1)
    licensor_id: Id
    name: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=1000)]
    track_ids: tuple[Id, ...] = Field(min_length=1, max_length=1000)
    status: Status
    starts_at: Instant
    ends_at: Instant
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
            raise UnsoundValueError("ends_at_out_of_range", "ends_at must be later than starts_at")
        if self.cap_exposures is not None and self.cap_exposures < self.goal_exposures:
            raise UnsoundValueError(
                "cap_exposures_out_of_range", "cap_exposures must not be below goal_exposures"
            )
        return self

    def without(self, erased: Erasures) -> "CampaignEvent":
        """Return the event without erased audiences; a campaign for them alone is for nobody."""
        left = erased.without(self.audience_ids) if erased else self.audience_ids
        return self if left == self.audience_ids else self.model_copy(update={"audience_ids": left})

    def to_campaign(self) -> Campaign:
        """Return the campaign that the event describes, defaults filled in, times in UTC."""
        cap = self.goal_exposures if self.cap_exposures is None else self.cap_exposures
        return Campaign(**{**self.model_dump(), "cap_exposures": cap})


def to_event(campaign: Campaign) -> CampaignEvent:
    """Return the event that describes a campaign."""
    return CampaignEvent(**asdict(campaign))
