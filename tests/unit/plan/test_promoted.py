"""Which entries of packed rows are promoted tracks, against nested loops over all of them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.campaign.campaigns import Campaign
from shared.plan.forecasts import Track
from shared.plan.promoted import PromotedTracks, offering_of, promoted_tracks
from shared.score.hashes import NARROW_SHIFT, id_hash, narrow
from shared.score.packed_row import SCORE_SCALE, unpack_row
from tests.unit.plan.handmade_rows import Row, columns_of
from tests.unit.plan.specimens import campaign_with
from tests.unit.score.colliding_tracks import COLLIDING

TRACKS = (*COLLIDING, *(f"track-{i}" for i in range(6)))
Found = list[tuple[int, str, str]]  # entry, track, campaign

HASHES = st.one_of(
    st.sampled_from([id_hash(track) for track in TRACKS]),
    # Neighbours: alike in their highest 48 bits, and alike in the bits of the sieve.
    st.builds(
        lambda track, bit: id_hash(track) ^ (1 << bit),
        *map(st.sampled_from, (TRACKS, [0, 15, 16, 17, 40])),
    ),
    st.integers(0, 2**64 - 1),
)
SCORES = st.sampled_from([0, 1, 19_999, 20_000, 20_001, SCORE_SCALE]) | st.integers(0, SCORE_SCALE)
ROWS = st.lists(
    st.builds(Row, st.booleans(), st.lists(st.tuples(HASHES, SCORES), max_size=6).map(tuple)),
    max_size=6,
)
CAMPAIGNS = st.lists(
    st.tuples(
        st.lists(st.sampled_from(TRACKS), min_size=1, max_size=5),
        st.sampled_from([0, 1, 20_000, 20_001, SCORE_SCALE]),
    ),
    max_size=5,
)


def campaigns_of(drawn: list[tuple[list[str], int]]) -> list[Campaign]:
    """Return campaigns with these tracks and floors."""
    return [
        campaign_with(f"c{i}", track_ids=tuple(tracks), min_relevance=floor / SCORE_SCALE)
        for i, (tracks, floor) in enumerate(drawn)
    ]


def arranged(
    campaigns: list[Campaign],
    tracks: dict[str, Track] | None = None,
    markets: tuple[str, ...] = ("", "SE"),
) -> PromotedTracks:
    """Return the tracks of campaigns, all of which the catalogue allows."""
    known = tracks or {track: Track("licensor-1") for track in TRACKS}
    return promoted_tracks([offering_of(c, c.track_ids, known) for c in campaigns], markets)


def looped(rows: list[Row], campaigns: list[Campaign]) -> Found:
    """Look at every entry of every row with every track of every campaign."""
    found: Found = []
    entry = 0
    for row in rows:
        unpacked = unpack_row(row.packed)
        for hashed, score in zip(unpacked.hashes, unpacked.scores, strict=True):
            for campaign in campaigns:
                for track in set(campaign.track_ids):
                    own = id_hash(track) if row.is_wide else narrow(id_hash(track))
                    if own == hashed and score / SCORE_SCALE >= campaign.min_relevance:
                        found.append((entry, track, campaign.campaign_id))
            entry += 1
    return sorted(found)


def matched(rows: list[Row], campaigns: list[Campaign]) -> Found:
    """Return what is found, by name, in the order in which it is."""
    promoted = arranged(campaigns)
    matches = promoted.matches(columns_of(rows))
    places = list(zip(matches.entry.tolist(), matches.pair.tolist(), strict=True))
    assert places == sorted(set(places))
    names = {id_hash(track): track for track in TRACKS}
    return [
        (
            entry,
            names[int(promoted.track_hash[pair])],
            campaigns[promoted.campaign[pair]].campaign_id,
        )
        for entry, pair in places
    ]


@settings(max_examples=400, deadline=None, derandomize=True)
@given(ROWS, CAMPAIGNS)
def test_matches_are_those_of_nested_loops(
    rows: list[Row], drawn: list[tuple[list[str], int]]
) -> None:
    campaigns = campaigns_of(drawn)

    found = matched(rows, campaigns)

    assert sorted(found) == looped(rows, campaigns)


@pytest.mark.parametrize("is_wide", [False, True], ids=["narrow", "wide"])
def test_an_entry_stands_for_both_of_two_colliding_tracks_only_where_it_is_narrow(
    is_wide: bool,
) -> None:
    first, second = COLLIDING
    campaigns = campaigns_of([([first], 0), ([second], 0)])

    found = matched([Row(is_wide, ((id_hash(first), 7),))], campaigns)

    both = [(0, first, "c0"), (0, second, "c1")]
    assert sorted(found) == (both[:1] if is_wide else both)


def test_the_hash_of_a_wide_entry_is_never_taken_for_a_narrow_one() -> None:
    low = np.array([5 << NARROW_SHIFT], dtype=np.uint64)
    promoted = replace(arranged(campaigns_of([(["track-1"], 0)])), track_hash=low)
    rows = [Row(True, ((5, 9), (5 << NARROW_SHIFT, 9))), Row(False, ((5 << NARROW_SHIFT, 9),))]

    matches = promoted.matches(columns_of(rows))

    assert matches.entry.tolist() == [1, 2]


@pytest.mark.parametrize("is_wide", [False, True], ids=["narrow", "wide"])
def test_a_track_of_several_campaigns_matches_once_for_each_whose_floor_it_reaches(
    is_wide: bool,
) -> None:
    campaigns = campaigns_of([(["track-1"], floor) for floor in (0, 20_000, 20_001)])

    found = matched([Row(is_wide, ((id_hash("track-1"), 20_000),))], campaigns)

    assert sorted(found) == [(0, "track-1", "c0"), (0, "track-1", "c1")]


def test_entries_are_counted_over_narrow_wide_and_empty_rows() -> None:
    entry = (id_hash("track-1"), 5)
    other = (id_hash("track-5"), 5)
    rows = [
        Row(True, (other, entry)),
        Row(False, ()),
        Row(False, (other, other, entry)),
        Row(True, ()),
        Row(True, (entry,)),
        Row(False, (entry,)),
    ]

    found = matched(rows, campaigns_of([(["track-1"], 0)]))

    assert [place for place, _, _ in found] == [1, 4, 5, 6]


def test_without_campaigns_or_rows_nothing_matches() -> None:
    row = Row(False, ((id_hash("track-1"), 5),))

    assert matched([row], []) == []
    assert matched([], campaigns_of([(["track-1"], 0)])) == []
    assert matched([Row(True, ()), Row(False, ())], campaigns_of([(["track-1"], 0)])) == []


def test_pairs_are_distinct_and_stand_by_rising_hash_of_the_track() -> None:
    campaigns = campaigns_of([(["track-3", "track-1", "track-3"], 9), (["track-1"], 0)])

    promoted = arranged(campaigns)

    found = list(zip(promoted.track_hash.tolist(), promoted.campaign.tolist(), strict=True))
    assert found == sorted(
        [(id_hash("track-1"), 0), (id_hash("track-1"), 1), (id_hash("track-3"), 0)]
    )
    assert promoted.lowest_score.tolist() == [9, 0]
    assert promoted.name_hash.tolist() == [id_hash("c0"), id_hash("c1")]


def test_a_track_may_be_shown_in_the_markets_that_its_licence_names_or_in_all() -> None:
    markets = ("", "DE", "SE")
    tracks = {
        "track-1": Track("licensor-1"),
        "track-2": Track("licensor-1", markets=("SE", "DE", "SE")),
        "track-3": Track("licensor-1", markets=("DE", "SE")),
        "track-4": Track("licensor-1", markets=("NO",)),
        "track-5": Track("licensor-1", markets=("NO", "SE")),
    }
    limited = {"track-2": {"DE", "SE"}, "track-3": {"DE", "SE"}, "track-4": set()}
    shown = {"track-1": set(markets), **limited, "track-5": {"SE"}}

    promoted = arranged([campaign_with("c0", track_ids=tuple(tracks))], tracks, markets)

    names = {id_hash(track): track for track in tracks}
    found = {
        names[hashed]: {m for m, may in zip(markets, promoted.in_market[limit], strict=True) if may}
        for hashed, limit in zip(promoted.track_hash.tolist(), promoted.limit, strict=True)
    }
    assert found == shown
    assert len(promoted.in_market) == 4  # a limit that two tracks share is kept once
