"""Noun plan: what a plan is made from besides campaigns, as columns.

Audiences stand here by the 64-bit hash of their id, which is what the serving part holds of them
too. All fields of one dataclass that name no other axis have equal length.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shared.plan.caps import Delivered
from shared.plan.labels import Labels, joined_labels
from shared.plan.score_places import ScorePlaces

Kind = TypeVar("Kind", bound=np.generic)

NO_PARENT = np.uint64(0)  # the hash of an empty id


@dataclass(frozen=True)
class Track:
    """What the catalogue says of one track; no markets mean all of them."""

    licensor_id: str
    markets: tuple[str, ...] = ()
    is_blocked: bool = False


@dataclass(frozen=True)
class Audiences:
    """Which cohort each listener belongs to, and in which market it is."""

    audience: NDArray[np.uint64]  # ascending, distinct
    parent: NDArray[np.uint64]  # NO_PARENT where it has none
    market: Labels  # empty where not known
    share: NDArray[np.float64]  # part of its parent's supply, nan for an even one

    def positions(self, audience: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return where these audiences stand here, -1 for those that do not."""
        return positions_in(self.audience, audience)

    def with_older(self, older: "Audiences") -> "Audiences":
        """Return these and those of the older that are not here."""
        new = np.flatnonzero(self.positions(older.audience) < 0)
        if not len(new):
            return self
        audience = np.concatenate((self.audience, older.audience[new]))
        order = np.argsort(audience)
        market = joined_labels([self.market, older.market.take(new)])
        return Audiences(
            audience=audience[order],
            parent=np.concatenate((self.parent, older.parent[new]))[order],
            market=market.take(order),
            share=np.concatenate((self.share, older.share[new]))[order],
        )


NOBODY = Audiences(
    audience=np.zeros(0, dtype=np.uint64),
    parent=np.zeros(0, dtype=np.uint64),
    market=Labels((), np.zeros(0, dtype=np.int32)),
    share=np.zeros(0),
)


@dataclass(frozen=True)
class Supply:
    """Forecast of promotable slots, one entry an (audience, context, market, date)."""

    audience: NDArray[np.uint64]
    context: Labels
    market: Labels  # empty where the forecast names none
    day: NDArray[np.datetime64]
    expected_slots: NDArray[np.float64]


@dataclass(frozen=True)
class LiveScores:
    """Packed rows that are live: whose they are, where they stand, and how to read them.

    ``blocks`` yields arrays of packed rows that together are those of ``places``, in their order.
    """

    places: ScorePlaces
    blocks: Callable[[], Iterator[pa.Array]]

    @property
    def audience(self) -> NDArray[np.uint64]:
        """Return whose rows they are: (rows), distinct."""
        return self.places.audience


@dataclass(frozen=True)
class RowInputs:
    """What gives the rows of a plan and their scores, read once more."""

    audiences: Audiences
    supply: Supply
    scores: LiveScores


@dataclass(frozen=True)
class Inputs:
    """Everything that one solve reads besides campaigns, and the objects it came from."""

    tracks: dict[str, Track]
    audiences: Audiences
    supply: Supply
    scores: LiveScores
    accepted_keys: tuple[str, ...]
    delivered: dict[str, Delivered] = field(default_factory=dict)  # by campaign


def positions_in(risen: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the position of each wanted value among rising ones, -1 where it is not there."""
    if not len(risen):
        return np.full(len(wanted), -1, dtype=np.int64)
    at = np.minimum(np.searchsorted(risen, wanted), len(risen) - 1)
    return np.where(risen[at] == wanted, at, -1).astype(np.int64)


def values_at(values: NDArray[Kind], position: NDArray[np.int64], absent: Kind) -> NDArray[Kind]:
    """Return the value at each position, or what stands for none where that is -1."""
    if not len(values):
        return np.full(len(position), absent)
    return np.where(position >= 0, values[position], absent)
