"""The locks: `make lock` pins every package with its hashes, for all hosts and for Lambda.

`requirements.txt` at the root is the development environment of `pyproject.toml`;
`functions/*/requirements.txt` is what each function bundles, at the same versions, without what
the Lambda runtime brings itself.
"""

import subprocess
import sys
from pathlib import Path

from infra.bundling.targets import RUNTIME_PACKAGES

ROOT = Path(__file__).resolve().parents[1]
OLDEST_PYTHON = "3.11"
HEADER = "# Written by `make lock`; not by hand.\n"


def lock(source: Path, destination: Path, *options: str) -> None:
    """Write the hashed, universal lock of one source file.

    Raises:
        CalledProcessError: uv finds no versions that fit together.
    """
    command = [str(Path(sys.executable).with_name("uv")), "pip", "compile", "--quiet"]
    command += ["--universal", "--generate-hashes", "--python-version", OLDEST_PYTHON]
    command += ["--no-header", "--no-annotate", "--custom-compile-command", "make lock"]
    command += [*options, str(source.relative_to(ROOT))]
    result = subprocess.run(  # noqa: S603
        command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    destination.write_text(HEADER + result.stdout)


def main() -> None:
    """Renew the root lock, then each function's lock within the root's versions."""
    root_lock = ROOT / "requirements.txt"
    lock(ROOT / "pyproject.toml", root_lock, "--extra", "dev")
    left_out = [option for name in RUNTIME_PACKAGES for option in ("--no-emit-package", name)]
    for source in sorted((ROOT / "functions").glob("*/requirements.in")):
        print(f"locking {source.relative_to(ROOT)}")
        constraint = ["--constraint", "requirements.txt"]
        lock(source, source.with_suffix(".txt"), *constraint, *left_out)


if __name__ == "__main__":
    main()
