"""One local stack for all end-to-end tests, in a folder of its own, gone when they end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.stack import LocalStack
from oasis.connection import connect
from tests.e2e import small_world
from tests.e2e.aws_settings import settings_kept
from tests.e2e.live_stack import LiveStack
from tests.e2e.tap import Tap


@pytest.fixture(scope="session")
def local_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the file of a stack that is up; whatever happens, it is taken down at the end."""
    stack = LocalStack(tmp_path_factory.mktemp("oasis") / ".oasis")
    try:
        stack.up(on_progress=print, identity=True)
        yield stack.state_file
    finally:
        stack.down()


@pytest.fixture(scope="module")
def stack(local_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    """Return the stack with this process's AWS settings pointed at it, put back afterwards."""
    with settings_kept():
        yield LiveStack(connect(None, local_file=local_file), tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="session")
def filled() -> list[str]:
    """Return where `journey` notes that its files and campaigns are there."""
    return []


@pytest.fixture(scope="module")
def journey(stack: LiveStack, filled: list[str]) -> LiveStack:
    """Return the stack with a plan of the small world's catalogue, audiences and campaigns."""
    if not filled:
        stack.fill(small_world.files(), small_world.CAMPAIGNS)
        filled.append("models")
    stack.settle()
    return stack


@pytest.fixture(scope="module")
def tap(stack: LiveStack) -> Tap:
    """Return a queue that hears every event from now on."""
    return Tap(stack.connection.event_bus)
