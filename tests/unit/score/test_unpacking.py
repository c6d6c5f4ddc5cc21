"""Reading packed rows: damage is noticed, and both readers say the same."""

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.score.packed_row import (
    FORMAT,
    HEADER,
    SCORE_SCALE,
    PackedRowError,
    lowest_score,
    unpack_row,
)
from shared.score.rows import pack_rows, unpack_rows
from tests.unit.score.colliding_tracks import COLLIDING

AS_OF = datetime(2026, 1, 12, tzinfo=UTC)


def row_of(*tracks: str) -> bytes:
    """Return the row of one audience with these tracks, their scores falling from 0.9."""
    scores = [0.9 / (i + 1) for i in range(len(tracks))]
    _, rows = pack_rows(["a"] * len(tracks), tracks, scores, as_of=AS_OF, max_entries=100)
    return rows[0]


NARROW = row_of("track-1", "track-2", "track-3")
WIDE = row_of("track-1", *COLLIDING)
EMPTY = HEADER.pack(FORMAT, 6, 0, 0, 0)


@pytest.mark.parametrize("row", [NARROW, WIDE], ids=["narrow", "wide"])
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_any_changed_bit_of_the_entries_is_noticed(row: bytes, data: st.DataObject) -> None:
    position = data.draw(st.integers(HEADER.size * 8, len(row) * 8 - 1))
    damaged = bytearray(row)
    damaged[position // 8] ^= 1 << position % 8

    with pytest.raises(PackedRowError, match="damaged"):
        unpack_row(bytes(damaged))


@pytest.mark.parametrize("row", [NARROW, WIDE], ids=["narrow", "wide"])
def test_a_row_cut_anywhere_or_with_a_byte_too_many_is_noticed_by_both_readers(row: bytes) -> None:
    for damaged in (*(row[:length] for length in range(len(row))), row + b"\0"):
        with pytest.raises(PackedRowError):
            unpack_row(damaged)
        with pytest.raises(PackedRowError):
            unpack_rows(pa.array([row, damaged], pa.binary()))


@pytest.mark.parametrize(
    ("version", "hash_bytes"), [(0, 6), (1, 6), (FORMAT, 4), (FORMAT, 7), (FORMAT, 0)]
)
def test_a_row_of_another_format_is_noticed_by_both_readers(version: int, hash_bytes: int) -> None:
    entries = bytes(2 * (hash_bytes + 2))
    unknown = HEADER.pack(version, hash_bytes, 2, 0, 0) + entries

    with pytest.raises(PackedRowError):
        unpack_row(unknown)
    with pytest.raises(PackedRowError):
        unpack_rows(pa.array([unknown], pa.binary()))


def test_the_reader_of_columns_says_what_the_reader_of_one_row_says() -> None:
    rows = [NARROW, WIDE, EMPTY, row_of("track-9"), WIDE]

    columns = unpack_rows(pa.array(rows, pa.binary()))

    assert columns.start.tolist() == [0, 3, 6, 6, 7, 10]
    for index, packed in enumerate(rows):
        row = unpack_row(packed)
        entries = slice(columns.start[index], columns.start[index + 1])
        assert columns.hashes[entries].tolist() == list(row.hashes)
        assert columns.scores[entries].tolist() == list(row.scores)
        assert columns.is_wide[index] == row.is_wide


def test_no_rows_are_columns_without_entries() -> None:
    columns = unpack_rows(pa.array([], pa.binary()))

    assert columns.start.tolist() == [0]
    assert columns.hashes.tolist() == columns.scores.tolist() == []


def test_the_lowest_score_of_each_relevance_of_the_scale_is_its_own() -> None:
    for quantised in range(SCORE_SCALE + 1):
        assert lowest_score(quantised / SCORE_SCALE) == quantised


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.floats(0, 1) | st.decimals(0, 1, places=2).map(float))
def test_scores_from_the_lowest_up_are_those_whose_relevance_reaches_the_floor(
    floor: float,
) -> None:
    quantised = np.arange(SCORE_SCALE + 1)
    relevance = quantised / SCORE_SCALE
    is_clear = abs(relevance - floor) > 1e-10  # closer than that, rounding decides

    passes = quantised >= lowest_score(floor)

    assert (passes == (relevance >= floor))[is_clear].all()
