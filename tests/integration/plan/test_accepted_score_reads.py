"""How little of accepted drops of scores is read to find what lives and to have it."""

import pytest

from tests.integration.plan.accepted_files import (
    LARGE,
    MONDAY,
    SINCE,
    SMALL,
    TUESDAY,
    WEDNESDAY,
    file_of,
)
from tests.integration.plan.shelf import WHOLE, Read, Shelf, rows_by_name

SIZES = pytest.mark.parametrize("entries", [SMALL, LARGE], ids=["small", "large"])
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def test_packed_rows_of_a_large_file_are_read_only_where_they_count_and_then_once(
    shelf: Shelf,
) -> None:
    replaced = file_of(MONDAY, 10, "ab", "cd", "ef", entries=LARGE)
    partly = file_of(TUESDAY, 20, "ab", "xy", "cd", "ef", entries=LARGE)
    last = file_of(WEDNESDAY, 30, "abc", "def", entries=LARGE)
    shelf.store(replaced, partly, last)

    scores = shelf.accepted().live(SINCE)
    known = [shelf.packed_rows_read(file) for file in (replaced, partly, last)]
    found = rows_by_name(scores, (replaced, partly, last))

    assert known == [[], [], []]
    assert shelf.packed_rows_read(replaced) == []
    assert set(shelf.packed_rows_read(partly)) == {1}
    assert set(shelf.packed_rows_read(last)) == {0, 1}
    assert found == dict(last.rows) | dict(partly.groups[1])
    asked = sum(read.last - read.first + 1 for read in shelf.reads if read.key == last.key)
    assert asked < 1.2 * len(last.body)


def test_a_large_file_of_which_nothing_counts_costs_little_more_than_its_ids(shelf: Shelf) -> None:
    names = ["abcdefgh", "ijklmnop"]
    replaced = file_of(MONDAY, 10, *names, entries=LARGE)
    last = file_of(TUESDAY, 40, *names)
    shelf.store(replaced, last)

    rows_by_name(shelf.accepted().live(SINCE), (replaced, last))

    asked = sum(read.last - read.first + 1 for read in shelf.reads if read.key == replaced.key)
    assert asked < len(replaced.body) / 20


def test_blocks_read_nothing_of_a_small_file_that_was_replaced(shelf: Shelf) -> None:
    replaced, last = file_of(MONDAY, 10, "ab", "c"), file_of(TUESDAY, 20, "abc")
    shelf.store(replaced, last)
    scores = shelf.accepted().live(SINCE)
    shelf.reads.clear()

    rows_by_name(scores, (replaced, last))

    assert {read.key for read in shelf.reads} == {last.key}


def test_a_small_file_is_read_whole_as_often_as_something_of_it_is_needed(shelf: Shelf) -> None:
    file = file_of(MONDAY, 10, "ab", "c")
    shelf.store(file)

    rows_by_name(shelf.accepted().live(SINCE), (file,))

    footer, groups = 1, 2
    assert shelf.reads == [Read(file.key, 0, WHOLE)] * (footer + 2 * groups)


def test_places_tell_the_bytes_of_rows(shelf: Shelf) -> None:
    files = file_of(MONDAY, 10, "ÄÖÜß", entries=LARGE), file_of(TUESDAY, 20, LETTERS, entries=100)
    shelf.store(*files)

    places = shelf.accepted().live(SINCE).places

    sizes = {places.keys[f]: s for f, s in zip(places.file, places.size.tolist(), strict=True)}
    wanted = {file.key: len(file.rows[0][1] or b"") for file in files}
    assert sizes == pytest.approx(wanted, rel=0.1)


@SIZES
def test_any_part_is_read_by_another_process_alone(shelf: Shelf, entries: int) -> None:
    files = [
        file_of(MONDAY, 10, "abc", "def", "xy", entries=entries),
        file_of(TUESDAY, 20, "bg", "hei", entries=entries),
    ]
    shelf.store(*files)
    scores = shelf.accepted().live(SINCE)
    whole = [row for block in scores.blocks() for row in block.to_pylist()]

    for first in range(len(whole)):
        for last in (first, first + 1, first + 3, len(whole)):
            part = shelf.accepted().scores_at(scores.places.part(first, last))

            rows = [row for block in part.blocks() for row in block.to_pylist()]

            assert rows == whole[first:last]
            assert part.audience.tolist() == scores.audience[first:last].tolist()


def test_a_part_reads_the_row_groups_of_its_own_rows_alone(shelf: Shelf) -> None:
    file = file_of(MONDAY, 10, "ab", "cd", "ef", entries=LARGE)
    shelf.store(file)
    scores = shelf.accepted().live(SINCE)
    shelf.reads.clear()

    found = rows_by_name(shelf.accepted().scores_at(scores.places.part(3, 4)), (file,))

    assert found == dict(file.rows[3:4])
    assert set(shelf.packed_rows_read(file)) == {1}


def test_a_later_look_sees_what_was_dropped_meanwhile_and_an_earlier_one_does_not(
    shelf: Shelf,
) -> None:
    first, second = file_of(MONDAY, 10, "ab"), file_of(TUESDAY, 20, "bc")
    shelf.store(first)
    store = shelf.accepted()
    before = store.live(SINCE)

    shelf.store(second)
    after = store.live(SINCE)

    assert rows_by_name(before, (first,)) == dict(first.rows)
    assert rows_by_name(after, (first, second)) == dict(first.rows) | dict(second.rows)
