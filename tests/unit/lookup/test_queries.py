"""A question in the query string of an address."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.lookup.questions import (
    MAX_QUERY_TRACKS,
    QueryTooLongError,
    Question,
    QuestionError,
    parse_query,
)

IDS = st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable())
NEEDED = "audience_ids=a&context=radio&track_ids=t"


@given(
    audiences=st.lists(IDS, min_size=1, max_size=4, unique=True),
    tracks=st.lists(IDS, max_size=MAX_QUERY_TRACKS),
    market=IDS | st.just(""),
    max_age_s=st.floats(0.001, 1e9),
    explain=st.booleans(),
)
def test_what_an_address_says_is_the_question_whatever_the_ids_hold(
    audiences: list[str], tracks: list[str], market: str, max_age_s: float, explain: bool
) -> None:
    fields = [("audience_ids", each) for each in audiences]
    fields += [("track_ids", each) for each in tracks]
    fields += [("context", "radio"), ("market", market), ("max_age_s", repr(max_age_s))]
    query = urlencode([*fields, ("explain", str(explain).lower())])

    question = parse_query(query)

    assert question == Question(audiences, "radio", tracks, market, max_age_s, explain)


def test_an_id_may_hold_commas_and_is_one_id() -> None:
    question = parse_query("audience_ids=a,b&context=radio&track_ids=x,y&track_ids=z")

    assert question.audience_ids == ["a,b"]
    assert question.track_ids == ["x,y", "z"]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "context"),
        ("audience_ids=a&track_ids=t", "context"),
        ("context=radio&track_ids=t", "audience_ids names 0"),
        (f"{NEEDED}&context=mixes", "context is named twice"),
        (f"{NEEDED}&explain=yes", "explain is 'yes'"),
        (f"{NEEDED}&max_age_s=old", "max_age_s is 'old'"),
        (f"{NEEDED}&max_age_s=nan", "max_age_s is nan"),
        (f"{NEEDED}&max_age_s=inf", "max_age_s is inf"),
        (f"{NEEDED}&limit=3", "limit"),
        ("audience_ids=&context=radio", "Every id"),
    ],
)
def test_a_query_that_is_no_question_is_refused_with_its_field(query: str, told: str) -> None:
    with pytest.raises(QuestionError, match=told):
        parse_query(query)


def test_more_tracks_than_an_address_takes_are_refused_as_such() -> None:
    tracks = "".join(f"&track_ids=t{i}" for i in range(MAX_QUERY_TRACKS))

    assert len(parse_query(f"audience_ids=a&context=radio{tracks}").track_ids) == MAX_QUERY_TRACKS
    with pytest.raises(QueryTooLongError, match="names 101 tracks; a GET takes 100, a POST 1000"):
        parse_query(f"{NEEDED}{tracks}")
