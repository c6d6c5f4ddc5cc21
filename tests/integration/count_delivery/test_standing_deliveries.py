"""What stands of accepted drops of delivery, with and without the summary that saves reading."""

import io
from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet as pq
import pytest

from shared.plan.deliveries import delivered_by_campaign
from shared.plan.delivery_store import SUMMARY_KEY, DeliveryStore, Standing

NOW = datetime.now(UTC)
TODAY = NOW.date().isoformat()


def totals(found: Standing) -> dict[str, float]:
    delivered = delivered_by_campaign(found.rows, NOW.date())
    return {campaign_id: each.total for campaign_id, each in delivered.items()}


@pytest.mark.parametrize("has_summary", [True, False])
def test_deliveries_read_bit_by_bit_are_those_read_at_once(
    world: Any, change: Any, report: Any, has_summary: bool
) -> None:
    kept = DeliveryStore(world.accepted_bucket)

    for at in (3, 5, 4, 9):  # the third is not behind those before it
        report((TODAY, f"campaign-{at}", "radio", at), (TODAY, "all", "radio", at), at=at)
        kept.standing()
    if not has_summary:
        world.s3.delete_object(Bucket=world.accepted_bucket, Key=SUMMARY_KEY)
    read_anew = DeliveryStore(world.accepted_bucket).standing()

    assert totals(kept.standing()) == totals(read_anew)
    assert kept.standing().drops == read_anew.drops
    assert totals(read_anew) == {f"campaign-{at}": at for at in (3, 4, 5, 9)} | {"all": 9}


def test_a_summary_spares_reading_what_it_holds(world: Any, report: Any) -> None:
    for at in range(3):
        report((TODAY, "campaign-1", "radio", at), at=at)
    world.calls.start()

    found = DeliveryStore(world.accepted_bucket).standing()

    assert totals(found) == {"campaign-1": 2}
    assert [call for call in world.calls.calls if "GetObject" in call] == ["s3.GetObject"]


def test_a_summary_that_lags_little_is_not_written_again(world: Any, report: Any) -> None:
    report(*((TODAY, f"campaign-{i}", "radio", 1) for i in range(40)))
    summary = world.objects(world.accepted_bucket, SUMMARY_KEY)

    report((TODAY, "campaign-1", "radio", 2), at=1)
    after_one = world.objects(world.accepted_bucket, SUMMARY_KEY)
    report(*((TODAY, f"campaign-{i}", "radio", 3) for i in range(4)), at=2)

    assert summary == after_one
    assert world.objects(world.accepted_bucket, SUMMARY_KEY) != summary
    assert totals(DeliveryStore(world.accepted_bucket).standing())["campaign-1"] == 3


@pytest.mark.parametrize("is_removed", [True, False])
def test_a_drop_that_changed_since_the_summary_makes_all_be_read_again(
    world: Any, report: Any, is_removed: bool
) -> None:
    report((TODAY, "campaign-1", "radio", 5))
    report((TODAY, "campaign-1", "radio", 9), at=1)
    first, second = sorted(world.objects(world.accepted_bucket, "delivery/"))

    if is_removed:
        world.s3.delete_object(Bucket=world.accepted_bucket, Key=second)
    else:
        older = world.objects(world.accepted_bucket)[first]
        world.s3.put_object(Bucket=world.accepted_bucket, Key=second, Body=older)

    assert totals(DeliveryStore(world.accepted_bucket).standing()) == {"campaign-1": 5}


def test_accepted_files_say_who_reported(world: Any, report: Any) -> None:
    report((TODAY, "campaign-1", "radio", 1), producer="players")

    (accepted,) = world.objects(world.accepted_bucket, "delivery/").values()

    assert pq.read_schema(io.BytesIO(accepted)).metadata[b"producer"] == b"players"
