"""A shelf of accepted scores, on which every read is seen."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from tests.integration.plan.shelf import Shelf


@pytest.fixture
def shelf(world: Any) -> Iterator[Shelf]:
    found = Shelf(world, [])
    boto3.setup_default_session()  # a world has none yet
    session = boto3.DEFAULT_SESSION
    assert session is not None
    session.events.register("before-parameter-build.s3.GetObject", found.note)
    yield found
    session.events.unregister("before-parameter-build.s3.GetObject", found.note)
