"""What every integration test has: one moto world, and what it hands to handlers."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.aws_world import (
    KilledError,
    LambdaContext,
    World,
    object_created,
    one_world,
    queue_batch,
)
from tests.warm_functions import forget


@pytest.fixture
def world() -> Iterator[World]:
    """Return a fresh world of moto's, to which every function comes as a new environment."""
    with one_world() as fresh:
        forget()
        yield fresh


@pytest.fixture
def context() -> LambdaContext:
    """Return the context that handlers are called with."""
    return LambdaContext()


@pytest.fixture
def make_batch() -> Callable[..., dict[str, Any]]:
    """Return the maker of SQS batches from message bodies."""
    return queue_batch


@pytest.fixture
def make_object_created() -> Callable[..., dict[str, Any]]:
    """Return the maker of S3's "Object Created" events."""
    return object_created


@pytest.fixture
def killed() -> type[KilledError]:
    """Return what a call killed by ``world.calls.start(k, "before" | "after")`` raises."""
    return KilledError
