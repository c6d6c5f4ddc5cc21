"""Which row is answered for, and how scores decay with the age of row and plan."""

from datetime import timedelta
from typing import Any

import pytest

from shared.lookup.answers import Answer
from tests.unit.lookup.hand_made import (
    HOUR_S,
    NOW,
    NOW_S,
    TRACKS,
    answer_of,
    by_track,
    campaign_on,
    plan_of,
    question_of,
    row_of,
)

PLAN = plan_of(campaign_on(*TRACKS))


@pytest.mark.parametrize(
    ("age", "decay"),
    [(0.0, 1.0), (0.5, 1.0), (1.0, 1.0), (1.25, 0.75), (1.5, 0.5), (2.0, 0.0), (3.0, 0.0)],
)
@pytest.mark.parametrize("older", ["plan", "row"])
def test_scores_decay_by_the_older_of_plan_and_row(older: str, age: float, decay: float) -> None:
    max_age_s = 4.0 * HOUR_S
    then = NOW - timedelta(seconds=age * max_age_s)
    plan = plan_of(
        campaign_on("track-1", throttle=0.5),
        solved_from_s=int(then.timestamp()) if older == "plan" else NOW_S,
    )
    row = row_of(as_of=then if older == "row" else NOW)

    answer = answer_of(plan, row, question=question_of(max_age_s=max_age_s))

    found = by_track(answer)["track-1"]
    assert answer.stale == (age > 1)
    assert found.score == pytest.approx(0.5 * decay)
    assert found.status == ("stale" if age > 1 else "throttled")


def test_a_plan_or_row_from_ahead_of_the_clock_is_of_age_zero() -> None:
    plan = plan_of(campaign_on("track-1"), solved_from_s=NOW_S + 60)

    answer = answer_of(plan, row_of(as_of=NOW + timedelta(seconds=60)))

    assert (answer.plan_age_s, answer.stale) == (0, False)


def test_the_first_audience_with_a_live_row_is_answered_for() -> None:
    expired = row_of("listener-1", expires_at=NOW_S)
    cohort = row_of("cohort-1", {"track-4": 0.9}, expires_at=NOW_S + 1)

    answer = answer_of(PLAN, expired, cohort)

    assert answer.audience_id == "cohort-1"
    assert list(by_track(answer)) == ["track-4"]


def test_the_listeners_own_row_goes_before_its_cohorts() -> None:
    answer = answer_of(PLAN, row_of("cohort-1"), row_of("listener-1", {"track-4": 0.9}))

    assert answer.audience_id == "listener-1"
    assert list(by_track(answer)) == ["track-4"]


@pytest.mark.parametrize(
    "row", [row_of("stranger"), row_of("listener-1", expires_at=NOW_S)], ids=["none", "expired"]
)
def test_without_a_live_row_the_answer_has_the_plan_and_no_results(row: Any) -> None:
    answer = answer_of(PLAN, row)

    assert (answer.audience_id, answer.scores_as_of) == (None, None)
    assert (answer.plan_id, answer.results) == ("plan-a", [])


def test_before_the_first_plan_the_answer_has_the_row_and_no_results() -> None:
    answer = answer_of(None)

    assert answer == Answer(
        plan_id=None,
        plan_age_s=None,
        scores_as_of="2026-01-12T12:00:00+00:00",
        audience_id="listener-1",
        arm="treatment",
        stale=False,
        frequency_cap=0.0,
        promoted_share=0.0,
        results=[],
    )
