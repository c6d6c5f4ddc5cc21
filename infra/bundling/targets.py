"""Bundles: the machines a bundle can be made for."""

import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass

LAMBDA_PYTHON = "3.13"
LAMBDA_PLATFORM = "aarch64-manylinux_2_28"

RUNTIME_PACKAGES = (
    "boto3",
    "botocore",
    "jmespath",
    "python-dateutil",
    "s3transfer",
    "six",
    "urllib3",
)
"""What AWS's python3.13 runtime brings, so that no bundle carries it."""


@dataclass(frozen=True)
class Target:
    """A Python version and platform whose wheels a bundle holds.

    ``platform`` is a name that `uv pip install --python-platform` takes, None for the host's own.
    ``compression`` is zlib's level: what stays on this host is packed fast, not small.
    """

    name: str
    python: str
    platform: str | None
    machine: str
    compression: int

    def compiler(self) -> str | None:
        """Return an interpreter that writes bytecode for this target, None if there is none."""
        if self.python == host_python():
            return sys.executable
        candidate = shutil.which(f"python{self.python}")
        if candidate is None:
            return None
        probe = [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        answer = subprocess.run(probe, capture_output=True, text=True, check=False)  # noqa: S603
        return candidate if answer.stdout.strip() == self.python else None


def host_python() -> str:
    """Return the running interpreter's version as `major.minor`."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def target_named(name: str) -> Target:
    """Return the target `lambda` (AWS, arm64) or `local` (this host).

    Raises:
        ValueError: another name.
    """
    if name == "lambda":
        return Target("lambda", LAMBDA_PYTHON, LAMBDA_PLATFORM, "aarch64", compression=6)
    if name == "local":
        return Target("local", host_python(), None, platform.machine(), compression=1)
    raise ValueError(f"target is 'lambda' or 'local', not {name!r}")
