"""One environment of the lookup: its bundle under Lambda's own runtime client, held to a quota."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench_load.cpu_quota import CpuQuota, Periods
from bench_lookup.invoked import Function
from bench_lookup.invoked import started as function_started
from bench_lookup.runtime_api import Invocation
from bench_sides import SideError

SAMPLED_EVERY = 20  # X-Ray's rule: one in twenty, beside the first of each second


@dataclass(frozen=True)
class Environment:
    """A running environment: what its start took, and what it is asked through."""

    cold_s: float
    function: Function
    quota: CpuQuota

    def invoke(self, event: bytes) -> Invocation:
        """Ask once.

        Raises:
            SideError: the answer is no 200.
        """
        invocation = self.function.invoke(event)
        if json.loads(invocation.answer)["statusCode"] != 200:
            raise SideError(f"the lookup answered {invocation.answer!r}")
        return invocation

    @property
    def periods(self) -> Periods:
        """Return the periods of its quota so far."""
        return self.quota.periods

    @property
    def cpu_s(self) -> float:
        """Return the CPU seconds of all its threads so far."""
        return self.function.cpu_s

    @property
    def peak_bytes(self) -> int:
        """Return the most memory that it ever had."""
        lines = Path(f"/proc/{self.function.process}/status").read_text().splitlines()
        (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
        return 1024 * int(peak)


@contextmanager
def started(bundle: Path, endpoint: str, quota: CpuQuota, memory_mb: int) -> Iterator[Environment]:
    """Start an environment of an unpacked bundle, and end it afterwards, whatever happens.

    Raises:
        SideError: it did not start, or failed; the message has what it wrote.
    """
    begun = time.monotonic()
    with function_started(
        "handler",
        endpoint,
        bundle=bundle,
        memory_mb=memory_mb,
        sampled_every=SAMPLED_EVERY,
        joining=quota.joining,
    ) as function:
        yield Environment(time.monotonic() - begun, function, quota)
