"""One environment of the lookup: its bundle under Lambda's own runtime client, held to a quota."""

import json
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench_load.cpu_quota import CpuQuota, Periods
from bench_load.runtime_api import Run, RuntimeApi, RuntimeEndedError
from bench_sides import NO_ACCOUNT, ONE_THREAD, PEERS, SideError

HANDLER = "functions.lookup_scores.handler.handle"
PROC = Path("/proc")
NANOSECOND = 1e-9


@dataclass(frozen=True)
class Environment:
    """A running environment: what its start took, and what it is asked through."""

    cold_s: float
    api: RuntimeApi
    quota: CpuQuota
    pid: int

    def invoke(self, event: bytes) -> Run:
        """Ask once.

        Raises:
            SideError: the answer is no 200.
        """
        run = self.api.invoke(event)
        if run.response["statusCode"] != 200:
            raise SideError(f"the lookup answered {run.response}")
        return run

    @property
    def periods(self) -> Periods:
        """Return the periods of its quota so far."""
        return self.quota.periods

    @property
    def cpu_s(self) -> float:
        """Return the CPU seconds of all its threads so far."""
        threads = (PROC / str(self.pid) / "task").glob("*/schedstat")
        return sum(int(each.read_text().split()[0]) for each in threads) * NANOSECOND

    @property
    def peak_bytes(self) -> int:
        """Return the most memory that it ever had."""
        lines = (PROC / str(self.pid) / "status").read_text().splitlines()
        (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
        return 1024 * int(peak)


@contextmanager
def started(bundle: Path, endpoint: str, quota: CpuQuota, memory_mb: int) -> Iterator[Environment]:
    """Start an environment of an unpacked bundle, and end it afterwards, whatever happens.

    Its stores are all at one endpoint; a socket stands in for X-Ray's daemon, and hears nothing.

    Raises:
        SideError: it did not start, or failed; the message has what it wrote.
    """
    with (
        RuntimeApi() as api,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as traces,
        tempfile.TemporaryFile() as errors,
    ):
        traces.bind(("127.0.0.1", 0))
        daemon = f"127.0.0.1:{traces.getsockname()[1]}"
        begun = time.monotonic()
        process = subprocess.Popen(
            quota.joining([str(PEERS), "-m", "awslambdaric", HANDLER]),
            cwd=bundle,
            env=_variables(bundle, endpoint, api.address, daemon, memory_mb),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        try:
            ready_at = api.wait_until_ready()
            yield Environment(ready_at - begun, api, quota, process.pid)
        except (RuntimeEndedError, TimeoutError) as error:
            errors.seek(0)
            written = errors.read()[-3000:].decode(errors="replace")
            raise SideError(f"the lookup's environment failed: {error}\n{written}") from error
        finally:
            process.kill()
            process.wait()


def event_of(question: dict[str, Any]) -> bytes:
    """Return a POST of a question as an HTTP API hands it to a function, payload format 2.0."""
    host = "abcdefghij.execute-api.eu-north-1.amazonaws.com"
    return json.dumps(
        {
            "version": "2.0",
            "routeKey": "POST /v1/lookup",
            "rawPath": "/v1/lookup",
            "rawQueryString": "",
            "headers": {
                "accept": "*/*",
                "authorization": f"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE, Signature={'0' * 64}",
                "content-type": "application/json",
                "host": host,
                "x-amz-date": "20260105T000000Z",
                "x-forwarded-for": "192.0.2.1",
            },
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "abcdefghij",
                "authorizer": {"iam": {"accessKey": "AKIDEXAMPLE", "accountId": "123456789012"}},
                "domainName": host,
                "http": {"method": "POST", "path": "/v1/lookup", "sourceIp": "192.0.2.1"},
                "requestId": "JKJaXmPLvHcESHA=",
                "routeKey": "POST /v1/lookup",
                "stage": "$default",
                "timeEpoch": 1767571200000,
            },
            "body": json.dumps(question),
            "isBase64Encoded": False,
        }
    ).encode()


def _variables(
    bundle: Path, endpoint: str, api: str, daemon: str, memory_mb: int
) -> dict[str, str]:
    return {
        **ONE_THREAD,
        **NO_ACCOUNT,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory_mb),
        "AWS_LAMBDA_FUNCTION_NAME": "lookup",
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_LOG_LEVEL": "INFO",
        "AWS_LAMBDA_RUNTIME_API": api,
        "AWS_REGION": NO_ACCOUNT["AWS_DEFAULT_REGION"],
        "AWS_XRAY_DAEMON_ADDRESS": daemon,
        "LAMBDA_TASK_ROOT": str(bundle),
        "PATH": os.environ["PATH"],
        "PLANS_TABLE": "plans",
        "PLAN_BUCKET": "plans",
        "POWERTOOLS_LOG_LEVEL": "INFO",
        "POWERTOOLS_METRICS_NAMESPACE": "Oasis/bench",
        "POWERTOOLS_SERVICE_NAME": "lookup_scores",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(bundle),
        "SCORES_TABLE": "scores",
        "STAGE": "bench",
    }
