"""Noun plan: what a plan says of itself to people: inputs, campaigns, certificate."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from shared.drop.accepted_keys import AcceptedDrop, read_accepted_key
from shared.plan.caps import Delivered


@dataclass(frozen=True)
class Certificate:
    """Why the served plan is sound. Exposures are weighted by value in the first three."""

    served_primal: float
    primal: float
    dual_bound: float
    gap: float  # (dual_bound - served_primal) / served value
    largest_violation: float  # exposures over any cap


@dataclass(frozen=True)
class PlannedCampaign:
    """What the plan holds for one campaign in what is left of its day, in exposures."""

    campaign_id: str
    licensor_id: str
    name: str
    version: int
    goal_today: float
    cap_today: float
    planned_exposures: float
    shortfall: float
    binding: str
    price: float
    licensor_price: float
    throttle: float
    edges: int


@dataclass(frozen=True)
class SolverFigures:
    """How the solve went."""

    rows: int
    edges: int
    iterations: int
    width: float
    unforecast: int  # live score rows without any forecast slots
    shards: int = 1  # in how many places the rows were


@dataclass(frozen=True)
class PlanReport:
    """A plan without its serving part. Timings, epoch and request stand outside.

    ``delivered`` are the campaigns, planned or excluded, that were given anything before it.
    """

    format: int
    solved_from: str  # ISO 8601, UTC
    parent: str
    policy: dict[str, Any]
    accepted_keys: tuple[str, ...]
    campaign_versions: dict[str, int]
    campaigns: tuple[PlannedCampaign, ...]
    excluded_campaigns: dict[str, str]
    excluded_tracks: dict[str, dict[str, str]]
    certificate: Certificate
    drift: float
    solver: SolverFigures
    delivered: dict[str, Delivered] = field(default_factory=dict)


def encode_report(report: PlanReport) -> bytes:
    """Return the report as JSON; equal reports give equal bytes."""
    return msgspec.json.format(msgspec.json.encode(report, order="sorted"), indent=1)


def decode_report(document: bytes) -> PlanReport:
    """Read a report.

    Raises:
        msgspec.ValidationError: a field is missing or of the wrong type.
    """
    return msgspec.json.decode(document, type=PlanReport)


def first_used(report: PlanReport, before: PlanReport | None) -> tuple[AcceptedDrop, ...]:
    """Return the drops that a plan rests on and the plan before did not."""
    known = frozenset(before.accepted_keys if before else ())
    return tuple(read_accepted_key(key) for key in report.accepted_keys if key not in known)


def changed_campaigns(report: PlanReport, before: PlanReport | None) -> dict[str, int]:
    """Return campaign ids and versions that a plan knows and the plan before did not."""
    known = before.campaign_versions if before else {}
    return {c: v for c, v in report.campaign_versions.items() if known.get(c) != v}


def drift_between(before: PlanReport | None, after: dict[str, float]) -> float:
    """Return how far planned exposures moved from the plan before, in [0, 1].

    Only campaigns of both plans count, each by its part of their sum (total variation distance),
    so that neither a new campaign nor a shorter rest of the day is drift by itself.
    """
    if before is None:
        return 0.0
    earlier = {c.campaign_id: c.planned_exposures for c in before.campaigns}
    both = sorted(earlier.keys() & after.keys())
    total_before = sum(earlier[c] for c in both)
    total_after = sum(after[c] for c in both)
    if total_before <= 0 or total_after <= 0:
        return 0.0
    return 0.5 * sum(abs(after[c] / total_after - earlier[c] / total_before) for c in both)
