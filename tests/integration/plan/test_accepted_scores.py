"""Which rows of accepted drops of scores count."""

from datetime import timedelta

import pytest

from shared.plan.score_store import AT_ONCE
from tests.integration.plan.accepted_files import (
    LANDED,
    LARGE,
    MONDAY,
    OLD,
    SINCE,
    SMALL,
    TUESDAY,
    WEDNESDAY,
    AcceptedFile,
    file_of,
    row_of,
)
from tests.integration.plan.random_files import modelled, random_files
from tests.integration.plan.shelf import Shelf, live

SIZES = pytest.mark.parametrize("entries", [SMALL, LARGE], ids=["small", "large"])


@SIZES
def test_an_audience_has_the_row_of_the_last_drop_that_has_it(shelf: Shelf, entries: int) -> None:
    first = file_of(MONDAY, 10, "ab", "cd", "ef", entries=entries)
    second = file_of(TUESDAY, 20, "b", "xdy", "zw", entries=entries)
    third = file_of(WEDNESDAY, 30, "by", "pqr", entries=entries)
    assert (len(first.body) > AT_ONCE) == (entries == LARGE)

    found = live(shelf, first, second, third)

    expected = dict(first.rows) | dict(second.rows) | dict(third.rows)
    assert found == expected


def test_the_order_of_keys_decides_what_is_last_not_that_of_arrival(shelf: Shelf) -> None:
    later = LANDED + timedelta(hours=1)
    files = [
        file_of(MONDAY, 1, "abcd", landed_at=later),
        file_of(TUESDAY, 10, "abc", landed_at=LANDED),
        file_of(TUESDAY, 20, "ab", landed_at=LANDED, is_put_back=True),
        file_of(TUESDAY, 30, "a", landed_at=later),
    ]
    assert [file.key for file in files] == sorted(file.key for file in files)

    found = live(shelf, *files)

    last = {"a": files[3], "b": files[2], "c": files[1], "d": files[0]}
    assert found == {audience: dict(file.rows)[audience] for audience, file in last.items()}


@SIZES
def test_a_null_row_takes_the_audience_away_until_a_later_drop_has_it(
    shelf: Shelf, entries: int
) -> None:
    first = file_of(MONDAY, 10, "abcde", entries=entries)
    kept = row_of(20, TUESDAY, entries=entries)
    gone = AcceptedFile(TUESDAY, [[("a", None), ("x", kept), ("c", None)], [("d", None)]])
    third = file_of(WEDNESDAY, 30, "c", entries=entries)

    found = live(shelf, first, gone, third)

    own = dict(first.rows)
    assert found == {"b": own["b"], "e": own["e"], "x": kept, "c": third.rows[0][1]}


def test_drops_as_old_as_the_time_to_live_are_left_out(shelf: Shelf) -> None:
    older, just = file_of(OLD, 1, "a"), file_of(SINCE, 2, "b")
    newer = file_of(SINCE + timedelta(seconds=1), 3, "c")

    found = live(shelf, older, just, newer)

    assert found == dict(newer.rows)
    assert {read.key for read in shelf.reads} == {newer.key}


@SIZES
def test_rows_that_were_put_back_live_as_long_as_they_would_have(
    shelf: Shelf, entries: int
) -> None:
    fresh = row_of(2, SINCE + timedelta(milliseconds=1), entries=entries)
    wrong = file_of(TUESDAY, 10, "abcde", entries=entries)
    put_back = AcceptedFile(
        TUESDAY,
        [
            [("a", row_of(1, OLD, entries=entries)), ("b", fresh)],
            [("c", row_of(3, SINCE, entries=entries)), ("d", None)],
        ],
        is_put_back=True,
    )
    before = file_of(MONDAY, 20, "acd")

    found = live(shelf, before, wrong, put_back)

    assert found == {"b": fresh, "e": dict(wrong.rows)["e"]}


@SIZES
def test_the_last_row_of_an_audience_in_a_file_counts(shelf: Shelf, entries: int) -> None:
    rows = [row_of(number, TUESDAY, entries=entries) for number in range(8)]
    twice = AcceptedFile(
        TUESDAY,
        [
            [("a", rows[0]), ("b", rows[1]), ("a", rows[2]), ("d", rows[3])],
            [("c", rows[4]), ("b", rows[5]), ("d", None)],
            [("e", None), ("e", rows[6])],
        ],
    )

    found = live(shelf, file_of(MONDAY, 20, "abde"), twice)

    assert found == {"a": rows[2], "b": rows[5], "c": rows[4], "e": rows[6]}


def test_without_files_or_rows_nothing_lives(shelf: Shelf) -> None:
    shelf.world.s3.put_object(Bucket=shelf.world.accepted_bucket, Key="supply/x", Body=b"")

    assert live(shelf) == {}
    assert live(shelf, AcceptedFile(MONDAY, []), AcceptedFile(TUESDAY, [[]])) == {}
    assert live(shelf, AcceptedFile(MONDAY, [[("a", None)]])) == {}


@pytest.mark.parametrize("seed", range(16))
def test_rows_of_random_drops_are_those_of_going_through_all_of_them(
    shelf: Shelf, seed: int
) -> None:
    files = random_files(seed)

    found = live(shelf, *files)

    assert found == modelled(files)
    assert all(isinstance(row, bytes) for row in found.values())
