"""What every test of faults has: one moto world, and the journey through it."""

import logging
from collections.abc import Iterator

import pytest

from tests.aws_world import LambdaContext, World, one_world, queue_batch
from tests.faults.order.wire import Wire
from tests.integration.journeys import Journey


@pytest.fixture
def world() -> Iterator[World]:
    """Return a fresh world of moto's; every client made in the test or at import sees it."""
    with one_world() as fresh:
        yield fresh


@pytest.fixture
def journey(world: World) -> Journey:
    """Return a journey through an empty world."""
    return Journey(world, LambdaContext(), queue_batch)


@pytest.fixture
def wire(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """Return the wire between this world's clients and moto; functions log nothing."""
    wire = Wire()
    wire.install(monkeypatch)
    logging.disable()
    yield wire
    logging.disable(logging.NOTSET)
