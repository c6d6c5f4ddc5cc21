"""Why a score is what it is: throttled, held out, suppressed or no longer eligible."""

from datetime import timedelta
from typing import Any

import pytest

from shared.lookup.answers import Answer
from shared.lookup.holdouts import is_held_out
from shared.plan.serving import pack_hashes
from shared.pointer.pointers import Suppression
from shared.pointer.schema import OPERATOR
from shared.score.hashes import id_hash
from shared.score.packed_row import SCORE_SCALE, lowest_score
from tests.unit.lookup.hand_made import (
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

TODAY = NOW.date()


def statuses(answer: Answer) -> set[str]:
    """Return the statuses of all results."""
    return {result.status.value for result in answer.results}


def test_a_throttle_below_one_is_named() -> None:
    plan = plan_of(campaign_on("track-1", throttle=0.25), campaign_on("track-2", campaign_id="c2"))

    found = by_track(answer_of(plan))

    assert (found["track-1"].status, found["track-1"].score) == ("throttled", 0.25)
    assert (found["track-2"].status, found["track-2"].score) == ("promoted", 1.0)


def test_a_listener_of_the_policys_holdout_is_promoted_nothing() -> None:
    plan = plan_of(campaign_on(*TRACKS), holdout_share=1.0)

    answer = answer_of(plan)

    assert answer.arm == "holdout"
    assert statuses(answer) == {"holdout"}
    assert {result.score for result in answer.results} == {0}


def test_the_policys_holdout_is_drawn_by_the_first_audience_of_the_question() -> None:
    plan = plan_of(campaign_on(*TRACKS), holdout_share=0.5)
    names = [f"listener-{i}" for i in range(40)]

    arms = {
        name: answer_of(
            plan, row_of("cohort-1"), question=question_of(audience_ids=[name, "c"])
        ).arm
        for name in names
    }

    assert set(arms.values()) == {"holdout", "treatment"}
    assert arms == {n: "holdout" if is_held_out(0.5, "oasis", n) else "treatment" for n in names}


def test_a_campaigns_own_holdout_silences_that_campaign_alone() -> None:
    plan = plan_of(
        campaign_on("track-1", holdout_share=1.0), campaign_on("track-2", campaign_id="c2")
    )

    answer = answer_of(plan)
    found = by_track(answer)

    assert answer.arm == "treatment"
    assert (found["track-1"].status, found["track-1"].score) == ("holdout", 0)
    assert (found["track-2"].status, found["track-2"].score) == ("promoted", 1)


@pytest.mark.parametrize(
    ("entry", "status"),
    [
        (7, "suppressed"),
        (OPERATOR, "suppressed"),
        (TODAY.isoformat(), "suppressed"),
        ((TODAY - timedelta(days=1)).isoformat(), "promoted"),
    ],
)
def test_a_suppression_silences_its_campaign_at_the_next_call(
    entry: Suppression, status: str
) -> None:
    plan = plan_of(campaign_on("track-1"), campaign_on("track-2", campaign_id="c2"))

    found = by_track(answer_of(plan, suppressed={"c1": entry, "c9": OPERATOR}))

    assert found["track-1"].status == status
    assert (found["track-1"].score == 0) == (status == "suppressed")
    assert (found["track-2"].status, found["track-2"].score) == ("promoted", 1)


def test_a_suppressed_campaign_keeps_its_part_of_the_row_so_that_no_other_gets_more() -> None:
    plan = plan_of(
        campaign_on("track-1", "track-2"), campaign_on("track-3", "track-4", campaign_id="c2")
    )

    before = by_track(answer_of(plan))
    after = by_track(answer_of(plan, suppressed={"c1": OPERATOR}))

    assert [after[t].score for t in TRACKS] == [0, 0, before["track-3"].score, 0]


def test_a_suppressed_campaign_does_not_leave_its_track_to_another() -> None:
    plan = plan_of(
        campaign_on("track-1", weight=2.0), campaign_on("track-1", campaign_id="c2", weight=1.0)
    )

    found = by_track(answer_of(plan, suppressed={"c1": 1}))

    assert (found["track-1"].campaign_id, found["track-1"].status) == ("c1", "suppressed")


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_at_s": NOW_S + 1},
        {"ends_at_s": NOW_S},
        {"markets": ("DE",)},
        {"contexts": ("mixes", "autoplay")},
        {"audiences": pack_hashes([id_hash("cohort-2")])},
        {"lowest_score": lowest_score(0.81)},
        {"track_markets": (("DE", "NO"),)},
    ],
    ids=["starts_later", "ended", "market", "context", "targeting", "floor", "track_market"],
)
def test_what_the_plan_held_is_checked_again(changes: dict[str, Any]) -> None:
    plan = plan_of(campaign_on("track-1", **changes))
    question = question_of(market="SE")

    found = by_track(answer_of(plan, question=question, suppressed={"c1": OPERATOR}))

    assert (found["track-1"].status, found["track-1"].score) == ("ineligible", 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_at_s": NOW_S},
        {"ends_at_s": NOW_S + 1},
        {"markets": ("DE", "SE")},
        {"contexts": ("radio",)},
        {"audiences": pack_hashes(sorted([id_hash("other"), id_hash("listener-1")]))},
        {"audiences": pack_hashes([id_hash("cohort-1")])},
        {"lowest_score": round(0.8 * SCORE_SCALE)},
        {"track_markets": (("SE",),)},
    ],
    ids=[
        *("starts_now", "ends_later", "market", "context", "targeting", "targeting_of_cohort"),
        *("floor", "track_market"),
    ],
)
def test_what_is_still_as_the_plan_held_is_promoted(changes: dict[str, Any]) -> None:
    plan = plan_of(campaign_on("track-1", **changes))

    found = by_track(answer_of(plan, question=question_of(market="SE")))

    assert (found["track-1"].status, found["track-1"].score) == ("promoted", 1)


def test_without_a_market_only_campaigns_and_tracks_without_markets_are_eligible() -> None:
    plan = plan_of(
        campaign_on("track-1", markets=("SE",)),
        campaign_on("track-2", campaign_id="c2", track_markets=(("SE",),)),
        campaign_on("track-3", campaign_id="c3"),
    )

    found = by_track(answer_of(plan))

    assert [found[t].status for t in TRACKS[:3]] == ["ineligible", "ineligible", "promoted"]
