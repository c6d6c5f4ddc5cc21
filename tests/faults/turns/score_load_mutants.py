"""Seeded faults of writing score rows, each such as a hasty change would bring in."""

from typing import Any

import pytest

from shared.score import store
from shared.score.schema import AUDIENCE_ID, ORDER
from shared.score.store import ScoreStore
from tests.aws_world import ENVIRONMENT, SESSION
from tests.faults.crashes.drop_mutants import Install


def condition_left_out(patch: pytest.MonkeyPatch) -> None:
    """Write every row that is not the same."""
    patch.setattr(store, "IS_NEWER", "attribute_not_exists(#audience) OR #order <> :order")


def order_read_before_it_is_written(patch: pytest.MonkeyPatch) -> None:
    """Look what stands, and then write what is newer than that."""
    put, condition = ScoreStore._put, "attribute_not_exists(#audience) OR #order <> :order"
    table = ENVIRONMENT["SCORES_TABLE"]

    def looked(scores: Any, row: Any, budget: Any) -> bool:
        key = {AUDIENCE_ID: {"S": row.audience_id}}
        item = SESSION.client("dynamodb").get_item(TableName=table, Key=key).get("Item")
        if item is not None and item[ORDER]["S"] >= row.order:
            return item[ORDER]["S"] == row.order
        patch.setattr(store, "IS_NEWER", condition)
        return put(scores, row, budget)

    patch.setattr(ScoreStore, "_put", looked)


def order_compared_backwards(patch: pytest.MonkeyPatch) -> None:
    """Keep the older of two rows."""
    patch.setattr(store, "IS_NEWER", "attribute_not_exists(#audience) OR #order > :order")


def rows_written_before_are_not_looked_at(patch: pytest.MonkeyPatch) -> None:
    """Write a drop only where nothing stands, as if every drop brought new audiences."""
    patch.setattr(store, "IS_NEWER", "attribute_not_exists(#audience) AND :order <> #order")


LOAD_MUTANTS: tuple[Install, ...] = (
    condition_left_out,
    order_read_before_it_is_written,
    order_compared_backwards,
    rows_written_before_are_not_looked_at,
)
