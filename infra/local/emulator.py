"""The local stack: the ministack process that stands in for AWS."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from infra.local.processes import command_of, end_group
from infra.local.state import write_json

HOST = "127.0.0.1"
REGION = "us-east-1"
ACCOUNT = "000000000000"
CREDENTIAL = "test"
START_TIMEOUT_S = 60.0
KEPT_VARIABLES = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "SYSTEMROOT", "TZ")


class PortInUseError(RuntimeError):
    """Another process listens on the port that was asked for."""


class EmulatorError(RuntimeError):
    """ministack did not start."""


class Emulator:
    """One ministack of the project at ``folder``: its process, its log, its temporary files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "ministack.log"
        self._record = folder / "ministack.json"
        self._mark = f"oasis={folder}"

    def start(self, port: int | None) -> tuple[int, int]:
        """Start in a process group of its own and wait until it answers; return (pid, port).

        Listens on 127.0.0.1 alone, at a free port unless one is given.

        Raises:
            PortInUseError: the port given is taken.
            EmulatorError: it ended or did not answer within `START_TIMEOUT_S`.
        """
        chosen = _checked_port(port)
        temporary = self.folder / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        with self.log.open("w") as log:
            process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-X", self._mark, "-m", "ministack"],
                cwd=temporary,
                env=self._environment(chosen, temporary),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        write_json(self._record, {"pid": process.pid, "port": chosen})
        deadline = time.monotonic() + START_TIMEOUT_S
        while not answers(chosen):
            if process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise EmulatorError(f"ministack did not start; its log: {self.log}")
            time.sleep(0.05)
        return process.pid, chosen

    def running(self) -> tuple[int, int] | None:
        """Return (pid, port) of the process started here, None if it is gone."""
        recorded = self._recorded()
        if recorded is None or self._mark not in (command_of(recorded[0]) or ""):
            return None
        return recorded

    def stop(self) -> bool:
        """End the process and its functions' processes; return whether it was there.

        A process id may be another's by now: only what carries this folder's mark is ended, or
        what is left of a group whose leader is gone (its number is not given away before).

        Raises:
            ProcessesLeftError: some could not be ended.
        """
        recorded = self._recorded()
        was_running = self.running() is not None
        if recorded is not None and (was_running or command_of(recorded[0]) is None):
            end_group(recorded[0])
        self._record.unlink(missing_ok=True)
        return was_running

    def _recorded(self) -> tuple[int, int] | None:
        try:
            record = json.loads(self._record.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return record["pid"], record["port"]

    def _environment(self, port: int, temporary: Path) -> Mapping[str, str]:
        """Return all that ministack and its functions see: nothing of the user's AWS settings.

        Docker is pointed at nowhere: ministack would tidy up containers of other instances.
        """
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        return {
            **kept,
            "AWS_ACCESS_KEY_ID": CREDENTIAL,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_REGION": REGION,
            "AWS_SECRET_ACCESS_KEY": CREDENTIAL,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "BIND_HOST": HOST,
            "DOCKER_HOST": f"unix://{self.folder / 'no-docker.sock'}",
            "GATEWAY_PORT": str(port),
            "HOME": str(temporary),
            "IOT_MTLS_ENABLED": "0",
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "MINISTACK_HOST": HOST,
            "MINISTACK_REGION": REGION,
            "POWERTOOLS_TRACE_DISABLED": "true",
            "S3_DATA_DIR": str(self.folder / "s3"),
            "SFTP_ENABLED": "0",
            "STATE_DIR": str(self.folder / "state"),
            "TMPDIR": str(temporary),
        }


def answers(port: int) -> bool:
    """Return whether ministack is ready on a port of this host; no proxy is asked."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    with contextlib.closing(connection):
        try:
            connection.request("GET", "/_ministack/ready")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False


def _checked_port(port: int | None) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port or 0))
        except OSError as error:
            raise PortInUseError(
                f"port {port} is in use or not allowed: choose another with --port, or none"
            ) from error
        return int(probe.getsockname()[1])
