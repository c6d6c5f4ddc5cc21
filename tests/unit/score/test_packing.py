"""Packed rows: what is kept, in which order, in how many bytes."""

from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.score.hashes import id_hash, narrow
from shared.score.packed_row import HEADER, SCORE_SCALE, unpack_row
from shared.score.rows import pack_rows
from tests.unit.score.colliding_tracks import COLLIDING

AS_OF = datetime(2026, 1, 12, 3, 4, 5, 678_000, tzinfo=UTC)
Scores = dict[tuple[str, str], float]

SCORES = st.dictionaries(
    st.tuples(
        st.sampled_from(["listener-2", "listener-10", "cohort", "Ö"]),
        st.sampled_from([*COLLIDING, *(f"track-{i}" for i in range(12))]),
    ),
    st.floats(0, 1),
    max_size=40,
)


def pack(scores: Scores, *, max_entries: int = 100) -> dict[str, bytes]:
    """Pack {(audience, track): score} and return {audience: row}."""
    audiences, rows = pack_rows(
        [a for a, _ in scores],
        [t for _, t in scores],
        list(scores.values()),
        as_of=AS_OF,
        max_entries=max_entries,
    )
    assert audiences == sorted(audiences)
    return dict(zip(audiences, rows, strict=True))


def test_a_hundred_scores_are_816_bytes() -> None:
    packed = pack({("listener-1", f"track-{i}"): i / 100 for i in range(100)})

    assert len(packed["listener-1"]) == 816


@settings(max_examples=60, deadline=None, derandomize=True)
@given(SCORES)
def test_every_score_comes_back_within_half_a_step_of_its_scale(scores: Scores) -> None:
    packed = pack(scores)

    assert set(packed) == {a for a, _ in scores}
    for audience_id, data in packed.items():
        row = unpack_row(data)
        found = dict(zip(row.hashes, row.scores, strict=True))
        own = {t: s for (a, t), s in scores.items() if a == audience_id}
        assert len(row.hashes) == len(found) == len(own)
        for track_id, score in own.items():
            wide = id_hash(track_id)
            quantised = found[wide if row.is_wide else narrow(wide)]
            assert abs(quantised / SCORE_SCALE - score) <= 1 / 131_070 + 1e-15


@settings(max_examples=60, deadline=None, derandomize=True)
@given(SCORES, st.randoms(use_true_random=False))
def test_the_same_scores_give_the_same_bytes_in_whatever_order_they_stand(
    scores: Scores, random: Random
) -> None:
    shuffled = list(scores.items())
    random.shuffle(shuffled)

    assert pack(dict(shuffled), max_entries=5) == pack(scores, max_entries=5)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(SCORES, st.integers(1, 10))
def test_a_row_keeps_its_best_scores_best_first(scores: Scores, most: int) -> None:
    for audience_id, data in pack(scores, max_entries=most).items():
        kept = unpack_row(data).scores

        quantised = [
            int(np.floor(s * SCORE_SCALE + 0.5)) for (a, _), s in scores.items() if a == audience_id
        ]
        assert list(kept) == sorted(quantised, reverse=True)[:most]


def test_among_equal_scores_the_lowest_hashes_stay() -> None:
    tracks = [f"track-{i}" for i in range(9)]

    row = unpack_row(pack({("listener-1", t): 0.5 for t in tracks}, max_entries=4)["listener-1"])

    assert list(row.hashes) == sorted(narrow(id_hash(t)) for t in tracks)[:4]


def test_the_ends_of_the_scale_are_exact() -> None:
    row = unpack_row(pack({("a", "track-1"): 0.0, ("a", "track-2"): 1.0})["a"])

    assert row.scores == (SCORE_SCALE, 0)


def test_a_row_in_which_two_tracks_share_a_narrow_hash_has_wide_entries() -> None:
    first, second = COLLIDING
    packed = pack({("a", first): 0.25, ("a", second): 0.75, ("b", first): 0.25})

    wide, narrow_row = unpack_row(packed["a"]), unpack_row(packed["b"])

    assert len(packed["a"]) == HEADER.size + 2 * 10
    assert wide.is_wide
    assert wide.hashes == (id_hash(second), id_hash(first))
    assert wide.scores == (49_151, 16_384)
    assert not narrow_row.is_wide
    assert narrow_row.hashes == (narrow(id_hash(first)),)


def test_tracks_that_are_cut_off_do_not_make_a_row_wide() -> None:
    first, second = COLLIDING

    packed = pack({("a", first): 0.25, ("a", second): 0.75}, max_entries=1)

    assert not unpack_row(packed["a"]).is_wide


def test_the_header_carries_as_of_in_whole_milliseconds() -> None:
    for milliseconds in range(1_000):
        as_of = datetime(2026, 1, 12, tzinfo=UTC) + timedelta(milliseconds=milliseconds)

        _, rows = pack_rows(["a"], ["t"], [1.0], as_of=as_of, max_entries=1)

        expected = (as_of - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
        assert unpack_row(rows[0]).as_of_ms == expected


def test_no_scores_give_no_rows() -> None:
    assert pack({}) == {}


def test_the_order_of_rows_and_of_the_dictionary_does_not_matter() -> None:
    scores = {(f"a{i % 3}", f"track-{i}"): (i % 5) / 5 for i in range(60)}
    shuffled = dict(Random(1).sample(list(scores.items()), len(scores)))

    assert pack(scores, max_entries=7) == pack(shuffled, max_entries=7)
