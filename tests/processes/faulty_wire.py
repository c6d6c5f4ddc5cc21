"""A proxy between the functions of a local stack and ministack that fails calls as AWS does."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import httpx

from infra.local.emulator import free_port
from infra.local.endpoint import HOST
from tests.e2e.live_stack import until
from tests.e2e.told_functions import tell_all

THROTTLED, BROKEN, RESET, UNHEARD = 0.1, 0.05, 0.04, 0.04  # each of what those before it let by
SHARE = 1 - (1 - THROTTLED) * (1 - BROKEN) * (1 - RESET) * (1 - UNHEARD)  # of all calls: 21 %
CODES = {
    "dynamodb": ("ProvisionedThroughputExceededException", "InternalServerError"),
    "s3": ("SlowDown", "InternalError"),
    "events": ("ThrottlingException", "InternalException"),
    "states": ("ThrottlingException", "ServiceUnavailable"),
}
ENDS_IN_S = 10.0
ROOT = Path(__file__).resolve().parents[2]


class FaultyWire:
    """A microburst that is up: how many calls it saw, and which faults it threw."""

    def __init__(self, port: int) -> None:
        self.url = f"http://{HOST}:{port}"
        self._control = httpx.Client(base_url=f"{self.url}/_microburst/")

    def throw(self) -> None:
        """Fail one call in five from now on: throttled, broken, reset, or done and not answered."""
        rules: list[dict[str, Any]] = [
            {
                "service": service,
                "probability": share,
                "error": {"code": codes[broken], "status": status},
            }
            for (service, codes), (share, broken, status) in product(
                CODES.items(), ((THROTTLED, 0, None), (BROKEN, 1, 500))
            )
        ]
        rules += [
            {"service": "*", "probability": RESET, "reset": True},
            {"service": "*", "probability": UNHEARD, "response": {"abort_bytes": 0}},
        ]
        self._control.post("rules", json=rules).raise_for_status()

    def rest(self) -> None:
        """Let all calls through from now on."""
        self._control.post("rules", json=[]).raise_for_status()

    def calls(self) -> int:
        """Return how many calls came through."""
        return int(self._control.get("health").raise_for_status().json()["requests_seen"])

    def thrown(self) -> Counter[str]:
        """Return how often each fault was thrown."""
        found = self._control.get("fired", params={"limit": 10_000}).raise_for_status().json()
        return Counter(each["action"] for each in found)

    def answers(self) -> bool | None:
        """Say that it is up, None while it is not."""
        try:
            return self._control.get("health").is_success or None
        except httpx.TransportError:
            return None


@contextmanager
def faulty_wire(endpoint_url: str, folder: Path) -> Iterator[FaultyWire]:
    """Stand a wire in front of a stack, through which its functions call from now on."""
    port = free_port()
    command = [sys.executable, "-m", "tests.processes.faithful_microburst"]
    command += ["--upstream", endpoint_url, "--port", str(port)]
    with (folder / "microburst.log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    try:
        wire = FaultyWire(port)
        until(wire.answers, "microburst to answer")
        tell_all(AWS_ENDPOINT_URL=wire.url)
        yield wire
    finally:
        process.terminate()
        process.wait(ENDS_IN_S)
