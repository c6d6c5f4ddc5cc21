"""Arrow update_campaign on moto: versions, refusals, and the suppression that goes with a pause."""

import json

import pytest

from functions.update_campaign.handler import handle
from shared.pointer.store import PointerStore
from tests.integration.messages import ACCOUNT, EVENT_ID, campaign_detail, envelope

CHANGED = "CampaignChanged"


@pytest.fixture
def change(world, context, make_batch):
    """Return a function that handles one message a detail and returns the failed ones."""

    def apply(*details):
        batch = make_batch(*(envelope(CHANGED, detail) for detail in details))
        return handle(batch, context)["batchItemFailures"]

    return apply


def suppressed(world):
    return PointerStore(world.plans_table).read().suppressed


def test_new_campaign_is_stored_and_announced(world, change):
    failures = change(campaign_detail())

    assert failures == []
    [item] = world.items(world.campaigns_table)
    assert (item["campaign_id"], item["version"], item["status"]) == ("campaign-1", 1, "active")
    assert world.events() == [
        (
            "CampaignApplied",
            {
                "campaign_id": "campaign-1",
                "version": 1,
                "status": "active",
                "correlation_id": EVENT_ID,
            },
        )
    ]
    assert suppressed(world) == {}


def test_redelivered_event_changes_nothing(world, change):
    detail = campaign_detail(status="paused")
    change(detail)
    before = world.items(world.campaigns_table), world.items(world.plans_table)

    change(detail)

    assert (world.items(world.campaigns_table), world.items(world.plans_table)) == before


def test_older_version_after_a_newer_one_changes_nothing(world, change):
    base = campaign_detail()
    change({**base, "version": 3, "status": "paused"})
    before = world.items(world.campaigns_table), world.items(world.plans_table)

    change({**base, "version": 2}, {**base, "version": 1})

    assert (world.items(world.campaigns_table), world.items(world.plans_table)) == before


def test_same_version_with_other_content_is_refused_and_the_first_stands(world, change):
    base = campaign_detail()
    change(base)
    before = world.items(world.campaigns_table)
    world.events()

    failures = change({**base, "goal_exposures": 2000})

    assert failures == []
    assert world.items(world.campaigns_table) == before
    [(detail_type, detail)] = world.events()
    assert (detail_type, detail["reason"]) == ("CampaignRejected", "version_conflict")


@pytest.mark.parametrize("status", ["paused", "cancelled"])
def test_pause_suppresses_and_a_newer_resume_lifts(world, change, status):
    base = campaign_detail()
    change(base, {**base, "version": 2, "status": status})
    after_pause = suppressed(world)

    change({**base, "version": 3})

    assert after_pause == {"campaign-1": 2}
    assert suppressed(world) == {}


def test_late_resume_of_an_older_version_does_not_lift_a_pause(world, change):
    base = campaign_detail()
    change({**base, "version": 5, "status": "paused"})

    change({**base, "version": 4})

    assert suppressed(world) == {"campaign-1": 5}


def test_operators_suppression_outlasts_every_version(world, change):
    base = campaign_detail()
    change(base)
    store = PointerStore(world.plans_table)
    store.model("pointer").update(actions=store.changes_of({"campaign-1": "operator"}))

    change({**base, "version": 2, "status": "paused"}, {**base, "version": 3})

    assert suppressed(world) == {"campaign-1": "operator"}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"version": "1"}, "version"),
        ({"track_ids": []}, "track_ids"),
        ({"starts_at": "2026-01-05T00:00:00"}, "starts_at"),
        ({"markets": ["Sweden"]}, "markets.0"),
        ({"price": 3}, "price"),
        ({"cap_exposures": 1}, "(event)"),
        ({"goal_exposures": 1.5}, "goal_exposures"),
    ],
)
def test_invalid_event_is_refused_with_the_path_of_its_field(world, change, changes, path):
    failures = change(campaign_detail(**changes))

    assert failures == []
    assert world.items(world.campaigns_table) == []
    [(detail_type, detail)] = world.events()
    assert (detail_type, detail["reason"]) == ("CampaignRejected", "invalid")
    assert [field["path"] for field in detail["fields"]] == [path]


def test_publisher_speaks_only_for_licensors_that_policy_grants(world, change):
    policy = {"publishers": {"123456789012": ["licensor-1"]}}
    world.s3.put_object(
        Bucket=world.accepted_bucket, Key="policy/2026.json", Body=json.dumps(policy)
    )

    change(campaign_detail(), campaign_detail(campaign_id="theirs", licensor_id="licensor-2"))

    assert [i["campaign_id"] for i in world.items(world.campaigns_table)] == ["campaign-1"]
    rejected = [d for t, d in world.events() if t == "CampaignRejected"]
    assert [d["reason"] for d in rejected] == ["publisher_not_allowed"]


def test_accepted_drop_of_campaigns_is_applied_like_events(world, context, make_batch):
    lines = [campaign_detail(campaign_id=f"campaign-{i}") for i in range(3)]
    world.s3.put_object(
        Bucket=world.accepted_bucket,
        Key="campaigns/x.jsonl",
        Body="\n".join(json.dumps(line) for line in lines),
    )
    detail = {"producer": "label", "accepted_key": "campaigns/x.jsonl", "dataset": "campaigns"}

    handle(make_batch(envelope("DropAccepted", detail, source="oasis")), context)

    stored = {i["campaign_id"]: i["publisher"] for i in world.items(world.campaigns_table)}
    assert stored == {f"campaign-{i}": "producer:label" for i in range(3)}


def test_killed_at_any_call_a_retry_ends_the_same(world, context, make_batch, killed):
    base = campaign_detail()
    batch = make_batch(envelope(CHANGED, {**base, "version": 2, "status": "paused"}))
    handle(make_batch(envelope(CHANGED, base)), context)
    world.calls.start()
    handle(batch, context)
    calls = len(world.calls.calls)
    expected = world.items(world.campaigns_table), suppressed(world)

    for when in ("before", "after"):
        for k in range(calls):
            for table, key in (
                (world.campaigns_table, "campaign_id"),
                (world.plans_table, "item"),
            ):
                for item in world.items(table):
                    world.tables.Table(table).delete_item(Key={key: item[key]})
            world.calls.start()
            handle(make_batch(envelope(CHANGED, base)), context)
            world.calls.start(k, when)
            with pytest.raises(killed):
                handle(batch, context)
            world.calls.start()
            handle(batch, context)
            assert (world.items(world.campaigns_table), suppressed(world)) == expected


def test_a_campaign_stays_with_its_licensor_whoever_uses_its_id(world, context, make_batch, change):
    policy = {"publishers": {ACCOUNT: ["licensor-1"], "222222222222": ["licensor-2"]}}
    key = "policy/20260101T000000.000000Z-20260101T000000Z-v-0123456789abcdef0123.json"
    world.s3.put_object(Bucket=world.accepted_bucket, Key=key, Body=json.dumps(policy))
    change(campaign_detail())
    before = world.items(world.campaigns_table)
    world.events()

    taken = campaign_detail(version=2, licensor_id="licensor-2", status="paused")
    handle(make_batch({**envelope(CHANGED, taken), "account": "222222222222"}), context)

    assert world.items(world.campaigns_table) == before
    assert suppressed(world) == {}
    [(name, detail)] = world.events()
    assert (name, detail["reason"]) == ("CampaignRejected", "publisher_not_allowed")
    assert [field["path"] for field in detail["fields"]] == ["campaign_id"]
