"""A share of one CPU for one process, by a control group of Linux, as Lambda gives by memory.

AWS says that 1,769 MB are one CPU and that less is a part of it
(docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). That a function has its part anew
every 20 ms was observed from outside, and is no promise: github.com/pwrdrvr/lambda-throttling.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CPU_MEMORY_MB = 1769
PERIOD_US = 20_000
MOUNTS = (Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup/cpu,cpuacct"), Path("/sys/fs/cgroup"))
JOIN = 'echo $$ > "$0" && exec "$@"'


class NoQuotaError(OSError):
    """This host lets nobody limit a process's CPU, or not this user."""


@dataclass(frozen=True)
class Periods:
    """How many periods a group has been running in, and in how many of them it was stopped."""

    all: int
    stopped: int

    def since(self, earlier: "Periods") -> "Periods":
        """Return those since an earlier look."""
        return Periods(self.all - earlier.all, self.stopped - earlier.stopped)


@dataclass(frozen=True)
class CpuQuota:
    """A control group that holds what joins it to a share of a CPU."""

    folder: Path

    def joining(self, command: list[str]) -> list[str]:
        """Return a command that joins before it becomes the one given."""
        return ["/bin/sh", "-c", JOIN, str(self.folder / "cgroup.procs"), *command]

    @property
    def periods(self) -> Periods:
        """Return the periods so far."""
        lines = (line.split() for line in (self.folder / "cpu.stat").read_text().splitlines())
        told = {name: int(value) for name, value in lines}
        return Periods(told["nr_periods"], told["nr_throttled"])


def quota_us(memory_mb: int) -> int:
    """Return the CPU time of each period that a memory size has."""
    return round(PERIOD_US * memory_mb / CPU_MEMORY_MB)


@contextmanager
def cpu_of(memory_mb: int) -> Iterator[CpuQuota]:
    """Hold to the share of a memory size; what has joined must have ended before this ends.

    Raises:
        NoQuotaError: no such group can be made here.
    """
    folder = _made(f"oasis-bench-{os.getpid()}")
    try:
        _limit(folder, quota_us(memory_mb))
        yield CpuQuota(folder)
    finally:
        folder.rmdir()


def _made(name: str) -> Path:
    why: OSError | None = None
    for mount in MOUNTS:
        folder = mount / name
        try:
            folder.mkdir()
        except OSError as error:
            why = why or error
            continue
        if (folder / "cpu.cfs_quota_us").exists() or (folder / "cpu.max").exists():
            return folder
        folder.rmdir()
    raise NoQuotaError(f"no control group can be made: {why or 'none limits CPU'}")


def _limit(folder: Path, quota: int) -> None:
    try:
        if (folder / "cpu.max").exists():
            (folder / "cpu.max").write_text(f"{quota} {PERIOD_US}")
        else:
            (folder / "cpu.cfs_period_us").write_text(str(PERIOD_US))
            (folder / "cpu.cfs_quota_us").write_text(str(quota))
    except OSError as error:
        raise NoQuotaError(f"the control group takes no limit: {error}") from error
