"""Campaigns as people write them: one as JSON, or several, one a line."""

import json
from typing import Any

import pytest

from oasis.campaign import read_campaigns
from oasis.console import CommandError

CAMPAIGN: dict[str, Any] = {
    "campaign_id": "c1",
    "version": 1,
    "licensor_id": "licensor-1",
    "name": "One",
    "track_ids": ["track-1"],
    "status": "active",
    "starts_at": "2026-01-10T00:00:00Z",
    "ends_at": "2026-01-13T00:00:00Z",
    "goal_exposures": 10,
}


def line(**changes: Any) -> str:
    """Return a campaign as one line."""
    return json.dumps({**CAMPAIGN, **changes})


def refusal_of(text: str) -> str:
    """Return the sentence with which a text is refused."""
    with pytest.raises(CommandError) as refusal:
        read_campaigns(text)
    return str(refusal.value)


def test_one_campaign_may_stand_on_many_lines() -> None:
    (campaign,) = read_campaigns(json.dumps(CAMPAIGN, indent=2))

    assert (campaign.campaign_id, campaign.cap_exposures) == ("c1", 10)


def test_several_campaigns_stand_one_a_line_and_empty_lines_are_nothing() -> None:
    text = f"\n{line()}\n\n{line(campaign_id='c2')}\r\n{line(campaign_id='c3')}"

    assert [c.campaign_id for c in read_campaigns(text)] == ["c1", "c2", "c3"]


def test_a_line_that_is_no_json_is_named() -> None:
    assert refusal_of(f"{line()}\n\n{{nonsense\n").startswith("Line 3 is no JSON: ")


def test_a_line_that_is_no_campaign_is_named_with_all_its_fields() -> None:
    sentence = refusal_of(f"{line()}\n{line(version='1', budget=5, markets=['se'])}\n")

    assert sentence.startswith("Line 2 is no campaign: ")
    assert all(path in sentence for path in ("version: ", "budget: ", "markets.0: "))


def test_a_rule_over_several_fields_is_said_of_the_campaign() -> None:
    sentence = refusal_of(line(ends_at="2026-01-09T00:00:00Z"))

    assert "Line 1 is no campaign: campaign: " in sentence
    assert "ends_at must be later than starts_at" in sentence


@pytest.mark.parametrize("text", ["[]", "7", '"c1"', "null"])
def test_json_that_is_no_object_is_no_campaign(text: str) -> None:
    assert refusal_of(text).startswith("Line 1 is no campaign: ")
