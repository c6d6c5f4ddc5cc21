"""Seeded faults of order: conditions left out, arrival in the place of as_of, totals added."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from pynamodb.transactions import TransactWrite

from shared.campaign import store as campaign_store
from shared.campaign.store import CampaignStore
from shared.drop.drops import UNVERSIONED, Drop
from shared.drop.receipt_store import ReceiptBucket
from shared.drop.store import DropBucket
from shared.drop.succession import Succession
from shared.plan import deliveries
from shared.plan.input_store import InputStore
from shared.plan.request_store import RequestStore
from shared.pointer.schema import OPERATOR
from shared.score import store as score_store
from tests.faults.order.puts import campaigns, catalogue, delivery, scores, twins
from tests.faults.order.schedules import Kind

Install = Callable[[pytest.MonkeyPatch], None]


def last_writer_of_a_row_wins(patch: pytest.MonkeyPatch) -> None:
    """Write a row whatever stands there, by arrival."""
    any_order = "attribute_not_exists(#audience) OR #order <> :order"
    patch.setattr(score_store, "IS_NEWER", any_order)


def ties_of_as_of_left_open(patch: pytest.MonkeyPatch) -> None:
    """Order drops by as_of alone."""
    order = property(lambda d: f"{d.as_of:%Y%m%dT%H%M%S.%fZ}-19700101T000000Z-x")
    patch.setattr(Drop, "order", order)


def file_read_without_its_version(patch: pytest.MonkeyPatch) -> None:
    """Read the newest bytes of the key that an event names."""
    fetched = DropBucket.fetched

    def newest(bucket: Any, version: Any, *rest: Any) -> Any:
        return fetched(bucket, replace(version, version_id=UNVERSIONED), *rest)

    patch.setattr(DropBucket, "fetched", newest)


def later_full_drop_not_looked_at(patch: pytest.MonkeyPatch) -> None:
    """Accept an older drop's audiences although a later full drop took them away."""
    patch.setattr(Succession, "living", lambda _: None)


class Unconditional(TransactWrite):  # type: ignore[misc]
    """A transaction that looks at nothing before it writes."""

    def save(self, model: Any, condition: Any = None) -> None:  # type: ignore[override]
        """Write an item."""
        super().save(model)

    def condition_check(self, *_: Any, **__: Any) -> None:
        """Check nothing."""

    def update(self, model: Any, actions: Any, condition: Any = None) -> None:  # type: ignore[override]
        """Change an item."""
        super().update(model, actions)


def last_version_heard_stands(patch: pytest.MonkeyPatch) -> None:
    """Apply each version of a campaign by arrival."""
    get = CampaignStore.get

    def older(store: Any, campaign_id: str) -> Any:
        found = get(store, campaign_id)
        return None if found is None else replace(found, version=0)

    @contextmanager
    def transaction(store: Any, _: str) -> Iterator[TransactWrite]:
        with Unconditional(connection=store._connection) as begun:
            yield begun

    patch.setattr(CampaignStore, "get", older)
    patch.setattr(CampaignStore, "_transaction", transaction)


def resume_lifts_an_operators_entry(patch: pytest.MonkeyPatch) -> None:
    """Take an operator's entry for one of an older version."""
    after = campaign_store.suppression_after

    def lifted(before: Any, **told: Any) -> Any:
        return after(0 if before == OPERATOR else before, **told)

    patch.setattr(campaign_store, "suppression_after", lifted)


def overtaken_duplicates_left_alone(patch: pytest.MonkeyPatch) -> None:
    """Let a drop stand that came after a duplicate of what was before it."""
    patch.setattr(ReceiptBucket, "duplicates_after", lambda *_: [])


def totals_added(patch: pytest.MonkeyPatch) -> None:
    """Add a day's later total to its earlier one."""
    patch.setattr(deliveries, "KEY", (*deliveries.KEY, "drop"))


def catalogue_in_the_order_of_ids(patch: pytest.MonkeyPatch) -> None:
    """Let rows of accepted files replace one another in another order than that of drops."""
    keys = InputStore._keys
    patch.setattr(InputStore, "_keys", lambda *a: sorted(keys(*a), key=lambda k: k[-28:]))


def ended_run_never_released(patch: pytest.MonkeyPatch) -> None:
    """Leave the run that ended in flight."""
    patch.setattr(RequestStore, "release", lambda *_: None)


ORDER_MUTANTS: tuple[tuple[Kind, Install], ...] = (
    (scores, last_writer_of_a_row_wins),
    (scores, ties_of_as_of_left_open),
    (scores, file_read_without_its_version),
    (scores, later_full_drop_not_looked_at),
    (twins, overtaken_duplicates_left_alone),
    (campaigns, last_version_heard_stands),
    (campaigns, resume_lifts_an_operators_entry),
    (campaigns, ended_run_never_released),
    (delivery, totals_added),
    (catalogue, catalogue_in_the_order_of_ids),
)
