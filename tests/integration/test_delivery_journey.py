"""What was delivered already, on moto: from a dropped file to the plan and the lookup."""

import pytest

from tests.integration.journeys import TODAY, report_of, scores, supplied_journey


@pytest.fixture
def supplied(world, context, make_batch):
    """Return a journey whose catalogue, audiences, supply and scores are dropped."""
    return supplied_journey(world, context, make_batch)


def delivered(journey, **exposures):
    rows = [(TODAY.isoformat(), c.replace("_", "-"), "radio", e) for c, e in exposures.items()]
    journey.drop("delivery", [("date", "campaign_id", "context", "exposures"), *rows])


def test_a_campaign_at_its_daily_cap_is_silent_at_once_and_planned_again_the_day_after(supplied):
    supplied.change(goal_exposures=9_000, daily_cap=500, pacing="asap", track_ids=["track-2"])
    supplied.change(campaign_id="other", goal_exposures=9_000, track_ids=["track-3"])
    supplied.plan()

    delivered(supplied, campaign_1=500)
    _, at_once = supplied.ask()
    today = report_of(supplied, supplied.plan())
    tomorrow = report_of(supplied, supplied.plan(days_ahead=1))

    assert scores(at_once)["track-2"] == (0, "suppressed")
    assert today["excluded_campaigns"] == {"campaign-1": "daily_cap_reached"}
    assert today["delivered"] == {"campaign-1": {"total": 500, "today": 500}}
    assert tomorrow["excluded_campaigns"] == {}
    (planned,) = (c for c in tomorrow["campaigns"] if c["campaign_id"] == "campaign-1")
    assert (planned["cap_today"], tomorrow["delivered"]["campaign-1"]["today"]) == (500, 0)


def test_the_caps_of_a_plan_shrink_by_what_was_delivered(supplied):
    supplied.change(goal_exposures=3_000, cap_exposures=3_000, pacing="asap")
    before = report_of(supplied, supplied.plan())

    delivered(supplied, campaign_1=1_200)
    after = report_of(supplied, supplied.plan())

    assert before["campaigns"][0]["cap_today"] == 3_000
    assert after["campaigns"][0]["cap_today"] == 1_800
    assert any(key.startswith("delivery/") for key in after["accepted_keys"])


def test_a_campaign_at_its_cap_is_left_out_until_a_version_raises_it(supplied):
    supplied.change(goal_exposures=1_000, track_ids=["track-2"])
    supplied.change(campaign_id="other", goal_exposures=9_000, track_ids=["track-3"])
    supplied.plan()

    delivered(supplied, campaign_1=1_000)
    reached = report_of(supplied, supplied.plan())
    supplied.change(version=2, goal_exposures=4_000, track_ids=["track-2"])
    raised = report_of(supplied, supplied.plan())
    _, body = supplied.ask()

    assert reached["excluded_campaigns"] == {"campaign-1": "cap_reached"}
    assert raised["excluded_campaigns"] == {}
    assert scores(body)["track-2"][1] in ("promoted", "throttled")
