"""A local stack of a test's own, gone when the test ends: for what would spoil the shared one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import boto3

from infra.local.stack import LocalStack
from oasis.connection import connect
from tests.e2e.live_stack import LiveStack


@dataclass(frozen=True)
class OwnStack:
    """A stack that is up, and the number of the process group that it and its functions are."""

    live: LiveStack
    local: LocalStack
    group: int

    def function_folders(self) -> list[Path]:
        """Return the folders that code of functions was unpacked into."""
        return list((self.local.folder / "tmp").glob("ministack-lambda-*"))


@contextmanager
def own_stack(folder: Path) -> Iterator[OwnStack]:
    """Give a stack whose files lie in a folder; this process's AWS settings are put back."""
    before, session = dict(os.environ), boto3.DEFAULT_SESSION
    local = LocalStack(folder / ".oasis")
    try:
        state = local.up(on_progress=print)
        live = LiveStack(connect(None, local_file=local.state_file), folder)
        yield OwnStack(live, local, state.pid)
    finally:
        local.down()
        os.environ.clear()
        os.environ.update(before)
        boto3.DEFAULT_SESSION = session
