"""Where accepted data stands: keys sort by order and say whose they are."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.drop.accepted_keys import (
    AcceptedDrop,
    accepted_key,
    read_accepted_key,
    record_id_in,
)
from shared.drop.drops import Drop, ObjectVersion, read_key

LANDED = datetime(2026, 1, 5, 12, 30, tzinfo=UTC)


def drop(as_of: str, version_id: str = "v-1.2_3") -> Drop:
    key = f"drops/scores/models/{as_of}/a.csv"
    read = read_key(ObjectVersion("bucket", key, version_id, LANDED, 1))
    assert isinstance(read, Drop)
    return read


def test_a_key_says_which_drop_it_holds_and_when_it_landed() -> None:
    dropped = drop("2026-01-05T06:07:08.123456Z")

    said = read_accepted_key(accepted_key(dropped))

    as_of = datetime(2026, 1, 5, 6, 7, 8, 123456, tzinfo=UTC)
    assert said == AcceptedDrop("scores", dropped.drop_id, as_of, LANDED)


def test_keys_sort_like_their_orders() -> None:
    drops = [drop(as_of) for as_of in ("1970-01-01", "2026-01-04", "2026-01-05T00:00:00.000001Z")]

    keys = [accepted_key(each) for each in drops]

    assert keys == sorted(keys)


def test_a_replay_sorts_behind_the_judgement_before_it_by_key_and_by_order() -> None:
    first = drop("2026-01-05")
    judged = [replace(first, judgement=number) for number in (0, 1, 2, 11)]

    assert [accepted_key(each) for each in judged] == sorted(accepted_key(each) for each in judged)
    assert [each.order for each in judged] == sorted(each.order for each in judged)
    assert [record_id_in(accepted_key(each)) for each in judged] == [e.record_id for e in judged]
    assert accepted_key(judged[-1]) < accepted_key(drop("2026-01-06"))


def test_two_files_of_one_second_without_versions_stand_apart() -> None:
    versions = [
        ObjectVersion("bucket", f"drops/scores/models/2026-01-05/{name}.csv", "null", LANDED, 1)
        for name in "ab"
    ]

    keys = {accepted_key(each) for each in map(read_key, versions) if isinstance(each, Drop)}

    assert len(keys) == 2


NO_KEYS = ["scores/x.parquet", "", "scores/20260105T000000.000000Z-v.parquet"]


@pytest.mark.parametrize("key", NO_KEYS)
def test_another_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="no key of accepted data"):
        read_accepted_key(key)
