"""Where packed rows stand: blocks are row groups, shares are cut between these."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.plan.score_places import ScorePlaces, joined_places

KEYS = ("scores/a", "scores/b", "scores/c")
Group = tuple[int, int, int, float]  # file, group in it, rows, bytes a row

GROUPS = st.lists(
    st.tuples(
        st.integers(0, len(KEYS) - 1),
        st.integers(0, 3),
        st.integers(1, 6),
        st.floats(0, 1e6, width=32),
    ),
    max_size=12,
    unique_by=lambda group: group[:2],
)


def places_of(groups: list[Group], *, step: int = 2) -> ScorePlaces:
    """Return the places of rows of row groups, every ``step``-th of each group."""
    rows = [(f, g, step * r, size) for f, g, many, size in groups for r in range(many)]
    file, group, row, size = list(zip(*rows, strict=True)) or [()] * 4
    return ScorePlaces(
        keys=KEYS,
        audience=np.arange(len(rows), dtype=np.uint64) * np.uint64(7),
        file=np.array(file, dtype=np.int32),
        group=np.array(group, dtype=np.int32),
        row=np.array(row, dtype=np.int32),
        size=np.array(size, dtype=np.float32),
    )


def shares_of(places: ScorePlaces, many: int) -> list[tuple[int, int]]:
    """Return the shares of rows that are used once each."""
    return places.shares(many, np.ones(len(places.row), dtype=np.int64))


def rows_in(places: ScorePlaces) -> list[tuple[int, str, int, int, float]]:
    """Return (audience, key, group, row, size) of each row."""
    columns = (places.audience, places.file, places.group, places.row, places.size)
    return [
        (a, places.keys[f], g, r, s)
        for a, f, g, r, s in zip(*(column.tolist() for column in columns), strict=True)
    ]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(GROUPS)
def test_a_block_is_all_rows_of_one_group_and_blocks_stand_in_order(groups: list[Group]) -> None:
    blocks = list(places_of(groups).blocks())

    found = [(block.key, block.group, block.rows.tolist()) for block in blocks]
    assert found == [(KEYS[f], g, list(range(0, 2 * many, 2))) for f, g, many, _ in groups]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(GROUPS, st.data())
def test_blocks_of_a_part_are_cut_where_it_is(groups: list[Group], data: st.DataObject) -> None:
    places = places_of(groups)
    first = data.draw(st.integers(0, len(places.row)))
    last = data.draw(st.integers(first, len(places.row)))

    part = places.part(first, last)

    assert rows_in(part) == rows_in(places)[first:last]
    found = [(b.key, b.group, row) for b in part.blocks() for row in b.rows.tolist()]
    assert found == [row[1:4] for row in rows_in(part)]
    assert len({(b.key, b.group) for b in part.blocks()}) == len(list(part.blocks()))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(GROUPS, st.data())
def test_chosen_rows_are_those_and_no_others(groups: list[Group], data: st.DataObject) -> None:
    places = places_of(groups)
    chosen = data.draw(st.lists(st.booleans(), min_size=len(places.row), max_size=len(places.row)))

    some = places.chosen(np.flatnonzero(chosen))

    assert rows_in(some) == [r for r, stays in zip(rows_in(places), chosen, strict=True) if stays]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(GROUPS, st.integers(1, 15))
def test_shares_hold_every_row_once_in_order_and_are_at_most_as_many_as_asked(
    groups: list[Group], many: int
) -> None:
    places = places_of(groups)

    shares = shares_of(places, many)

    assert len(shares) <= many
    assert all(first < last for first, last in shares)
    assert [row for first, last in shares for row in range(first, last)] == list(
        range(len(places.row))
    )


@settings(max_examples=100, deadline=None, derandomize=True)
@given(GROUPS, st.integers(1, 15))
def test_no_share_begins_within_a_row_group(groups: list[Group], many: int) -> None:
    places = places_of(groups)

    shares = shares_of(places, many)

    begin = np.cumsum([0, *(group[2] for group in groups)]).tolist()
    assert {first for first, _ in shares} <= set(begin)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(GROUPS, st.integers(1, 15))
def test_no_share_has_more_than_its_part_of_the_bytes_and_a_row_group(
    groups: list[Group], many: int
) -> None:
    places = places_of(groups)
    size = places.size.astype(np.float64)

    shares = shares_of(places, many)

    largest = max((rows * float(np.float32(each)) for _, _, rows, each in groups), default=0.0)
    for first, last in shares:
        assert size[first:last].sum() <= (size.sum() / many + largest) * (1 + 1e-9)


@pytest.mark.parametrize("many", [1, 2, 3, 4, 6, 12])
def test_groups_of_equal_size_are_shared_out_evenly(many: int) -> None:
    places = places_of([(f, g, 5, 800.0) for f in range(3) for g in range(4)])

    shares = shares_of(places, many)

    assert [last - first for first, last in shares] == [60 // many] * many


def test_shares_go_by_bytes_not_by_rows() -> None:
    places = places_of([(0, 0, 10, 10.0), (0, 1, 10, 10.0), (0, 2, 2, 100.0), (0, 3, 2, 100.0)])

    assert shares_of(places, 3) == [(0, 20), (20, 22), (22, 24)]


def test_one_group_is_one_share_however_many_are_asked_for() -> None:
    places = places_of([(1, 2, 9, 500.0)])

    assert shares_of(places, 1) == shares_of(places, 8) == [(0, 9)]


def test_groups_without_bytes_are_shared_out_too() -> None:
    places = places_of([(0, 0, 3, 0.0), (0, 1, 2, 0.0)])

    shares = shares_of(places, 4)

    assert shares[0][0] == 0
    assert shares[-1][1] == 5
    assert all(before[1] == after[0] for before, after in pairwise(shares))


def test_rows_that_are_used_often_are_more_work() -> None:
    places = places_of([(0, 0, 10, 10.0), (0, 1, 10, 10.0), (0, 2, 10, 10.0), (0, 3, 10, 10.0)])

    used = np.repeat([0, 0, 1, 1], 10)

    assert places.shares(2, used) == [(0, 30), (30, 40)]


def test_without_rows_there_are_neither_blocks_nor_shares() -> None:
    for places in (places_of([]), joined_places((), []), places_of([(0, 0, 3, 1.0)]).part(1, 1)):
        assert list(places.blocks()) == []
        assert shares_of(places, 1) == shares_of(places, 5) == []


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(GROUPS, max_size=3))
def test_joined_places_stand_one_behind_the_other(parts: list[list[Group]]) -> None:
    places = [places_of(groups) for groups in parts]

    joined = joined_places(KEYS, places)

    assert rows_in(joined) == [row for part in places for row in rows_in(part)]
    assert joined.keys == KEYS
    kinds = {name: getattr(joined, name).dtype for name in ("audience", "file", "row", "size")}
    assert kinds == {"audience": "u8", "file": "i4", "row": "i4", "size": "f4"}
