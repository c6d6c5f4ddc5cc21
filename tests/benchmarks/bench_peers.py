"""The environment of the peers: made from `peers.txt`, apart from that of Oasis."""

import subprocess
import sys
from pathlib import Path

from bench_sides import FOLDER, PEERS

LOCK = FOLDER / "peers.txt"


def make_peers() -> None:
    """Make the environment anew where the lock has changed since it was made.

    Raises:
        CalledProcessError: a package cannot be had, or is not the one that was locked.
    """
    made = PEERS.parents[1] / "made-from.txt"
    if made.exists() and made.read_text() == LOCK.read_text():
        return
    print("making the environment of the peers", flush=True)
    uv = str(Path(sys.executable).with_name("uv"))
    folder = str(PEERS.parents[1])
    subprocess.run(
        [uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder], check=True
    )
    install = [uv, "pip", "install", "--quiet", "--python", str(PEERS), "--require-hashes"]
    subprocess.run([*install, "--requirement", str(LOCK)], check=True)
    made.write_text(LOCK.read_text())


def version_of(package: str, lock: Path = LOCK) -> str:
    """Return the version of a package that a lock names."""
    (line,) = (each for each in lock.read_text().splitlines() if each.startswith(f"{package}=="))
    return line.removeprefix(f"{package}==").split()[0]
