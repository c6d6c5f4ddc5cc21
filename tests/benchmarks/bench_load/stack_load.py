"""The local stack under load: brought up, asked by wrk, and taken down whatever happens."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench_sides import FOLDER, OASIS, Side, SideError

SCRIPT = FOLDER / "bench_load" / "ask.lua"
HELD = {"lookup": '"campaign_id"', "instant": "is_instant"}  # what each answer must hold
CONNECTIONS = (1, 8)
TIMEOUT_S = 5  # of the lookup's function
WARMING_S, WARMINGS, WARM_ANSWERS = 3, 10, 20  # a run, runs at most, answers a connection in one


@dataclass(frozen=True)
class Load:
    """What wrk saw of one kind of request, over so many connections."""

    what: str
    connections: int
    requests: int
    duration_us: int
    not_ok: int
    hollow: int
    socket_errors: int
    timeouts: int
    p50_us: int
    p90_us: int
    p99_us: int
    max_us: int

    @property
    def errors(self) -> int:
        """Return all that went wrong; an answer that is neither OK nor whole counts once.

        Where nobody was answered before the run ended, which wrk does not count, all went wrong.
        """
        unanswered = 0 if self.requests else self.connections
        return max(self.not_ok, self.hollow) + self.socket_errors + self.timeouts + unanswered

    @property
    def rate(self) -> float:
        """Return answers a second."""
        return self.requests / self.duration_us * 1e6


def missing_programs() -> str:
    """Return a sentence about what a load run needs and this host does not have, or nothing."""
    if shutil.which("wrk") is None:
        return (
            "The load run was left out: wrk is missing (Debian and Ubuntu: `apt-get install wrk`)."
        )
    if shutil.which("openssl") is None:
        return "The load run was left out: openssl, which the stack's https needs, is missing."
    return ""


def load_stack(cache: Path, listeners: int, seconds: int) -> list[Load]:
    """Return what wrk saw of lookups of as many listeners, and of a function that answers at once.

    Both take turns; each begins with requests that do not count, until its environments stand.

    Raises:
        SideError: the stack or wrk failed.
    """
    with TemporaryDirectory(dir=cache) as name:
        side = Side("the local stack", OASIS, "bench_load.stack_side", (name,))
        try:
            side.told("up", str(listeners)).run()
            loads = []
            for connections in CONNECTIONS:
                for what, held in HELD.items():
                    addresses = json.loads(side.told("sign", str(listeners)).run())
                    told = (addresses[what], "--", str(Path(name) / f"{what}.requests"), held)
                    _warm_up(connections, told)
                    loads.append(Load(what, connections, **_wrk(connections, seconds, told)))
            return loads
        finally:
            side.told("down").run()


def _warm_up(connections: int, told: tuple[str, ...]) -> None:
    """Ask until a run answers every connection often: then no environment is about to start."""
    for _ in range(WARMINGS):
        if _wrk(connections, WARMING_S, told)["requests"] >= WARM_ANSWERS * connections:
            return
    raise SideError(f"the local stack does not come to answer over {connections} connections")


def _wrk(connections: int, seconds: int, told: tuple[str, ...]) -> dict[str, int]:
    command = ["wrk", "--threads", "1", "--connections", str(connections)]
    command += ["--duration", f"{seconds}s", "--timeout", f"{TIMEOUT_S}s"]
    result = subprocess.run(
        [*command, "--script", str(SCRIPT), *told], capture_output=True, text=True
    )
    try:
        found: dict[str, int] = json.loads(result.stdout.strip().rpartition("\n")[2])
    except json.JSONDecodeError as error:
        raise SideError(f"wrk failed:\n{result.stdout[-1000:]}{result.stderr[-1000:]}") from error
    return found
