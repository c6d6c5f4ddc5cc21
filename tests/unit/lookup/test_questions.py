"""The question, checked at the door."""

import json
from typing import Any

import pytest

from shared.lookup.questions import Question, QuestionError, parse_question

NEEDED: dict[str, Any] = {
    "audience_ids": ["listener-77", "cohort-1"],
    "context": "radio",
    "track_ids": ["track-1"],
}


def refusal_of(body: str | bytes) -> str:
    """Return the sentence with which a body is refused."""
    with pytest.raises(QuestionError) as refusal:
        parse_question(body)
    return str(refusal.value)


def test_what_a_question_leaves_out_has_the_defaults_of_the_contract() -> None:
    question = parse_question(json.dumps(NEEDED))

    assert question == Question(
        audience_ids=["listener-77", "cohort-1"],
        context="radio",
        track_ids=["track-1"],
        market="",
        max_age_s=86_400,
        explain=False,
    )


def test_audiences_named_twice_count_once_and_keep_their_order() -> None:
    body = json.dumps({**NEEDED, "audience_ids": ["b", "a", "b", "c"]})

    assert parse_question(body).audience_ids == ["b", "a", "c"]


def test_tracks_named_twice_stay_so_that_positions_are_the_askers_own() -> None:
    body = json.dumps({**NEEDED, "track_ids": ["t", "u", "t"]})

    assert parse_question(body).track_ids == ["t", "u", "t"]


def test_a_question_may_be_as_large_as_the_contract_allows() -> None:
    largest: dict[str, Any] = {
        "audience_ids": ["a" * 1_024, "b", "c", "Ö" * 512],
        "context": "radio",
        "market": "SE",
        "track_ids": [f"track-{i}" for i in range(1_000)],
        "max_age_s": 0.5,
        "explain": True,
    }

    question = parse_question(json.dumps(largest))

    assert question == Question(**largest)


def test_no_tracks_are_a_question_too() -> None:
    assert parse_question(json.dumps({**NEEDED, "track_ids": []})).track_ids == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"audience_ids": []}, "audience_ids names 0 audiences; it must name 1 to 4."),
        ({"audience_ids": list("abcde")}, "audience_ids names 5 audiences; it must name 1 to 4."),
        (
            {"track_ids": [f"t{i}" for i in range(1_001)]},
            "track_ids names 1001 tracks; at most 1000 are allowed.",
        ),
        ({"audience_ids": ["a", ""]}, "Every id must have 1 to 1024 bytes in UTF-8."),
        ({"audience_ids": ["Ö" * 513]}, "Every id must have 1 to 1024 bytes in UTF-8."),
        ({"track_ids": [""]}, "Every id must have 1 to 1024 bytes in UTF-8."),
        ({"track_ids": ["t" * 1_025]}, "Every id must have 1 to 1024 bytes in UTF-8."),
        ({"max_age_s": 0}, "max_age_s is 0.0; it must be above 0 and at most 1e+09."),
        ({"max_age_s": -1}, "max_age_s is -1.0; it must be above 0 and at most 1e+09."),
    ],
)
def test_a_question_out_of_bounds_is_refused_in_a_sentence(
    changes: dict[str, Any], sentence: str
) -> None:
    assert refusal_of(json.dumps({**NEEDED, **changes})) == sentence


@pytest.mark.parametrize("field", sorted(NEEDED))
def test_a_question_without_a_needed_field_is_refused_by_its_name(field: str) -> None:
    body = json.dumps({name: value for name, value in NEEDED.items() if name != field})

    assert field in refusal_of(body)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"audience_id": "a"}, "audience_id"),
        ({"audience_ids": "a"}, "audience_ids"),
        ({"audience_ids": [7]}, "audience_ids"),
        ({"track_ids": [None]}, "track_ids"),
        ({"context": 1}, "context"),
        ({"market": None}, "market"),
        ({"max_age_s": "60"}, "max_age_s"),
        ({"max_age_s": float("nan")}, "JSON"),
        ({"explain": 1}, "explain"),
    ],
)
def test_a_field_that_is_unknown_or_of_another_type_is_refused_by_its_name(
    changes: dict[str, Any], named: str
) -> None:
    assert named in refusal_of(json.dumps({**NEEDED, **changes}))


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", "7", b"\xff", json.dumps(NEEDED) + "}", '{"context": "\ud800"}'],
    ids=["empty", "open", "array", "null", "number", "not_utf8", "trailing", "surrogate"],
)
def test_a_body_that_is_no_json_object_is_refused(body: str | bytes) -> None:
    assert refusal_of(body).startswith("The body is no lookup: ")


def test_an_id_that_is_not_utf8_is_refused() -> None:
    body = json.dumps(NEEDED).encode().replace(b"track-1", b"track-\xff")

    assert refusal_of(body).startswith("The body is no lookup: ")
