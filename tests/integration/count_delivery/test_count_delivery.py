"""Arrow count_delivery on moto: campaigns fall silent at their caps, and speak again below."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.count_delivery import handler as count_handler
from shared.campaign.store import CampaignMovedError, CampaignStore
from shared.plan.count import count_delivery
from shared.plan.delivery_store import DeliveryStore
from shared.pointer.store import PointerStore

NOW = datetime.now(UTC)
TODAY, YESTERDAY = NOW.date().isoformat(), (NOW - timedelta(days=1)).date().isoformat()


def suppressed(world: Any) -> dict[str, Any]:
    return PointerStore(world.plans_table).read().suppressed


def test_a_campaign_is_silent_once_its_cap_shows_as_reached(
    world: Any, change: Any, report: Any
) -> None:
    change(version=3, goal_exposures=100)

    report((TODAY, "campaign-1", "radio", 60))
    below = suppressed(world)
    report((YESTERDAY, "campaign-1", "radio", 40), at=1)

    assert below == {}
    assert suppressed(world) == {"campaign-1": 3}


def test_a_reached_daily_cap_silences_with_its_date(world: Any, change: Any, report: Any) -> None:
    change(daily_cap=50)

    report((YESTERDAY, "campaign-1", "radio", 80))
    yesterdays = suppressed(world)
    report((TODAY, "campaign-1", "radio", 50), at=1)

    assert yesterdays == {}
    assert suppressed(world) == {"campaign-1": TODAY}


def test_contexts_and_producers_are_summed_and_totals_so_far_replaced(
    world: Any, change: Any, report: Any
) -> None:
    change(goal_exposures=100)

    report((TODAY, "campaign-1", "radio", 30), (TODAY, "campaign-1", "mixes", 20))
    report((TODAY, "campaign-1", "radio", 49), at=1)
    report((TODAY, "campaign-1", "mixes", 30), at=2, producer="others")
    below = suppressed(world)
    report((TODAY, "campaign-1", "radio", 50), at=3)

    assert below == {}
    assert suppressed(world) == {"campaign-1": 1}


def test_a_lower_total_lets_the_campaign_speak_again(world: Any, change: Any, report: Any) -> None:
    change(goal_exposures=100, daily_cap=90)

    seen = []
    for at, total in enumerate((100, 95, 80)):
        report((TODAY, "campaign-1", "radio", total), at=at)
        seen.append(suppressed(world))

    assert seen == [{"campaign-1": 1}, {"campaign-1": TODAY}, {}]


def test_an_older_drop_that_arrives_late_replaces_nothing(
    world: Any, change: Any, report: Any
) -> None:
    change(goal_exposures=100)
    report((TODAY, "campaign-1", "radio", 100), at=9)

    report((TODAY, "campaign-1", "radio", 10), (YESTERDAY, "campaign-1", "radio", 5), at=2)

    assert suppressed(world) == {"campaign-1": 1}


def test_a_message_that_comes_again_changes_nothing_and_not_the_revision(
    world: Any, change: Any, report: Any, context: Any
) -> None:
    change(goal_exposures=100)
    message = report((TODAY, "campaign-1", "radio", 100))
    before = world.items(world.plans_table)

    answer = count_handler.handle(message, context)

    assert answer == {"batchItemFailures": []}
    assert world.items(world.plans_table) == before


def test_an_older_message_after_a_newer_one_counts_what_stands(
    world: Any, change: Any, report: Any, context: Any
) -> None:
    change(goal_exposures=100)
    first = report((TODAY, "campaign-1", "radio", 100))
    report((TODAY, "campaign-1", "radio", 20), at=1)

    count_handler.handle(first, context)

    assert suppressed(world) == {}


@pytest.mark.parametrize(("cap", "entry"), [(100, {"campaign-1": 2}), (150, {})])
def test_a_new_version_speaks_only_if_it_raises_the_cap(
    world: Any, change: Any, report: Any, cap: int, entry: dict[str, Any]
) -> None:
    change(goal_exposures=100)
    report((TODAY, "campaign-1", "radio", 100))

    change(version=2, goal_exposures=100, cap_exposures=cap, weight=2.0)

    assert suppressed(world) == entry


def test_paused_ended_and_unknown_campaigns_and_operators_entries_stay_as_they_are(
    world: Any, change: Any, report: Any
) -> None:
    ended = (NOW - timedelta(minutes=1)).isoformat()
    change(campaign_id="paused", version=4, status="paused", goal_exposures=1)
    change(campaign_id="ended", ends_at=ended, goal_exposures=1)
    change(campaign_id="silenced", goal_exposures=1)
    store = PointerStore(world.plans_table)
    store.model("pointer").update(actions=store.changes_of({"silenced": "operator"}))

    report(*((TODAY, c, "radio", 9) for c in ("paused", "ended", "silenced", "unheard-of")))

    assert suppressed(world) == {"paused": 4, "silenced": "operator"}


def test_delivery_of_no_known_campaign_is_counted_before_there_is_a_pointer(
    world: Any, report: Any
) -> None:
    report((TODAY, "campaign-1", "radio", 9))

    assert world.items(world.plans_table) == []


def test_more_campaigns_than_one_transaction_takes_fall_silent_at_once(
    world: Any, change: Any, report: Any
) -> None:
    many = [f"campaign-{i}" for i in range(120)]
    for campaign_id in many:
        change(campaign_id=campaign_id, goal_exposures=1)

    report(*((TODAY, campaign_id, "radio", 1) for campaign_id in many))

    assert suppressed(world) == dict.fromkeys(many, 1)


class InterruptedDeliveries(DeliveryStore):
    """Deliveries before whose reading something else happens, as long as there is anything."""

    def __init__(self, accepted_bucket: str, meanwhile: Iterator[Callable[[], None]]) -> None:
        super().__init__(accepted_bucket)
        self._meanwhile = meanwhile

    def standing(self) -> Any:
        found = super().standing()
        next(self._meanwhile, lambda: None)()
        return found


def count_while(world: Any, *meanwhile: Callable[[], None]) -> Any:
    key = min(world.objects(world.accepted_bucket, "delivery/"))
    pointer = PointerStore(world.plans_table)
    return count_delivery(
        key,
        deliveries=InterruptedDeliveries(world.accepted_bucket, iter(meanwhile)),
        campaigns=CampaignStore(world.campaigns_table, pointer),
        pointer=pointer,
        now=datetime.now(UTC),
    )


def test_a_cap_that_is_raised_while_deliveries_are_read_silences_nobody(
    world: Any, change: Any, report: Any
) -> None:
    report((TODAY, "campaign-1", "radio", 100))
    change(goal_exposures=100)

    counted = count_while(world, lambda: change(version=2, goal_exposures=200))

    assert counted.silenced == ()
    assert suppressed(world) == {}


def test_deliveries_that_come_while_older_ones_are_counted_have_the_last_word(
    world: Any, change: Any, report: Any
) -> None:
    change(goal_exposures=100)
    report((TODAY, "campaign-1", "radio", 100))
    report((TODAY, "campaign-1", "radio", 50), at=1)
    store = PointerStore(world.plans_table)
    store.model("pointer").update(actions=store.changes_of({"campaign-1": 1}))

    counted = count_while(world, lambda: report((TODAY, "campaign-1", "radio", 100), at=2))

    assert (counted.silenced, counted.lifted) == (("campaign-1",), ())
    assert suppressed(world) == {"campaign-1": 1}


def test_a_pointer_that_never_rests_sends_the_message_back(
    world: Any, change: Any, report: Any
) -> None:
    report((TODAY, "campaign-1", "radio", 100))
    change(goal_exposures=100)
    store = PointerStore(world.plans_table)

    def move() -> None:
        store.model("pointer").update(actions=store.changes_of({"another": 1}))

    with pytest.raises(CampaignMovedError):
        count_while(world, *[move] * 20)

    assert suppressed(world) == {"another": 1}
