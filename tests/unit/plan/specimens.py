"""One campaign, and forecasts, audiences and scores by name, as tests need them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from shared.campaign.campaigns import Campaign, Pacing, Status
from shared.plan.forecasts import Audiences, LiveScores, Supply
from shared.plan.labels import labels_of
from shared.plan.score_places import ScorePlaces
from shared.score.hashes import id_hash
from shared.score.rows import pack_rows

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
TODAY = NOON.date()

CAMPAIGN = Campaign(
    campaign_id="c1",
    version=1,
    licensor_id="licensor-1",
    name="One",
    track_ids=("track-1",),
    status=Status.ACTIVE,
    starts_at=datetime(2026, 1, 10, tzinfo=UTC),
    ends_at=datetime(2026, 1, 20, tzinfo=UTC),
    goal_exposures=1_000,
    cap_exposures=1_000,
    pacing=Pacing.EVEN,
)


@dataclass(frozen=True)
class Audience:
    """One row of the audiences dataset but for its id."""

    parent_id: str = ""
    market: str = ""
    share: float | None = None


def campaign_with(campaign_id: str = "c1", **changes: Any) -> Campaign:
    """Return the campaign with other fields."""
    return replace(CAMPAIGN, campaign_id=campaign_id, **changes)


def hashes_of(names: Any) -> np.ndarray:
    """Return the hashes of ids, in their order."""
    return np.array([id_hash(name) for name in names], dtype=np.uint64)


def audiences_of(named: dict[str, Audience]) -> Audiences:
    """Return audiences as a solve has them."""
    names = sorted(named, key=id_hash)
    rows = [named[name] for name in names]
    return Audiences(
        audience=hashes_of(names),
        parent=hashes_of(row.parent_id for row in rows),
        market=labels_of([row.market for row in rows]),
        share=np.array([np.nan if row.share is None else row.share for row in rows]),
    )


def supply_of(*entries: tuple[str, str, str, date, float]) -> Supply:
    """Return a forecast of (audience, context, market, day, slots)."""
    columns = list(zip(*entries, strict=True)) or [()] * 5
    return Supply(
        audience=hashes_of(columns[0]),
        context=labels_of(columns[1]),
        market=labels_of(columns[2]),
        day=np.array(columns[3], dtype="datetime64[D]"),
        expected_slots=np.array(columns[4], dtype=np.float64),
    )


def live_scores(audiences: list[str], packed: list[bytes], *, rows_of_group: int = 3) -> LiveScores:
    """Return packed rows as a solve has them, in blocks of so many."""
    many = len(audiences)
    group, row = np.divmod(np.arange(many, dtype=np.int32), rows_of_group)
    places = ScorePlaces(
        keys=("scores/x",),
        audience=hashes_of(audiences),
        file=np.zeros(many, dtype=np.int32),
        group=group.astype(np.int32),
        row=row.astype(np.int32),
        size=np.array([len(each) for each in packed], dtype=np.float32),
    )
    return LiveScores(places, blocks_of(packed, rows_of_group))


def blocks_of(packed: list[bytes], rows_of_group: int) -> Callable[[], Iterator[pa.Array]]:
    """Return what yields packed rows in blocks of so many."""

    def blocks() -> Iterator[pa.Array]:
        for first in range(0, len(packed), rows_of_group):
            yield pa.array(packed[first : first + rows_of_group], pa.binary())

    return blocks


def scores_of(scores: dict[tuple[str, str], float], *, most: int = 100) -> LiveScores:
    """Return packed rows of {(audience, track): relevance}."""
    audiences, packed = pack_rows(
        [a for a, _ in scores],
        [t for _, t in scores],
        list(scores.values()),
        as_of=NOON,
        max_entries=most,
    )
    return live_scores(audiences, packed)


def packed_rows(scores: LiveScores) -> dict[int, bytes]:
    """Return the packed row of each audience's hash."""
    rows = [row for block in scores.blocks() for row in block.to_pylist()]
    return dict(zip(scores.audience.tolist(), rows, strict=True))
