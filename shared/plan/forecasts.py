"""Noun plan: what a plan is made from besides campaigns, as columns.

All fields of one dataclass that name no other axis have equal length.
"""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from shared.plan.caps import Delivered


@dataclass(frozen=True)
class Track:
    """What the catalogue says of one track; no markets mean all of them."""

    licensor_id: str
    markets: tuple[str, ...] = ()
    is_blocked: bool = False


@dataclass(frozen=True)
class Audience:
    """Which cohort a listener belongs to; ``share`` is its part of the cohort's supply."""

    parent_id: str = ""
    market: str = ""
    share: float | None = None


@dataclass(frozen=True)
class Supply:
    """Forecast of promotable slots, one entry an (audience, context, market, date)."""

    audience_id: tuple[str, ...]
    context: tuple[str, ...]
    market: tuple[str, ...]  # empty where the forecast names none
    day: tuple[date, ...]
    expected_slots: NDArray[np.float64]


@dataclass(frozen=True)
class LiveScores:
    """Packed rows that are live, sorted by audience."""

    audience_id: tuple[str, ...]
    packed: tuple[bytes, ...]


@dataclass(frozen=True)
class Inputs:
    """Everything that one solve reads besides campaigns, and the objects it came from."""

    tracks: dict[str, Track]
    audiences: dict[str, Audience]
    supply: Supply
    scores: LiveScores
    accepted_keys: tuple[str, ...]
    delivered: dict[str, Delivered] = field(default_factory=dict)  # by campaign
