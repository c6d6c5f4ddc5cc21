"""Lambda's runtime client: installed from `runtime.txt` into a folder to import from.

So it stands beside the Python of Oasis or of the peers, and in neither.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from bench_sides import FOLDER, ROOT

LOCK = FOLDER / "runtime.txt"
RUNTIME = ROOT / ".cache" / "bench-runtime"


def make_runtime() -> None:
    """Make the folder anew where the lock or the Python has changed since it was made.

    Raises:
        CalledProcessError: a package cannot be had, or is not the one that was locked.
    """
    made, wanted = RUNTIME / "made-from.txt", f"{sys.version}\n{LOCK.read_text()}"
    if made.exists() and made.read_text() == wanted:
        return
    print("installing Lambda's runtime client", flush=True)
    shutil.rmtree(RUNTIME, ignore_errors=True)
    uv = str(Path(sys.executable).with_name("uv"))
    install = [uv, "pip", "install", "--quiet", "--python", sys.executable, "--require-hashes"]
    subprocess.run([*install, "--target", str(RUNTIME), "--requirement", str(LOCK)], check=True)
    made.write_text(wanted)
