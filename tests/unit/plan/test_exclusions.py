"""Why a campaign or a track of it is left out of a plan."""

from datetime import timedelta
from typing import Any

import pytest

from shared.campaign.campaigns import Status
from shared.plan.caps import Delivered, reached_cap
from shared.plan.exclusions import campaign_exclusion, track_exclusion
from shared.plan.forecasts import Track
from tests.unit.plan.specimens import CAMPAIGN, NOON, campaign_with


def test_a_campaign_that_is_active_now_is_in_the_plan() -> None:
    assert campaign_exclusion(CAMPAIGN, NOON) == ""


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": Status.PAUSED}, "paused"),
        ({"status": Status.CANCELLED}, "cancelled"),
        ({"starts_at": NOON + timedelta(microseconds=1)}, "not_started"),
        ({"starts_at": NOON}, ""),
        ({"ends_at": NOON}, "ended"),
        ({"ends_at": NOON + timedelta(microseconds=1)}, ""),
        ({"goal_exposures": 0, "cap_exposures": 0}, "cap_is_zero"),
        ({"goal_exposures": 0, "cap_exposures": 1}, ""),
        ({"daily_cap": 0}, "cap_is_zero"),
        ({"daily_cap": 1}, ""),
        ({"holdout_share": 1.0}, "holdout_is_all"),
        ({"holdout_share": 0.99}, ""),
        ({"status": Status.PAUSED, "ends_at": NOON}, "paused"),
    ],
)
def test_a_campaign_is_left_out_for_the_first_reason_that_holds(
    changes: dict[str, Any], reason: str
) -> None:
    assert campaign_exclusion(campaign_with(**changes), NOON) == reason


@pytest.mark.parametrize(
    ("delivered", "reason"),
    [
        (Delivered(total=999.9, today=99.9), ""),
        (Delivered(total=1_000, today=0), "cap_reached"),
        (Delivered(total=500, today=100), "daily_cap_reached"),
        (Delivered(total=1_200, today=200), "cap_reached"),
    ],
)
def test_a_campaign_whose_cap_was_delivered_is_left_out(delivered: Delivered, reason: str) -> None:
    campaign = campaign_with(cap_exposures=1_000, daily_cap=100)

    assert campaign_exclusion(campaign, NOON, delivered) == reason
    assert reached_cap(campaign, delivered) == reason.removesuffix("_reached")


def test_without_a_daily_cap_no_day_reaches_one() -> None:
    assert reached_cap(campaign_with(cap_exposures=10), Delivered(total=9, today=9)) == ""


@pytest.mark.parametrize(
    ("track", "reason"),
    [
        (Track("licensor-1"), ""),
        (Track("licensor-1", markets=("SE",)), ""),
        (None, "unknown_track"),
        (Track("licensor-2"), "foreign_track"),
        (Track("licensor-1", is_blocked=True), "blocked_track"),
        (Track("licensor-2", is_blocked=True), "foreign_track"),
    ],
)
def test_a_track_is_left_out_unless_it_is_known_its_licensors_own_and_not_blocked(
    track: Track | None, reason: str
) -> None:
    assert track_exclusion(track, "licensor-1") == reason
