"""The local stack: the ministack process that stands in for AWS."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local.endpoint import HOST, Endpoint
from infra.local.processes import command_of, end_group
from infra.local.state import write_json

REGION = "us-east-1"
ACCOUNT = "000000000000"
CREDENTIAL = "test"
START_TIMEOUT_S = 60.0
ENFORCING = Path(__file__).with_name("enforcing_ministack.py")
KEPT_VARIABLES = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "SYSTEMROOT", "TZ")


class PortInUseError(RuntimeError):
    """Another process listens on the port that was asked for."""


class EmulatorError(RuntimeError):
    """ministack did not start."""


@dataclass(frozen=True)
class RunningEmulator:
    """A ministack that was started here: its process, and where it answers."""

    pid: int
    endpoint: Endpoint


class Emulator:
    """One ministack of the project at ``folder``: its process, its log, its temporary files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "ministack.log"
        self.rights = folder / "rights.jsonl"
        self._record = folder / "ministack.json"
        self._mark = f"oasis={folder}"

    def start(self, port: int | None, *, identity: bool = False) -> RunningEmulator:
        """Start in a process group of its own, wait until it answers and return it.

        Listens on 127.0.0.1 alone, at a free port unless one is given. With ``identity`` it
        speaks https, checks signatures, lets nobody but the account's root do what no policy
        allows, and notes in `rights` what everybody else asked for.

        Raises:
            PortInUseError: the port given is taken.
            EmulatorError: it ended or did not answer within `START_TIMEOUT_S`.
        """
        if identity and shutil.which("openssl") is None:
            raise EmulatorError("openssl is missing: it makes the certificate that https needs")
        temporary = self.folder / "tmp"
        certificate = temporary / "ministack-tls" / "server.crt" if identity else None
        endpoint = Endpoint(free_port(port), certificate)
        temporary.mkdir(parents=True, exist_ok=True)
        program = ["-P", str(ENFORCING), str(self.rights)] if identity else ["-m", "ministack"]
        with self.log.open("w") as log:
            process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-X", self._mark, *program],
                cwd=temporary,
                env=self._environment(endpoint, temporary),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        trusted = str(certificate) if certificate else None
        record = {"pid": process.pid, "port": endpoint.port, "certificate": trusted}
        write_json(self._record, record)
        deadline = time.monotonic() + START_TIMEOUT_S
        while not endpoint.answers():
            if process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise EmulatorError(f"ministack did not start; its log: {self.log}")
            time.sleep(0.05)
        return RunningEmulator(process.pid, endpoint)

    def running(self) -> RunningEmulator | None:
        """Return the process started here, None if it is gone."""
        recorded = self._recorded()
        if recorded is None or self._mark not in (command_of(recorded.pid) or ""):
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
        if recorded is not None and (was_running or command_of(recorded.pid) is None):
            end_group(recorded.pid)
        self._record.unlink(missing_ok=True)
        return was_running

    def _recorded(self) -> RunningEmulator | None:
        try:
            record = json.loads(self._record.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        certificate = record.get("certificate")
        endpoint = Endpoint(record["port"], Path(certificate) if certificate else None)
        return RunningEmulator(record["pid"], endpoint)

    def _environment(self, endpoint: Endpoint, temporary: Path) -> Mapping[str, str]:
        """Return all that ministack and its functions see: nothing of the user's AWS settings.

        Docker is pointed at nowhere: ministack would tidy up containers of other instances.
        """
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        return {
            **kept,
            **_identity(endpoint),
            "AWS_ACCESS_KEY_ID": CREDENTIAL,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_REGION": REGION,
            "AWS_SECRET_ACCESS_KEY": CREDENTIAL,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "BIND_HOST": HOST,
            "DOCKER_HOST": f"unix://{self.folder / 'no-docker.sock'}",
            "GATEWAY_PORT": str(endpoint.port),
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


def _identity(endpoint: Endpoint) -> Mapping[str, str]:
    if endpoint.certificate is None:
        return {}
    return {"AUTH": "true", "USE_SSL": "1", "AWS_CA_BUNDLE": str(endpoint.certificate)}


def free_port(port: int | None = None) -> int:
    """Return the port given if nobody has it, else one that nobody has.

    Raises:
        PortInUseError: somebody has the port given.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port or 0))
        except OSError as error:
            raise PortInUseError(
                f"port {port} is in use or not allowed: choose another with --port, or none"
            ) from error
        return int(probe.getsockname()[1])
