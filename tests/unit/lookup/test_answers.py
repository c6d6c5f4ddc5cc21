"""The answer of a plan and a row to a question: whose, at which positions, and explained."""

import json
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.lookup.answers import Answer, encode_answer
from tests.unit.lookup.hand_made import (
    NOW,
    RELEVANCE,
    TRACKS,
    answer_of,
    by_track,
    campaign_on,
    plan_of,
    question_of,
    row_of,
)

PLAN = plan_of(campaign_on(*TRACKS))


def test_an_answer_says_which_plan_and_which_row_it_comes_from() -> None:
    answer = answer_of(PLAN, now=NOW + timedelta(seconds=412))

    assert msgspec.structs.replace(answer, results=[]) == Answer(
        plan_id="plan-a",
        plan_age_s=412,
        scores_as_of="2026-01-12T12:00:00+00:00",
        audience_id="listener-1",
        arm="treatment",
        stale=False,
        frequency_cap=0.1,
        promoted_share=0.2,
        results=[],
    )


def test_a_track_is_promoted_with_its_share_of_the_row() -> None:
    found = by_track(answer_of(PLAN))

    assert [found[t].score for t in TRACKS] == pytest.approx([1, 1, 0, 0], abs=1e-3)
    assert {(r.campaign_id, r.status) for r in found.values()} == {("c1", "promoted")}


def test_results_stand_at_the_positions_of_the_question_and_leave_out_other_tracks() -> None:
    question = question_of("stranger", "track-2", "track-9", "track-1")
    plan = plan_of(campaign_on("track-1", "track-2", "track-9"))

    answer = answer_of(plan, question=question)

    assert [result.i for result in answer.results] == [1, 3]


def test_a_track_named_twice_has_the_same_result_at_both_positions() -> None:
    answer = answer_of(PLAN, question=question_of("track-1", "track-3", "track-1"))

    first, _, last = answer.results
    assert (first.i, last.i) == (0, 2)
    assert msgspec.structs.replace(last, i=0) == first


def test_the_scores_do_not_depend_on_which_tracks_were_asked_for() -> None:
    all_of_them = by_track(answer_of(PLAN))

    for track in TRACKS:
        question = question_of(track)
        alone = by_track(answer_of(PLAN, question=question), question)
        assert alone[track].score == all_of_them[track].score


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.dictionaries(st.sampled_from([f"t{i}" for i in range(9)]), st.floats(0, 1), min_size=1),
    st.floats(-1, 1),
    st.floats(0, 1),
    st.floats(1e-3, 2),
    st.sampled_from(["radio", "mixes"]),
)
def test_probabilities_of_a_row_sum_to_at_most_the_promoted_share(
    scores: dict[str, float], price: float, throttle: float, width: float, context: str
) -> None:
    campaign = campaign_on(*scores, price=price, throttle=throttle)
    plan = plan_of(campaign, width=width)
    question = question_of(*scores, context=context)

    answer = answer_of(plan, row_of(scores=scores), question=question)

    assert len(answer.results) == len(scores)
    assert all(0 <= result.score <= 1 for result in answer.results)
    shown = sum(answer.frequency_cap * result.score for result in answer.results)
    assert shown <= answer.promoted_share + 1e-9


def test_a_context_that_the_plan_does_not_know_promotes_nothing() -> None:
    answer = answer_of(PLAN, question=question_of(context="video"))

    assert (answer.frequency_cap, answer.promoted_share) == (0, 0)
    assert {result.score for result in answer.results} == {0}


def test_a_question_without_tracks_has_an_answer_without_results() -> None:
    assert answer_of(PLAN, question=question_of(track_ids=[])).results == []


@settings(max_examples=50, deadline=None, derandomize=True)
@given(
    st.floats(-0.5, 1), st.floats(0, 0.5), st.floats(0, 1), st.floats(0.01, 1), st.floats(0.5, 3)
)
def test_the_figures_of_an_explanation_give_the_score(
    price: float, licensor_price: float, throttle: float, width: float, weight: float
) -> None:
    campaign = campaign_on(*TRACKS, price=price, throttle=throttle, weight=weight)
    plan = plan_of(campaign, licensor_price=licensor_price, width=width)

    found = by_track(answer_of(plan, question=question_of(explain=True)))

    for track, result in found.items():
        why = result.explanation
        assert why is not None
        value = why.weight * why.relevance
        net = value - why.campaign_price - why.licensor_price
        t = min(1.0, max(0.0, (why.net_value - why.threshold) / why.width))
        assert why.net_value == pytest.approx(net, abs=2e-7 * value)  # values are float32
        assert result.score == pytest.approx(why.throttle * t)
        assert why.relevance == pytest.approx(RELEVANCE[track], abs=1 / 131_070)
        assert (why.campaign_price, why.licensor_price) == (price, licensor_price)
        assert (why.width, why.throttle, why.weight) == (width, throttle, weight)


def test_an_answer_is_json_with_explanations_only_where_they_were_asked_for() -> None:
    plain = json.loads(encode_answer(answer_of(PLAN)))
    explained = json.loads(encode_answer(answer_of(PLAN, question=question_of(explain=True))))

    assert plain["results"][0] == {"i": 0, "score": 1.0, "campaign_id": "c1", "status": "promoted"}
    assert "explanation" in explained["results"][0]
    assert plain["plan_id"] == "plan-a"
