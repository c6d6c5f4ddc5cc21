"""One campaign, one forecast and one row of scores, as tests need them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from shared.campaign.campaigns import Campaign, Pacing, Status
from shared.plan.forecasts import LiveScores, Supply
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


def campaign_with(campaign_id: str = "c1", **changes: Any) -> Campaign:
    """Return the campaign with other fields."""
    return replace(CAMPAIGN, campaign_id=campaign_id, **changes)


def supply_of(*entries: tuple[str, str, str, date, float]) -> Supply:
    """Return a forecast of (audience, context, market, day, slots)."""
    columns = list(zip(*entries, strict=True)) or [()] * 5
    return Supply(
        columns[0], columns[1], columns[2], columns[3], np.array(columns[4], dtype=np.float64)
    )


def scores_of(scores: dict[tuple[str, str], float], *, most: int = 100) -> LiveScores:
    """Return packed rows of {(audience, track): relevance}."""
    audiences, packed = pack_rows(
        [a for a, _ in scores],
        [t for _, t in scores],
        list(scores.values()),
        as_of=NOON,
        max_entries=most,
    )
    return LiveScores(tuple(audiences), tuple(packed))
