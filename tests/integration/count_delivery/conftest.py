"""What the tests of deliveries share: sending campaigns, reporting and counting exposures."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.count_delivery import handler as count_handler
from functions.ingest_drop import handler as ingest_handler
from functions.update_campaign import handler as update_handler
from shared.plan.delivery_store import NONE_READ
from tests.integration.messages import campaign_detail, envelope

HEADER = "date,campaign_id,context,exposures\n"
NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def first_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test begin with a store that has read nothing, as a new environment has."""
    monkeypatch.setattr(count_handler.deliveries, "_read", NONE_READ)


@pytest.fixture
def change(world: Any, context: Any, make_batch: Callable[..., Any]) -> Callable[..., None]:
    def sent(**changes: Any) -> None:
        batch = make_batch(envelope("CampaignChanged", campaign_detail(**changes)))
        assert update_handler.handle(batch, context) == {"batchItemFailures": []}
        world.events()

    return sent


@pytest.fixture
def report(
    world: Any, context: Any, make_batch: Callable[..., Any]
) -> Callable[..., dict[str, Any]]:
    """Return a function that drops rows, lets them be counted and returns the message."""

    def dropped(*rows: tuple[object, ...], at: int = 0, producer: str = "players") -> Any:
        as_of = (NOW - timedelta(hours=1) + timedelta(minutes=at)).isoformat()
        text = HEADER + "".join(",".join(map(str, row)) + "\n" for row in rows)
        event = world.drop(f"drops/delivery/{producer}/{as_of}/{at}.csv", text.encode())
        ingest_handler.handle(make_batch(event), context)
        ((name, detail),) = world.events("DropAccepted")
        batch = make_batch(envelope(name, detail, source="oasis"))
        assert count_handler.handle(batch, context) == {"batchItemFailures": []}
        return batch

    return dropped
