"""Promise R1: events twice, late and in any order end in the tables of the models."""

import json

import pytest

from functions.update_campaign import handler as update_campaign
from tests.aws_world import World, queue_batch
from tests.faults.halves import halved
from tests.faults.order.carrier import CONTEXT
from tests.faults.order.planned import ends_of_plans
from tests.faults.order.schedules import STRETCH, ends
from tests.faults.order.tables import campaign_table
from tests.faults.order.wire import Wire
from tests.integration.messages import campaign_detail, envelope
from tests.promises import Count

pytestmark = pytest.mark.promise("R1")
SCHEDULES = 20_000 if STRETCH else 500
PLANNED = 500 if STRETCH else 12


def test_whatever_the_order_tables_end_as_the_models_say(
    world: World, wire: Wire, monkeypatch: pytest.MonkeyPatch, runs: Count
) -> None:
    for difference in halved(lambda seeds: ends(world, wire, monkeypatch, seeds), SCHEDULES):
        runs.add()

        assert not difference


def test_the_last_plan_answers_the_newest_request_with_all_that_came(
    world: World, wire: Wire, monkeypatch: pytest.MonkeyPatch, runs: Count
) -> None:
    for difference in halved(lambda seeds: ends_of_plans(world, wire, monkeypatch, seeds), PLANNED):
        runs.add()

        assert not difference


@pytest.mark.parametrize("first", ["one", "two"])
def test_of_a_version_with_two_contents_the_first_accepted_stands(
    world: World, wire: Wire, first: str
) -> None:
    names = [first, *({"one", "two"} - {first})]
    detail = campaign_detail()
    for name in (*names, first, *names):
        event = envelope("CampaignChanged", {**detail, "name": name})
        update_campaign.handle(queue_batch(event), CONTEXT)

    stands = campaign_table(world)["campaign-1"]["name"]
    said = [(event["detail-type"], json.dumps(event["detail"])) for event in wire.said]

    assert stands == first
    assert sum("version_conflict" in detail for _, detail in said) == 2
    assert sum(name == "CampaignApplied" for name, _ in said) == 3
