"""A side: a function under Lambda's own runtime client: `python -m … FOLDER ENDPOINT NAME TIMES`.

NAME is one of `FUNCTIONS`. It starts as Lambda starts it: packages on its path, no variable of this
process, and not `site`, whose .pth files belong to environments for development. It is asked a
world's question so many times, each time traced.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from bench_clock import cpu_s_of
from bench_lookup.asked import WARM_UP, environment, event_of, scores_in
from bench_lookup.runtime_api import FunctionError, Invocation, RuntimeApi
from bench_runtime import RUNTIME
from bench_sides import FOLDER, NO_ACCOUNT, OASIS, ONE_THREAD, PEERS, ROOT, SideError

FUNCTIONS = {
    "handler": "functions.lookup_scores.handler.handle",
    "sampled": "bench_lookup.starting.sampled.handle",
    "empty": "bench_lookup.starting.empty.handle",
    "boto3": "bench_lookup.starting.bare_boto3.handle",
    "resolver": "bench_lookup.starting.resolver.handle",
    "validating_resolver": "bench_lookup.starting.validating_resolver.handle",
    "fastapi": "bench_lookup.starting.behind_fastapi.handle",
}
DEPLOYED = "AWS_Lambda_python3.13"  # the deployed one's: its client waits for events in a thread


class Function:
    """A function that runs under Lambda's runtime client."""

    def __init__(self, process: int, api: RuntimeApi, daemon: socket.socket) -> None:
        """Know the process, what it asks for events, and where its traces go."""
        self.process, self._api, self._daemon = process, api, daemon
        self.segments = 0

    @property
    def cpu_s(self) -> float:
        """The CPU time that it took so far."""
        return cpu_s_of(self.process)

    def invoke(self, event: bytes) -> Invocation:
        """Return the answer to an event, and count what it told X-Ray meanwhile."""
        invocation = self._api.invoke(event)
        with suppress(BlockingIOError):  # once there is nothing more
            while self._daemon.recv(65_536):
                self.segments += 1
        return invocation


@contextmanager
def started(
    name: str,
    endpoint: str,
    *,
    bundle: Path | None = None,
    memory_mb: int = 1769,
    sampled_every: int = 1,
    joining: Callable[[list[str]], list[str]] = list,
) -> Iterator[Function]:
    """Start a function and yield it once it waits for events; it is ended afterwards.

    Args:
        name: one of `FUNCTIONS`.
        endpoint: of all its stores.
        bundle: what it imports from first; this checkout unless told. Behind it stand the packages
            of its Python, as those that Lambda brings do.
        memory_mb: that it is told to have.
        sampled_every: of so many events one is traced.
        joining: makes of a command one that runs elsewhere.

    Raises:
        SideError: it told of an error, or nothing at all.
    """
    python = PEERS if name == "fastapi" else OASIS
    packages = next(python.parents[1].glob("lib/python3*/site-packages"))
    own = (bundle,) if bundle else (FOLDER, ROOT)
    with (
        closing(RuntimeApi(sampled_every)) as api,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon,
        TemporaryFile() as printed,
    ):
        daemon.bind(("127.0.0.1", 0))
        daemon.setblocking(False)
        with subprocess.Popen(
            joining([str(python), "-S", "-m", "awslambdaric", FUNCTIONS[name]]),
            env={
                **environment(endpoint),
                **_of_lambda(api.address, f"127.0.0.1:{daemon.getsockname()[1]}"),
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory_mb),
                "PYTHONPATH": os.pathsep.join(map(str, (*own, RUNTIME, packages))),
            },
            cwd=bundle,
            stdout=printed,
            stderr=subprocess.STDOUT,
        ) as process:
            try:
                api.wait()
                yield Function(process.pid, api, daemon)
            except (FunctionError, TimeoutError) as error:
                printed.seek(0)
                raise SideError(f"{name}: {error}\n{printed.read().decode()[-3000:]}") from error
            finally:
                process.kill()


def _of_lambda(api: str, daemon: str) -> dict[str, str]:
    """Return what Lambda adds to a function's environment."""
    return {
        **ONE_THREAD,
        **{name: value for name, value in NO_ACCOUNT.items() if name.startswith("AWS_")},
        "PATH": os.environ["PATH"],
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "LAMBDA_TASK_ROOT": str(ROOT),
        "AWS_LAMBDA_RUNTIME_API": api,
        "AWS_LAMBDA_FUNCTION_NAME": "lookup",
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_LOG_LEVEL": "INFO",
        "AWS_XRAY_DAEMON_ADDRESS": daemon,
        "AWS_EXECUTION_ENV": DEPLOYED,
    }


def main(folder: Path, endpoint: str, name: str, times: int) -> None:
    """Print the CPU seconds until it waits for events; of the first, and of one among many."""
    event = json.dumps(event_of(folder)).encode()
    with started(name, endpoint) as function:
        told: dict[str, Any] = {"init_s": function.cpu_s}
        if times:
            answer = function.invoke(event).answer
            told["first_s"] = function.cpu_s - told["init_s"]
            for _ in range(WARM_UP):
                answer = function.invoke(event).answer
            before = function.cpu_s
            for _ in range(times):
                answer = function.invoke(event).answer
            told["cpu_s"] = (function.cpu_s - before) / times
            if name == "handler":
                told["scores"] = scores_in(json.loads(answer))
                assert function.segments == 1 + WARM_UP + times, "Not each was traced."
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
