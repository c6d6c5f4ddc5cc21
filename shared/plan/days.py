"""Noun plan: the UTC day that a plan covers."""

from datetime import UTC, date, datetime, timedelta

DAY = timedelta(days=1)


def day_of(now: datetime) -> date:
    """Return the UTC day of an instant."""
    return now.astimezone(UTC).date()


def share_of_day_left(now: datetime) -> float:
    """Return how much of the UTC day is still to come, in (0, 1]."""
    utc = now.astimezone(UTC)
    midnight = datetime(utc.year, utc.month, utc.day, tzinfo=UTC)
    return 1.0 - (utc - midnight) / DAY


def last_day_of(ends_at: datetime) -> date:
    """Return the last UTC day on which something that ends then (exclusive) can be shown."""
    return (ends_at.astimezone(UTC) - timedelta(microseconds=1)).date()
