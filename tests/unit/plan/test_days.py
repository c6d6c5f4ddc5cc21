"""The UTC day that a plan covers."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.plan.days import day_of, last_day_of, share_of_day_left

MIDNIGHT = datetime(2026, 1, 12, tzinfo=UTC)
STOCKHOLM = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("passed", "left"),
    [(timedelta(0), 1.0), (timedelta(hours=6), 0.75), (timedelta(hours=12), 0.5)],
)
def test_the_share_of_the_day_left_falls_from_one(passed: timedelta, left: float) -> None:
    assert share_of_day_left(MIDNIGHT + passed) == left


def test_the_day_is_that_of_utc_wherever_the_instant_was_written() -> None:
    half_past_midnight_in_stockholm = datetime(2026, 1, 13, 0, 30, tzinfo=STOCKHOLM)

    assert day_of(half_past_midnight_in_stockholm) == date(2026, 1, 12)
    assert share_of_day_left(half_past_midnight_in_stockholm) == pytest.approx(0.5 / 24)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_some_of_the_day_is_always_left(now: datetime) -> None:
    assert 0 < share_of_day_left(now) <= 1


def test_what_ends_at_midnight_is_shown_for_the_last_time_on_the_day_before() -> None:
    assert last_day_of(MIDNIGHT) == date(2026, 1, 11)
    assert last_day_of(MIDNIGHT + timedelta(microseconds=1)) == date(2026, 1, 12)
    assert last_day_of(datetime(2026, 1, 13, 1, tzinfo=STOCKHOLM)) == date(2026, 1, 12)
