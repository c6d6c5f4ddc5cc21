"""What a key says of a drop, and the order of drops."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.drop.drops import Drop, ObjectVersion, UnreadableKey, read_key

ARRIVED = datetime(2026, 1, 5, 12, 0, 0, tzinfo=UTC)


def version(key: str, version_id: str = "v1", modified: datetime = ARRIVED) -> ObjectVersion:
    return ObjectVersion("bucket", key, version_id, modified, 10)


def drop(key: str, version_id: str = "v1", modified: datetime = ARRIVED) -> Drop:
    found = read_key(version(key, version_id, modified))
    assert isinstance(found, Drop)
    return found


def test_a_sound_key_names_dataset_producer_instant_and_format() -> None:
    found = drop("drops/scores/ml-team/2026-01-05T06:30:00+02:00/week 1.CSV.gz")

    assert (found.dataset.name, found.producer, found.format) == ("scores", "ml-team", "csv")
    assert found.as_of == datetime(2026, 1, 5, 4, 30, tzinfo=UTC)


def test_a_date_means_its_first_instant_in_utc() -> None:
    assert drop("drops/scores/p/2026-01-05/a.csv").as_of == datetime(2026, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("drops/scores/p/2026-01-05/", "bad_key"),
        ("drops/scores/p/2026-01-05/deep/a.csv", "bad_key"),
        ("elsewhere/scores/p/2026-01-05/a.csv", "bad_key"),
        ("drops/scores//2026-01-05/a.csv", "bad_key"),
        ("drops/scores/*/2026-01-05/a.csv", "bad_key"),
        ("drops/scores/p/yesterday/a.csv", "bad_key"),
        ("drops/scores/p/2026-02-30/a.csv", "bad_key"),
        ("drops/scores/p/1969-12-31/a.csv", "bad_key"),
        ("drops/scores/p/9999-12-31T23:59:59-12:00/a.csv", "bad_key"),
        ("drops/horoscopes/p/2026-01-05/a.csv", "unknown_dataset"),
        ("drops/scores/p/2026-01-05/a.xlsx", "format_mismatch"),
        ("drops/scores/p/2026-01-05/csv", "format_mismatch"),
        ("drops/campaigns/p/2026-01-05/a.csv", "format_mismatch"),
        ("drops/policy/p/2026-01-05/a.jsonl", "format_mismatch"),
        ("drops/scores/p/2026-01-07/a.csv", "as_of_in_future"),
    ],
)
def test_a_key_that_names_no_drop_has_a_reason(key: str, reason: str) -> None:
    found = read_key(version(key))

    assert isinstance(found, UnreadableKey)
    assert found.reason == reason


def test_an_instant_is_in_the_future_from_24_hours_after_arrival() -> None:
    limit = ARRIVED + timedelta(hours=24)

    at_the_limit = read_key(version(f"drops/scores/p/{limit.isoformat()}/a.csv"))
    after = limit + timedelta(microseconds=1)
    beyond = read_key(version(f"drops/scores/p/{after.isoformat()}/a.csv"))

    assert isinstance(at_the_limit, Drop)
    assert isinstance(beyond, UnreadableKey)


def test_order_sorts_like_instant_then_arrival_then_version() -> None:
    early, late = "drops/scores/p/2026-01-04/a.csv", "drops/scores/p/2026-01-05/a.csv"
    later = ARRIVED + timedelta(seconds=1)

    rising = [
        drop(early, "z", later).order,
        drop(late, "b", ARRIVED).order,
        drop(late, "c", ARRIVED).order,
        drop(late, "a", later).order,
        drop("drops/scores/p/2026-01-05T00:00:00.000001Z/a.csv", "a", ARRIVED).order,
    ]

    assert rising == sorted(rising)
    assert len(set(rising)) == len(rising)


def test_the_id_tells_every_version_apart_and_never_changes() -> None:
    key = "drops/scores/p/2026-01-05/a.csv"

    same = version(key, "v1", ARRIVED + timedelta(days=1))

    assert version(key).drop_id == same.drop_id
    assert version(key).drop_id != version(key, "v2").drop_id
    assert len(version(key).drop_id) == 20
