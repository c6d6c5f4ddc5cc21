"""The local stack: the processes of one group, and how they end."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

PROC = Path("/proc")
GRACE_S = 1.0
FORCE_S = 10.0


class ProcessesLeftError(RuntimeError):
    """Processes of the stack outlived every attempt to end them."""


def command_of(pid: int) -> str | None:
    """Return the command line of a living process, None if there is none of that id.

    It is empty while the process is about to become another program.
    """
    if (PROC / "self").exists():
        try:
            raw = (PROC / str(pid) / "cmdline").read_bytes()
        except OSError:
            return None
        command = raw.replace(b"\0", b" ").decode(errors="replace").strip()
        return command if command or _group_of(str(pid)) is not None else None
    return _ps("-p", str(pid), "-o", "command=").strip() or None


def members(group: int) -> tuple[int, ...]:
    """Return the ids of a process group's processes, those that only wait to be reaped apart."""
    if not (PROC / "self").exists():
        rows = (line.split() for line in _ps("-A", "-o", "pid=,pgid=,stat=").splitlines())
        return tuple(
            int(pid) for pid, pgid, stat in rows if int(pgid) == group and stat[0] not in "ZX"
        )
    running = (entry.name for entry in PROC.iterdir() if entry.name.isdigit())
    return tuple(int(pid) for pid in running if _group_of(pid) == group)


def _group_of(pid: str) -> int | None:
    """Return a process's group, None if it is gone or only waits to be reaped."""
    try:
        state, _, group, *_ = (PROC / pid / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if state in "ZX" else int(group)


def end_group(group: int) -> None:
    """End every process of a group: asked first, forced after `GRACE_S`; return when all are gone.

    Raises:
        ProcessesLeftError: some are still there afterwards.
    """
    for kind, patience_s in ((signal.SIGTERM, GRACE_S), (signal.SIGKILL, FORCE_S)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, kind)
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(group, os.WNOHANG)
            if not members(group):
                return
            time.sleep(0.05)
    raise ProcessesLeftError(f"still running after SIGKILL: {members(group)}")


def _ps(*arguments: str) -> str:
    ps = shutil.which("ps")
    if ps is None:
        raise FileNotFoundError("neither /proc nor ps is here: cannot tell which processes run")
    return subprocess.run(  # noqa: S603
        [ps, *arguments], capture_output=True, text=True, check=False
    ).stdout
