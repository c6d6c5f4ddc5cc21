"""What a plan gives each track of one row."""

import msgspec
import pytest

from shared.lookup.allotments import Allotment, Occasion, allot
from shared.lookup.live_plan import LivePlan
from shared.lookup.store import LiveRow
from shared.plan.serving import ServingContext
from shared.score.hashes import id_hash, narrow_id_hash
from tests.unit.lookup.hand_made import NOW, TRACKS, campaign_on, plan_of, row_of
from tests.unit.score.colliding_tracks import COLLIDING

OCCASION = Occasion.at(NOW, "radio", "SE", [id_hash("listener-1")])
QUANTISATION = 1 / 131_070


def allotted(plan: LivePlan, row: LiveRow | None = None) -> dict[str, Allotment]:
    """Return the allotments of the four tracks by name."""
    found = allot(plan, (row or row_of()).row, "listener-1", OCCASION)
    places = {t: found.place.get(narrow_id_hash(t)) for t in TRACKS}
    return {t: found[place] for t, place in places.items() if place is not None}


def test_where_the_budget_does_not_bind_the_threshold_is_zero() -> None:
    found = allotted(plan_of(campaign_on("track-3", "track-4", price=0.3)))

    # Net values 0.1 and -0.1 over a width of 0.2.
    assert found["track-3"].share == pytest.approx(0.5, abs=5 * QUANTISATION)
    assert found["track-4"].share == 0
    assert {a.threshold for a in found.values()} == {0}


def test_where_the_budget_binds_the_shares_sum_to_it() -> None:
    found = allotted(plan_of(campaign_on(*TRACKS)))

    # Net values .8 .6 .4 .2, width .2, two tracks fit: the threshold is .4.
    assert [found[t].share for t in TRACKS] == pytest.approx([1, 1, 0, 0], abs=1e-3)
    assert found["track-1"].threshold == pytest.approx(0.4, abs=1e-3)


def test_the_prices_of_campaign_and_licensor_lower_the_net_value() -> None:
    plan = plan_of(campaign_on("track-1", price=0.1, weight=2.0), licensor_price=0.25)

    found = allotted(plan)["track-1"]

    assert found.net_value == pytest.approx(2 * 0.8 - 0.1 - 0.25, abs=4 * QUANTISATION)
    assert found.relevance == pytest.approx(0.8, abs=QUANTISATION)


def test_a_negative_price_raises_the_net_value() -> None:
    plan = plan_of(campaign_on("track-4", price=-0.5))

    assert allotted(plan)["track-4"].net_value == pytest.approx(0.7, abs=QUANTISATION)


def test_the_throttle_scales_the_share_and_leaves_the_threshold() -> None:
    free = allotted(plan_of(campaign_on(*TRACKS)))
    throttled = allotted(plan_of(campaign_on(*TRACKS, throttle=0.25)))

    for track in TRACKS:
        assert throttled[track].share == 0.25 * free[track].share
        assert throttled[track].threshold == free[track].threshold


def test_tracks_that_are_not_eligible_take_nothing_of_the_budget() -> None:
    others = campaign_on("track-1", "track-2", campaign_id="others", contexts=("mixes",))

    found = allotted(plan_of(others, campaign_on("track-3", "track-4")))

    assert [found[t].is_eligible for t in TRACKS] == [False, False, True, True]
    assert [found[t].share for t in TRACKS] == pytest.approx([0, 0, 1, 1], abs=1e-3)


def test_tracks_of_no_campaign_are_absent() -> None:
    assert sorted(allotted(plan_of(campaign_on("track-2", "track-9")))) == ["track-2"]
    assert allotted(plan_of()) == {}


def test_the_highest_weight_of_the_eligible_has_the_track() -> None:
    plan = plan_of(
        campaign_on("track-1", campaign_id="light"),
        campaign_on("track-1", campaign_id="heavy", weight=2.0),
        campaign_on("track-1", campaign_id="heaviest", weight=3.0, markets=("DE",)),
    )

    found = allotted(plan)["track-1"]

    assert found.offer.campaign.serving.campaign_id == "heavy"


def test_among_equal_weights_the_winner_does_not_depend_on_the_order_of_the_plan() -> None:
    campaigns = [campaign_on("track-1", campaign_id=f"c{i}") for i in range(6)]

    winners = {
        allotted(plan_of(*order))["track-1"].offer.campaign.serving.campaign_id
        for order in (campaigns, campaigns[::-1], campaigns[3:] + campaigns[:3])
    }

    assert len(winners) == 1


def test_where_no_campaign_of_a_track_is_eligible_the_heaviest_is_named() -> None:
    plan = plan_of(
        campaign_on("track-1", campaign_id="light", markets=("DE",)),
        campaign_on("track-1", campaign_id="heavy", markets=("DE",), weight=2.0),
    )

    found = allotted(plan)["track-1"]

    assert not found.is_eligible
    assert found.offer.campaign.serving.campaign_id == "heavy"


def test_the_markets_of_a_track_limit_it_and_no_other_track_of_its_campaign() -> None:
    ordered = sorted(["track-1", "track-2"], key=id_hash)
    markets = tuple(("DE",) if t == "track-1" else () for t in ordered)

    found = allotted(plan_of(campaign_on("track-1", "track-2", track_markets=markets)))

    assert not found["track-1"].is_eligible
    assert found["track-2"].is_eligible


def test_in_a_row_of_wide_entries_tracks_are_told_apart_by_their_wide_hash() -> None:
    first, second = COLLIDING
    row = row_of(scores={first: 0.9, second: 0.1}).row

    found = allot(plan_of(campaign_on(first)), row, "listener-1", OCCASION)

    assert row.is_wide
    assert list(found.place) == [id_hash(first)]


@pytest.mark.parametrize(("share", "cap"), [(0.0, 0.0), (0.2, 0.0)])
def test_where_nothing_may_be_promoted_every_share_is_zero(share: float, cap: float) -> None:
    plan = plan_of(campaign_on(*TRACKS))
    closed = (ServingContext("radio", share, cap),)

    found = allotted(LivePlan("p", msgspec.structs.replace(plan.serving, contexts=closed)))

    assert {a.share for a in found.values()} == {0}
    assert all(a.is_eligible for a in found.values())
