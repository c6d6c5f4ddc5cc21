"""Noun event: each thing that Oasis says on its bus, as a frozen dataclass."""

from dataclasses import dataclass
from typing import ClassVar

from shared.event import schema


@dataclass(frozen=True)
class DropAccepted:
    """A drop was judged and its accepted rows are stored."""

    detail_type: ClassVar[str] = schema.DROP_ACCEPTED
    drop_id: str
    dataset: str
    producer: str
    order: str
    accepted_key: str


@dataclass(frozen=True)
class DropRejected:
    """A drop was refused whole; the data before it stays live."""

    detail_type: ClassVar[str] = schema.DROP_REJECTED
    drop_id: str
    dataset: str
    producer: str
    reason: str
    sentence: str


@dataclass(frozen=True)
class DropQuarantined:
    """A drop departs too far from the one before it: kept, unused, until a person releases it."""

    detail_type: ClassVar[str] = schema.DROP_QUARANTINED
    drop_id: str
    dataset: str
    producer: str
    reasons: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class ReplayRequested:
    """A person wants a drop version judged again; ``judgement`` counts from 1."""

    detail_type: ClassVar[str] = schema.REPLAY_REQUESTED
    drop_id: str
    key: str
    version_id: str
    judgement: int


@dataclass(frozen=True)
class ScoresLoaded:
    """All rows of an accepted drop of scores stand in the table, where nothing newer did."""

    detail_type: ClassVar[str] = schema.SCORES_LOADED
    drop_id: str
    rows_written: int
    rows_superseded: int


@dataclass(frozen=True)
class CampaignApplied:
    """A campaign's new version stands in the table."""

    detail_type: ClassVar[str] = schema.CAMPAIGN_APPLIED
    campaign_id: str
    version: int
    status: str
    correlation_id: str


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one field of an event."""

    path: str
    problem: str


@dataclass(frozen=True)
class CampaignRejected:
    """A campaign event was refused; nothing of it was applied."""

    detail_type: ClassVar[str] = schema.CAMPAIGN_REJECTED
    campaign_id: str
    reason: str
    sentence: str
    correlation_id: str
    fields: tuple[FieldProblem, ...] = ()


@dataclass(frozen=True)
class PlanActivated:
    """A plan is the current one from now on."""

    detail_type: ClassVar[str] = schema.PLAN_ACTIVATED
    plan_id: str
    epoch: int
    gap: float
    drift: float
    campaigns: int


@dataclass(frozen=True)
class PlanHeld:
    """A plan was made and not activated; a person decides."""

    detail_type: ClassVar[str] = schema.PLAN_HELD
    plan_id: str
    reason: str
    sentence: str


Event = (
    DropAccepted
    | DropRejected
    | DropQuarantined
    | ReplayRequested
    | ScoresLoaded
    | CampaignApplied
    | CampaignRejected
    | PlanActivated
    | PlanHeld
)
