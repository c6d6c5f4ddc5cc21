"""A local stack of a test's own, gone when the test ends: for what would spoil the shared one."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local.stack import LocalStack
from oasis.connection import connect
from tests.e2e.aws_settings import settings_kept
from tests.e2e.live_stack import LiveStack

COPIED = ("receipt_bucket", "accepted_bucket", "plan_bucket")


@dataclass(frozen=True)
class OwnStack:
    """A stack that is up, and the number of the process group that it and its functions are."""

    live: LiveStack
    local: LocalStack
    folder: Path
    group: int
    endpoint_url: str

    def lost(self) -> "OwnStack":
        """Kill the stack and all of its functions at once, and bring a new one up at its port.

        ministack has all in memory, and names buckets anew: into the new ones goes a copy of the
        lost ones' objects, those dropped apart, as from a replica in another region.
        """
        state = self.local.status()
        assert state is not None, "the stack is not up"
        copies = {name: self.live.objects(getattr(state, name)) for name in COPIED}
        os.killpg(self.group, signal.SIGKILL)
        os.waitpid(self.group, 0)
        again = self.local.up(port=state.port, on_progress=print)
        live = LiveStack(connect(None, local_file=self.local.state_file), self.folder)
        for name, objects in copies.items():
            live.put_all(getattr(again, name), objects)
        return OwnStack(live, self.local, self.folder, again.pid, again.endpoint_url)

    def function_folders(self) -> list[Path]:
        """Return the folders that code of functions was unpacked into."""
        return list((self.local.folder / "tmp").glob("ministack-lambda-*"))


@contextmanager
def own_stack(folder: Path) -> Iterator[OwnStack]:
    """Give a stack whose files lie in a folder; this process's AWS settings are put back."""
    local = LocalStack(folder / ".oasis")
    with settings_kept():
        try:
            state = local.up(on_progress=print)
            live = LiveStack(connect(None, local_file=local.state_file), folder)
            yield OwnStack(live, local, folder, state.pid, state.endpoint_url)
        finally:
            local.down()
