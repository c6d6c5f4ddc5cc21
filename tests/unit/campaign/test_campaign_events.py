"""The event that changes a campaign: defaults, refusals and the way back."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.campaign.campaigns import Campaign, Pacing, Status
from shared.campaign.events import CampaignEvent, to_event
from shared.campaign.store import digest
from shared.id.ids import has_invisible

NEEDED: dict[str, Any] = {
    "campaign_id": "c9",
    "version": 3,
    "licensor_id": "licensor-1",
    "name": "Summer",
    "track_ids": ["track-1", "track-2"],
    "status": "active",
    "starts_at": "2026-01-10T00:00:00Z",
    "ends_at": "2026-01-20T00:00:00Z",
    "goal_exposures": 1_000,
}


def _paths_refused(detail: object) -> list[str]:
    with pytest.raises(ValidationError) as refusal:
        CampaignEvent.model_validate(detail)
    return [".".join(map(str, problem["loc"])) for problem in refusal.value.errors()]


def test_what_an_event_leaves_out_has_the_defaults_of_the_contract() -> None:
    campaign = CampaignEvent.model_validate(NEEDED).to_campaign()

    assert campaign == Campaign(
        campaign_id="c9",
        version=3,
        licensor_id="licensor-1",
        name="Summer",
        track_ids=("track-1", "track-2"),
        status=Status.ACTIVE,
        starts_at=datetime(2026, 1, 10, tzinfo=UTC),
        ends_at=datetime(2026, 1, 20, tzinfo=UTC),
        goal_exposures=1_000,
        cap_exposures=1_000,
        daily_cap=None,
        pacing=Pacing.EVEN,
        weight=1.0,
        min_relevance=0.0,
        commission_rate=0.0,
        holdout_share=0.0,
        contexts=(),
        markets=(),
        audience_ids=(),
    )
    assert campaign.is_active


def test_a_cap_of_its_own_stands_beside_the_goal() -> None:
    event = CampaignEvent.model_validate({**NEEDED, "cap_exposures": 1_500})

    assert event.to_campaign().cap_exposures == 1_500


@pytest.mark.parametrize("field", sorted(NEEDED))
def test_an_event_without_a_needed_field_is_refused_by_its_path(field: str) -> None:
    detail = {name: value for name, value in NEEDED.items() if name != field}

    assert _paths_refused(detail) == [field]


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("campaign_id", "", "campaign_id"),
        ("campaign_id", 9, "campaign_id"),
        ("campaign_id", "c\x009", "campaign_id"),
        ("campaign_id", "c9\n", "campaign_id"),
        ("campaign_id", "c\u200b9", "campaign_id"),
        ("campaign_id", "\u00a0c9", "campaign_id"),
        ("campaign_id", "  ", "campaign_id"),
        ("track_ids", ["t1", "t\ufeff"], "track_ids.1"),
        ("campaign_id", "c" * 257, "campaign_id"),
        ("version", 0, "version"),
        ("version", "3", "version"),
        ("version", 3.0, "version"),
        ("version", True, "version"),
        ("licensor_id", "", "licensor_id"),
        ("name", "", "name"),
        ("track_ids", [], "track_ids"),
        ("track_ids", ["t"] * 1_001, "track_ids"),
        ("track_ids", ["track-1", ""], "track_ids.1"),
        ("status", "stopped", "status"),
        ("starts_at", "2026-01-10T00:00:00", "starts_at"),
        ("starts_at", "soon", "starts_at"),
        ("starts_at", 1_767_225_600, "starts_at"),
        ("starts_at", "1767225600", "starts_at"),
        ("starts_at", "0001-01-01T00:00:00+01:00", "starts_at"),
        ("ends_at", "2026-01-10T00:00:00Z", ""),
        ("goal_exposures", -1, "goal_exposures"),
        ("goal_exposures", "many", "goal_exposures"),
        ("cap_exposures", 999, ""),
        ("daily_cap", -1, "daily_cap"),
        ("pacing", "fast", "pacing"),
        ("weight", 0, "weight"),
        ("weight", "2", "weight"),
        ("weight", float("nan"), "weight"),
        ("weight", float("inf"), "weight"),
        ("min_relevance", 1.01, "min_relevance"),
        ("min_relevance", float("nan"), "min_relevance"),
        ("commission_rate", -0.1, "commission_rate"),
        ("holdout_share", 2, "holdout_share"),
        ("contexts", ["video"], "contexts.0"),
        ("markets", ["se"], "markets.0"),
        ("markets", ["SWE"], "markets.0"),
        ("audience_ids", ["a"] * 1_001, "audience_ids"),
        ("budget", 10, "budget"),
    ],
)
def test_a_field_out_of_bounds_or_unknown_is_refused_by_its_path(
    field: str, value: object, path: str
) -> None:
    assert _paths_refused({**NEEDED, field: value}) == [path]


@pytest.mark.parametrize("detail", [None, [], "c9", 3])
def test_a_detail_that_is_no_object_is_refused(detail: object) -> None:
    assert _paths_refused(detail) == [""]


def test_outer_spaces_of_ids_are_trimmed() -> None:
    detail = {**NEEDED, "campaign_id": " c9 ", "track_ids": ["track-1 ", " track-2"]}

    assert CampaignEvent.model_validate(detail) == CampaignEvent.model_validate(NEEDED)


def test_times_of_any_offset_become_utc() -> None:
    detail = {**NEEDED, "starts_at": "2026-01-10T02:00:00+02:00"}

    campaign = CampaignEvent.model_validate(detail).to_campaign()

    assert campaign.starts_at == datetime(2026, 1, 10, tzinfo=UTC)
    assert campaign.starts_at.tzinfo is UTC


IDS = st.text(st.characters(codec="utf-8"), min_size=1).filter(
    lambda text: text.strip(" ") == text and not has_invisible(text)
)
TIMES = st.datetimes(
    datetime(2000, 1, 1),
    datetime(2100, 1, 1),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-9, minutes=-30))]),
)


@st.composite
def campaigns(draw: st.DrawFn) -> Campaign:
    """Any campaign that an event can describe."""
    starts_at = draw(TIMES).astimezone(UTC)
    goal = draw(st.integers(0, 10**9))
    shares = st.floats(0, 1)
    return Campaign(
        campaign_id=draw(IDS.filter(lambda i: len(i) <= 256)),
        version=draw(st.integers(1, 10**9)),
        licensor_id=draw(IDS.filter(lambda i: len(i) <= 256)),
        name=draw(st.text(min_size=1, max_size=50)),
        track_ids=tuple(draw(st.lists(IDS, min_size=1, max_size=4))),
        status=draw(st.sampled_from(Status)),
        starts_at=starts_at,
        ends_at=starts_at + draw(st.timedeltas(timedelta(microseconds=1), timedelta(days=400))),
        goal_exposures=goal,
        cap_exposures=goal + draw(st.integers(0, 10**6)),
        daily_cap=draw(st.none() | st.integers(0, 10**6)),
        pacing=draw(st.sampled_from(Pacing)),
        weight=draw(st.floats(1e-6, 1e6)),
        min_relevance=draw(shares),
        commission_rate=draw(shares),
        holdout_share=draw(shares),
        contexts=draw(st.sampled_from([(), ("radio",), ("autoplay", "mixes")])),
        markets=draw(st.sampled_from([(), ("SE",), ("SE", "DE")])),
        audience_ids=tuple(draw(st.lists(IDS, max_size=3))),
    )


@settings(max_examples=50, deadline=None, derandomize=True)
@given(campaigns())
def test_a_campaign_becomes_an_event_and_back_unchanged_even_as_json(campaign: Campaign) -> None:
    document = to_event(campaign).model_dump_json()

    assert CampaignEvent.model_validate_json(document).to_campaign() == campaign


@settings(max_examples=50, deadline=None, derandomize=True)
@given(campaigns(), campaigns())
def test_digests_are_equal_for_equal_content_only(first: Campaign, second: Campaign) -> None:
    again = CampaignEvent.model_validate_json(to_event(first).model_dump_json()).to_campaign()

    assert digest(again) == digest(first)
    assert (digest(first) == digest(second)) == (first == second)


def test_an_offset_of_the_same_instant_and_a_default_spelled_out_are_the_same_content() -> None:
    spelled = {
        **NEEDED,
        "ends_at": "2026-01-20T01:00:00+01:00",
        "cap_exposures": 1_000,
        "weight": 1,
        "contexts": [],
    }

    short = CampaignEvent.model_validate(NEEDED).to_campaign()
    long = CampaignEvent.model_validate(spelled).to_campaign()

    assert digest(short) == digest(long)
