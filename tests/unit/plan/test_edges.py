"""Which campaign has which track of which row."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.campaign.campaigns import Campaign
from shared.campaign.ties import tie_value
from shared.plan.edges import Rules, TooManyEdgesError, block_edges, build_edges
from shared.plan.forecasts import LiveScores, Track
from shared.plan.problem_rows import problem_rows
from shared.plan.problems import build_problem, outline_day, whole_problem
from shared.plan.promoted import offering_of, promoted_tracks
from shared.plan.rows import build_rows
from shared.plan.targeting import aim_of, targeting_of
from shared.policy.policies import Policy
from shared.score.hashes import id_hash
from shared.score.packed_row import SCORE_SCALE
from shared.score.rows import unpack_rows
from tests.unit.plan.nested_edges import nested_edges
from tests.unit.plan.specimens import (
    TODAY,
    Audience,
    audiences_of,
    campaign_with,
    scores_of,
    supply_of,
)
from tests.unit.plan.worlds import NOW, named_world
from tests.unit.score.colliding_tracks import COLLIDING

SCORES = {("a", "track-1"): 0.8, ("a", "track-2"): 0.4, ("b", "track-1"): 0.6}
ROWS = ("a", "radio", "SE"), ("b", "radio", ""), ("b", "mixes", "SE")

Found = set[tuple[str, str, str, str]]


def edges_of(
    *campaigns: Campaign,
    scores: dict[tuple[str, str], float] = SCORES,
    tracks: dict[str, Track] | None = None,
    audiences: dict[str, Audience] | None = None,
) -> Found:
    """Return {(audience, context, campaign, track)} of the edges of rows a and b."""
    live = scores_of(scores)
    known = tracks or {t: Track("licensor-1") for c in campaigns for t in c.track_ids}
    return _named(list(campaigns), live, known, audiences or {})


def _named(
    campaigns: list[Campaign],
    live: LiveScores,
    tracks: dict[str, Track],
    audiences: dict[str, Audience],
) -> Found:
    supply = supply_of(*((*row, TODAY, 10.0) for row in ROWS))
    of_day = build_rows(supply, audiences_of(audiences), live.audience, today=TODAY)
    rows = problem_rows(of_day, len(live.audience), Policy(), 1.0)
    offerings = [offering_of(c, c.track_ids, tracks) for c in campaigns]
    promoted = promoted_tracks(offerings, rows.market.names)
    aims = [aim_of(c) for c in campaigns]
    rules = Rules(promoted, targeting_of(aims, rows.context.names, rows.market.names))
    name_of = {id_hash(name): name for name in (*tracks, *(row[0] for row in ROWS))}
    found, first = [], 0
    for block in live.blocks():
        part = rows.of_scores(first, first + len(block))
        edges = block_edges(part, unpack_rows(block), rules)
        found += [
            (
                name_of[int(part.audience[row])],
                part.context.texts()[row],
                campaigns[c].campaign_id,
                name_of[int(h)],
            )
            for row, c, h in zip(edges.row, edges.campaign, edges.track_hash, strict=True)
        ]
        first += len(block)
    assert len(found) == len(set(found))
    assert len(build_edges(rows, live.blocks(), rules).campaign) == len(found)
    return set(found)


def test_a_track_of_a_campaign_has_an_edge_in_every_row_that_scores_it() -> None:
    assert edges_of(campaign_with("c1", track_ids=("track-1",))) == {
        ("a", "radio", "c1", "track-1"),
        ("b", "radio", "c1", "track-1"),
        ("b", "mixes", "c1", "track-1"),
    }


def test_a_campaign_stands_in_a_row_once_for_each_of_its_tracks() -> None:
    found = edges_of(campaign_with("c1", track_ids=("track-1", "track-2", "track-9")))

    assert {edge for edge in found if edge[0] == "a"} == {
        ("a", "radio", "c1", "track-1"),
        ("a", "radio", "c1", "track-2"),
    }


def test_a_track_named_twice_by_its_campaign_has_one_edge_a_row() -> None:
    found = edges_of(campaign_with("c1", track_ids=("track-2", "track-2")))

    assert found == {("a", "radio", "c1", "track-2")}


@pytest.mark.parametrize(
    ("changes", "rows"),
    [
        ({"contexts": ("mixes",)}, {("b", "mixes")}),
        ({"contexts": ("autoplay",)}, set()),
        ({"markets": ("SE", "DE")}, {("a", "radio"), ("b", "mixes")}),
        ({"markets": ("DE",)}, set()),
        ({"audience_ids": ("b",)}, {("b", "radio"), ("b", "mixes")}),
        ({"audience_ids": ("parent",)}, {("a", "radio")}),
        ({"audience_ids": ("stranger",)}, set()),
        ({"min_relevance": 0.7}, {("a", "radio")}),
        ({"min_relevance": 0.8}, {("a", "radio")}),  # 0.8 is a whole step of the scale
        ({"min_relevance": 0.80001}, set()),
        ({"min_relevance": 1.0}, set()),
        ({"contexts": ("radio",), "markets": ("SE",)}, {("a", "radio")}),
    ],
)
def test_an_edge_is_kept_where_context_market_targeting_and_floor_allow(
    changes: dict[str, Any], rows: set[tuple[str, str]]
) -> None:
    found = edges_of(campaign_with("c1", **changes), audiences={"a": Audience("parent")})

    assert {(audience_id, context) for audience_id, context, _, _ in found} == rows


def test_a_row_of_unknown_market_matches_neither_campaigns_nor_tracks_with_markets() -> None:
    tracks = {"track-1": Track("licensor-1", markets=("SE",))}

    of_a_limited_track = edges_of(campaign_with("c1"), tracks=tracks)
    of_a_limited_campaign = edges_of(campaign_with("c1", markets=("SE",)))

    assert of_a_limited_track == of_a_limited_campaign
    assert ("b", "radio") not in {(edge[0], edge[1]) for edge in of_a_limited_track}


def test_the_market_of_a_track_limits_every_campaign_that_has_it() -> None:
    tracks = {"track-1": Track("licensor-1", markets=("DE", "NO")), "track-2": Track("licensor-1")}

    found = edges_of(campaign_with("c1", track_ids=("track-1", "track-2")), tracks=tracks)

    assert found == {("a", "radio", "c1", "track-2")}


def test_the_campaign_of_highest_weight_has_the_track() -> None:
    found = edges_of(
        campaign_with("light", weight=1.0),
        campaign_with("heavy", weight=2.0),
        campaign_with("middle", weight=1.5),
    )

    assert {campaign_id for _, _, campaign_id, _ in found} == {"heavy"}


def test_a_heavier_campaign_that_is_not_eligible_leaves_the_track_to_others() -> None:
    found = edges_of(
        campaign_with("light", weight=1.0), campaign_with("heavy", weight=2.0, contexts=("mixes",))
    )

    assert {(edge[0], edge[1], edge[2]) for edge in found} == {
        ("a", "radio", "light"),
        ("b", "radio", "light"),
        ("b", "mixes", "heavy"),
    }


def test_among_equal_weights_the_lowest_tie_value_of_the_audience_has_the_track() -> None:
    names = [f"c{i}" for i in range(5)]

    found = edges_of(*(campaign_with(name) for name in names))

    for audience_id, _, campaign_id, track_id in found:
        ties = {n: tie_value(id_hash(audience_id), id_hash(track_id), id_hash(n)) for n in names}
        assert campaign_id == min(names, key=ties.__getitem__)


def test_without_campaigns_scores_or_rows_there_are_no_edges() -> None:
    assert edges_of() == set()
    assert edges_of(campaign_with("c1"), scores={}) == set()
    assert edges_of(campaign_with("c1"), scores={("stranger", "track-1"): 1.0}) == set()


def test_an_entry_that_stands_for_two_tracks_by_its_narrow_hash_has_one_edge() -> None:
    first, second = COLLIDING
    both = {t: Track("licensor-1") for t in COLLIDING}
    campaigns = (
        campaign_with("light", track_ids=(first,), weight=1.0),
        campaign_with("heavy", track_ids=(second,), weight=2.0),
    )

    narrow_row = edges_of(*campaigns, scores={("a", first): 0.5}, tracks=both)
    wide_row = edges_of(*campaigns, scores={("a", first): 0.5, ("a", second): 0.6}, tracks=both)

    assert narrow_row == {("a", "radio", "heavy", second)}
    assert wide_row == {("a", "radio", "light", first), ("a", "radio", "heavy", second)}


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_edges_of_random_worlds_are_those_of_nested_loops(seed: int) -> None:
    world = named_world(seed)
    day = build_problem(world.inputs, world.campaigns, world.policy, NOW)

    problem = day.problem
    row = np.repeat(np.arange(len(day.rows.audience)), np.diff(problem.row_start))
    found = [
        (int(i), (own := day.terms.campaigns[c]).campaign_id, round(v / own.weight * SCORE_SCALE))
        for i, c, v in zip(row, problem.campaign, problem.value.tolist(), strict=True)
    ]
    assert sorted(found) == nested_edges(day, world)


def test_more_edges_than_one_place_holds_are_counted_on() -> None:
    world = named_world(3)
    day = outline_day(world.inputs, world.campaigns, world.policy, NOW)
    edges = len(whole_problem(day, world.inputs).problem.campaign)
    assert edges > 20

    with pytest.raises(TooManyEdgesError) as too_many:
        whole_problem(day, world.inputs, most_edges=edges // 4)

    assert edges / 2 < too_many.value.expected < 2 * edges
    assert len(whole_problem(day, world.inputs, most_edges=edges).problem.campaign) == edges
