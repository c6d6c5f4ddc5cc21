"""From inputs and campaigns to the problem of what is left of the day."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.campaign.campaigns import Pacing, Status
from shared.plan.caps import Delivered
from shared.plan.forecasts import Inputs, Track
from shared.plan.problems import build_problem
from shared.policy.policies import ContextPolicy, Policy
from tests.unit.plan.specimens import (
    NOON,
    TODAY,
    audiences_of,
    campaign_with,
    scores_of,
    supply_of,
)
from tests.unit.plan.worlds import NOW, random_world

INPUTS = Inputs(
    tracks={
        "track-1": Track("licensor-1"),
        "track-2": Track("licensor-1"),
        "foreign": Track("licensor-2"),
        "blocked": Track("licensor-1", is_blocked=True),
    },
    audiences=audiences_of({}),
    supply=supply_of(
        *(("a", "radio", "SE", TODAY + timedelta(days=d), 1_000.0 * (d + 1)) for d in range(3)),
        ("a", "mixes", "SE", TODAY, 400.0),
    ),
    scores=scores_of({("a", "track-1"): 0.8, ("a", "track-2"): 0.4}),
    accepted_keys=(),
)
ASAP = campaign_with("c1", pacing=Pacing.ASAP)
POLICY = Policy(
    contexts={
        "radio": ContextPolicy(promoted_share=0.2, frequency_cap=0.1),
        "mixes": ContextPolicy(promoted_share=0.5, frequency_cap=0.05),
    }
)


def test_a_row_has_the_slots_that_are_left_of_the_day_and_the_shares_of_its_context() -> None:
    day = build_problem(INPUTS, [ASAP], POLICY, NOON)

    assert day.rows.context.texts() == ("mixes", "radio")
    assert day.problem.slots.tolist() == [200, 500]
    assert day.problem.promoted_share.tolist() == [0.5, 0.2]
    assert day.problem.track_cap.tolist() == [0.05, 0.1]


def test_nothing_may_be_promoted_in_a_context_that_the_policy_leaves_out() -> None:
    policy = Policy(contexts={"radio": ContextPolicy()})

    problem = build_problem(INPUTS, [ASAP], policy, NOON).problem

    assert problem.promoted_share.tolist() == [0, 0.2]
    assert problem.track_cap.tolist() == [0, 0.1]


def test_the_value_of_an_edge_is_weight_times_relevance() -> None:
    heavy = campaign_with("c1", track_ids=("track-1", "track-2"), weight=3.0)

    problem = build_problem(INPUTS, [heavy], POLICY, NOON).problem

    assert sorted(problem.value.tolist()) == pytest.approx([1.2, 1.2, 2.4, 2.4], abs=3 / 131_070)


def test_the_shortfall_penalty_is_times_the_highest_value() -> None:
    policy = POLICY.model_copy(update={"shortfall_penalty": 5})

    problem = build_problem(INPUTS, [ASAP, campaign_with("c2")], policy, NOON).problem

    assert problem.shortfall_penalty.tolist() == [5 * problem.value.max()] * 2


def test_the_licensor_cap_is_the_policys_share_of_all_slots_that_may_be_promoted() -> None:
    policy = POLICY.model_copy(update={"licensor_share_cap": 0.3})

    day = build_problem(INPUTS, [ASAP, campaign_with("c2")], policy, NOON)

    assert day.terms.licensors == ("licensor-1",)
    assert day.problem.licensor_cap.tolist() == pytest.approx([0.3 * (200 * 0.5 + 500 * 0.2)])
    without = build_problem(INPUTS, [ASAP], POLICY, NOON).problem
    assert without.licensor_cap.tolist() == [np.inf]


def test_the_policys_holdout_takes_its_part_of_the_slots() -> None:
    policy = POLICY.model_copy(update={"holdout_share": 0.25, "licensor_share_cap": 0.3})

    problem = build_problem(INPUTS, [ASAP], policy, NOON).problem

    assert problem.slots.tolist() == [150, 375]
    assert problem.licensor_cap.tolist() == pytest.approx([0.3 * (150 * 0.5 + 375 * 0.2)])


def test_the_policys_holdout_leaves_the_share_of_the_goal_that_belongs_to_today() -> None:
    policy = POLICY.model_copy(update={"holdout_share": 0.25})

    held, free = (build_problem(INPUTS, [ASAP], p, NOON).terms.targets[0] for p in (policy, POLICY))

    assert held.minimum == pytest.approx(free.minimum)
    assert held.cap == free.cap


def test_a_campaigns_own_holdout_is_planned_for_on_top_of_its_target() -> None:
    day = build_problem(INPUTS, [replace(ASAP, holdout_share=0.2)], POLICY, NOON)

    assert day.problem.cap.tolist() == pytest.approx([day.terms.targets[0].cap / 0.8])
    assert day.problem.minimum.tolist() == pytest.approx([day.terms.targets[0].minimum / 0.8])


def test_todays_part_of_a_goal_is_todays_part_of_the_slots_to_the_end() -> None:
    day = build_problem(
        INPUTS, [campaign_with("c1", ends_at=NOON + timedelta(days=2))], POLICY, NOON
    )

    today, later = 1_400 / 2, 2_000 + 3_000
    assert day.terms.targets[0].minimum == pytest.approx(1_000 * today / (today + later))


def test_days_after_the_campaigns_end_do_not_count() -> None:
    ends_tonight = campaign_with("c1", ends_at=NOON + timedelta(hours=12))

    day = build_problem(INPUTS, [ends_tonight], POLICY, NOON)

    assert day.terms.targets[0].minimum == 1_000


def test_days_that_no_forecast_covers_count_as_its_mean_day() -> None:
    in_radio = campaign_with("c1", contexts=("radio",), ends_at=NOON + timedelta(days=5))

    day = build_problem(INPUTS, [in_radio], POLICY, NOON)

    today, later = 1_000 / 2, 2_000 + 3_000 + 3 * 2_000
    assert day.terms.targets[0].minimum == pytest.approx(1_000 * today / (today + later))


def test_a_target_counts_the_slots_that_the_campaign_is_targeted_at_only() -> None:
    elsewhere = campaign_with("c1", markets=("DE",), pacing=Pacing.EVEN)

    day = build_problem(INPUTS, [elsewhere], POLICY, NOON)

    assert (day.terms.targets[0].minimum, day.terms.targets[0].cap) == (0, 0)


def test_every_campaign_left_out_has_a_reason_and_so_has_every_track() -> None:
    campaigns = [
        campaign_with("paused", status=Status.PAUSED),
        campaign_with("none", track_ids=("unknown", "foreign", "blocked")),
        campaign_with("some", track_ids=("track-1", "blocked", "unknown")),
    ]

    day = build_problem(INPUTS, campaigns, POLICY, NOON)

    assert [c.campaign_id for c in day.terms.campaigns] == ["some"]
    assert day.terms.tracks_of == (("track-1",),)
    assert day.terms.excluded_campaigns == {"paused": "paused", "none": "no_track_allowed"}
    assert day.terms.excluded_tracks == {
        "none": {
            "unknown": "unknown_track",
            "foreign": "foreign_track",
            "blocked": "blocked_track",
        },
        "some": {"blocked": "blocked_track", "unknown": "unknown_track"},
    }


def test_no_data_and_no_campaigns_are_a_problem_too() -> None:
    nothing = Inputs({}, audiences_of({}), supply_of(), scores_of({}), ())

    without_campaigns = build_problem(INPUTS, [], POLICY, NOON)
    without_data = build_problem(nothing, [ASAP], POLICY, NOON)

    assert len(without_campaigns.problem.campaign) == 0
    assert without_campaigns.problem.slots.tolist() == [200, 500]
    assert without_data.terms.excluded_campaigns == {"c1": "no_track_allowed"}
    assert without_data.problem.slots.tolist() == []


def test_campaigns_in_any_order_give_the_same_problem() -> None:
    inputs, campaigns, policy = random_world(7)

    forwards = build_problem(inputs, campaigns, policy, NOW)
    backwards = build_problem(inputs, campaigns[::-1], policy, NOW)

    assert forwards.terms.campaigns == backwards.terms.campaigns
    assert forwards.terms.targets == backwards.terms.targets
    assert forwards.problem.campaign.tolist() == backwards.problem.campaign.tolist()
    assert forwards.problem.value.tolist() == backwards.problem.value.tolist()


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_in_random_worlds_every_campaign_is_in_the_problem_or_has_a_reason(seed: int) -> None:
    inputs, campaigns, policy = random_world(seed)

    day = build_problem(inputs, campaigns, policy, NOW)

    live = [c.campaign_id for c in day.terms.campaigns]
    assert sorted([*live, *day.terms.excluded_campaigns]) == sorted(
        c.campaign_id for c in campaigns
    )
    for campaign, kept in zip(day.terms.campaigns, day.terms.tracks_of, strict=True):
        left_out = day.terms.excluded_tracks.get(campaign.campaign_id, {})
        assert set(kept) | set(left_out) == set(campaign.track_ids)
        assert not set(kept) & set(left_out)
        assert kept
    assert (day.problem.minimum <= day.problem.cap).all()
    if policy.licensor_share_cap is not None:
        promoted = day.problem.slots @ day.problem.promoted_share
        assert day.problem.licensor_cap == pytest.approx(policy.licensor_share_cap * promoted)


def test_targets_are_of_what_delivered_exposures_leave() -> None:
    capped = replace(ASAP, daily_cap=300)
    delivered = {"c1": Delivered(total=600, today=250), "unheard-of": Delivered(9, 9)}

    day = build_problem(replace(INPUTS, delivered=delivered), [capped], POLICY, NOON)
    before = build_problem(INPUTS, [capped], POLICY, NOON)

    assert (before.terms.targets[0].cap, before.terms.targets[0].cap_reason) == (300, "daily_cap")
    assert (day.terms.targets[0].cap, day.terms.targets[0].cap_reason) == (50, "daily_cap")
    assert day.problem.cap.tolist() == [50]
    assert day.terms.targets[0].minimum == pytest.approx(
        min(50, before.terms.targets[0].minimum * (1_000 - 600) / 1_000)
    )


def test_a_campaign_that_was_delivered_its_cap_is_no_part_of_the_problem() -> None:
    delivered = {"c1": Delivered(total=1_000)}

    day = build_problem(replace(INPUTS, delivered=delivered), [ASAP], POLICY, NOON)

    assert day.terms.campaigns == ()
    assert day.terms.excluded_campaigns == {"c1": "cap_reached"}
