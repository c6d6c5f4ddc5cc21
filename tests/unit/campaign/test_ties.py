"""Tie values: one by one and by arrays the same, and without favourites."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.campaign.ties import tie_value, tie_values
from shared.score.hashes import id_hash

HASHES = st.integers(0, 2**64 - 1)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(st.tuples(HASHES, HASHES, HASHES), min_size=1, max_size=20))
def test_tie_values_of_arrays_are_those_of_single_values(
    triples: list[tuple[int, int, int]],
) -> None:
    audience, track, campaign = np.array(triples, dtype=np.uint64).reshape(-1, 3).T

    many = tie_values(audience, track, campaign)

    assert many.dtype == np.uint64
    assert many.tolist() == [tie_value(*triple) for triple in triples]


@settings(max_examples=50, deadline=None, derandomize=True)
@given(HASHES, HASHES, HASHES)
def test_a_tie_value_is_an_unsigned_64_bit_integer(
    audience: int, track: int, campaign: int
) -> None:
    assert 0 <= tie_value(audience, track, campaign) < 2**64


def test_each_of_four_campaigns_wins_about_a_quarter_of_the_ties() -> None:
    names = [id_hash(f"campaign-{i}") for i in range(4)]
    audiences = [id_hash(f"listener-{i}") for i in range(2_000)]
    track = id_hash("track-1")

    wins = np.bincount([np.argmin([tie_value(a, track, n) for n in names]) for a in audiences])

    # 500 each; the standard deviation of a fair draw is 19.4.
    assert wins.sum() == 2_000
    assert (abs(wins - 500) < 5 * 19.4).all()
