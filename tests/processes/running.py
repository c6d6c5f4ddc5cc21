"""The processes of a local stack as the kernel sees them: whose they are, memory, open files."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from infra.local.processes import PROC, command_of, members

STACK = "stack"
FUNCTION = re.compile(r"ministack-lambda-Oasis-dev-([A-Za-z]+?)Function")
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20
CLOSE_WAIT, STATE, INODE = "08", 3, 9  # of a line of /proc/net/tcp


@dataclass(frozen=True)
class Running:
    """One process: of which function (or the stack's own), resident memory, open files.

    Connections that the other side has closed do not count: ministack's server keeps each for
    its 75 seconds of patience.
    """

    pid: int
    name: str
    memory_mb: float
    files: int


def running(group: int) -> list[Running]:
    """Return the processes of a stack's group; one that ends while it is looked at is left out."""
    lines = [line.split() for line in (PROC / "net" / "tcp").read_text().splitlines()[1:]]
    closed = {f"socket:[{line[INODE]}]" for line in lines if line[STATE] == CLOSE_WAIT}
    found = []
    for pid in members(group):
        try:
            pages = int((PROC / str(pid) / "statm").read_text().split()[1])
            files = len([f for f in (PROC / str(pid) / "fd").iterdir() if _link(f) not in closed])
        except OSError:
            continue
        found.append(Running(pid, name_of(pid), pages * PAGE_MB, files))
    return found


def name_of(pid: int) -> str:
    """Return the function that a process is of, by the folder that its code lies in."""
    of = FUNCTION.search(command_of(pid) or "")
    return STACK if of is None else of.group(1)


def _link(file: Path) -> str:
    try:
        return os.readlink(file)
    except FileNotFoundError:  # closed meanwhile
        return ""
