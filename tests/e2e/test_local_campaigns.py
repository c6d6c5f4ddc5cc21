"""Campaign events that come late, twice or in contradiction change nothing on a running stack."""

from dataclasses import replace
from typing import Any

import pytest

from oasis.campaign import send
from shared.campaign.campaigns import Campaign, Status
from tests.e2e.live_stack import LiveStack, until
from tests.e2e.small_world import campaign
from tests.e2e.tap import Tap


def apply(stack: LiveStack, *campaigns: Campaign) -> None:
    stack.change(*campaigns)
    stack.settle()


def heard(tap: Tap, detail_type: str) -> dict[str, Any]:
    """Return the next event of a type that is said on a bus."""

    def look() -> dict[str, Any] | None:
        return next((e for e in tap.take() if e["detail-type"] == detail_type), None)

    return until(look, detail_type)


def stands(stack: LiveStack, campaign_id: str) -> tuple[int, Status]:
    found = stack.campaigns.get(campaign_id)
    assert found is not None
    return found.version, found.status


def test_an_older_version_after_a_newer_one_changes_nothing(journey, tap):
    first = campaign("late", "track-6")
    apply(journey, first)
    apply(journey, replace(first, version=3, status=Status.PAUSED))
    before, pointer = journey.stored(), journey.pointer.read()
    tap.take()

    send(journey.connection, [replace(first, version=2)])
    heard(tap, "CampaignChanged")
    journey.settle()

    assert journey.stored() == before
    assert journey.pointer.read() == pointer
    assert pointer.suppressed["late"] == 3
    assert stands(journey, "late") == (3, Status.PAUSED)


def test_a_redelivered_pause_does_not_silence_a_campaign_resumed_since(journey, tap):
    first = campaign("resumed", "track-6")
    apply(journey, first)
    tap.take()
    apply(journey, replace(first, version=2, status=Status.PAUSED))
    [paused] = [e for e in tap.take() if e["detail-type"] == "CampaignChanged"]
    apply(journey, replace(first, version=3))
    before, pointer = journey.stored(), journey.pointer.read()

    journey.deliver_again("UpdateCampaign", paused)

    assert journey.stored() == before
    assert journey.pointer.read() == pointer
    assert "resumed" not in pointer.suppressed


def test_the_same_event_twice_changes_nothing_that_is_stored(journey, tap):
    tap.take()
    apply(journey, campaign("repeated", "track-6"))
    [changed] = [e for e in tap.take() if e["detail-type"] == "CampaignChanged"]
    before = journey.stored()

    journey.deliver_again("UpdateCampaign", changed)

    assert journey.stored() == before


def test_the_same_version_with_other_content_is_refused_and_the_first_stands(journey, tap):
    first = campaign("contradicted", "track-6")
    apply(journey, first)
    before, pointer = journey.stored(), journey.pointer.read()
    tap.take()

    send(journey.connection, [replace(first, weight=2.0)])
    refusal = heard(tap, "CampaignRejected")["detail"]
    journey.settle()

    assert (refusal["campaign_id"], refusal["reason"]) == ("contradicted", "version_conflict")
    assert journey.stored() == before
    assert journey.pointer.read() == pointer


@pytest.mark.parametrize("versions", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_versions_in_any_order_end_at_the_newest(journey, tap, versions):
    name = f"shuffled-{'-'.join(map(str, versions))}"
    tap.take()

    for version in versions:
        status = Status.PAUSED if version == 3 else Status.ACTIVE
        send(journey.connection, [campaign(name, "track-7", version=version, status=status)])
        heard(tap, "CampaignChanged")
        journey.settle()

    assert stands(journey, name) == (3, Status.PAUSED)


def test_versions_sent_at_once_end_at_the_newest(journey):
    many = [
        campaign("at-once", "track-7", version=v, status=Status.ACTIVE if v % 2 else Status.PAUSED)
        for v in (4, 1, 6, 3, 2, 5)
    ]

    apply(journey, *many)

    assert stands(journey, "at-once") == (6, Status.PAUSED)
