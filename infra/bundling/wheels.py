"""Bundles: the wheels of a function's lock, installed for a target and cut to what is used."""

import fnmatch
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.bundling.targets import Target

DROPPED = (
    "*.dist-info",
    "bin",
    "*/__pycache__",
    "*/tests",
    "*.pyi",
    "*.pxd",
    "*.pxi",
    "*.pyx",
    "*.h",
    "*.hpp",
    "numpy/f2py",
    "numpy/_pyinstaller",
    "numpy/doc",
    "pyarrow/include",
    "pyarrow/includes",
    "pyarrow/src",
    "pyarrow/*flight*",
    "pyarrow/*_encryption*",
    "pyarrow/_azurefs*",
    "pyarrow/_gcsfs*",
    "pyarrow/_hdfs*",
    "pyarrow/_s3fs*",
    "pyarrow/_cuda*",
    "pyarrow/*orc*",
    "pyarrow/_pyarrow_cpp_tests*",
    "pyarrow/_substrait*",
    "pyarrow/substrait.py",
    "pyarrow/libarrow_s3*",
    "pyarrow/libarrow_python.so",
    "pyarrow/libarrow_python.so.*.*",
    "wrapt-stubs",
)
"""Paths left out of every bundle, as patterns. pyarrow keeps the libraries that it links to."""

LICENCE_FILES = ("AUTHORS*", "COPYING*", "LICEN[CS]E*", "NOTICE*")
"""What older packages call their licences, beside their metadata; newer ones keep a folder."""


class WheelsError(RuntimeError):
    """The wheels of a lock could not be installed."""


def install_wheels(lock: Path, target: Target, folder: Path) -> None:
    """Install a lock's wheels into a folder, trimmed and, where possible, compiled.

    Their licences, which ask to go with every copy, stand under `licences/{package}-{version}/`.
    ``lock`` is a requirements file with hashes and without what the Lambda runtime brings; an
    existing ``folder`` is taken as done. Safe to run twice at once: the folder appears whole.

    Raises:
        WheelsError: uv refuses, for instance because a hash differs or a wheel is missing.
    """
    if folder.is_dir():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        staged = Path(scratch) / "wheels"
        staged.mkdir()
        if lock.read_text().strip():
            _install(lock, target, staged)
        _gather_licences(staged)
        _trim(staged)
        compile_sources(staged, target)
        try:
            staged.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise


def compile_sources(folder: Path, target: Target) -> bool:
    """Write bytecode beside the sources in a folder; return whether an interpreter was found.

    Bytecode is of the kind that is never checked against its source: `/var/task` is read-only, so
    that a checked kind would be compiled again at every cold start.
    """
    compiler = target.compiler()
    if compiler is None:
        return False
    command = [compiler, "-m", "compileall", "-q", "-s", str(folder), str(folder)]
    command += ["--invalidation-mode", "unchecked-hash"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    subprocess.run(command, env=environment, check=True)  # noqa: S603
    return True


def _install(lock: Path, target: Target, folder: Path) -> None:
    command = [_uv(), "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--only-binary", ":all:", "--target", str(folder), "--requirement", str(lock)]
    if target.platform is None:
        command += ["--python", sys.executable]
    else:
        command += ["--python-version", target.python, "--python-platform", target.platform]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if result.returncode:
        raise WheelsError(f"{lock} for {target.name}:\n{result.stderr.strip()}")


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.is_file() else shutil.which("uv")
    if found is None:
        raise WheelsError("uv is missing: run `make setup`")
    return found


def _gather_licences(folder: Path) -> None:
    for described in sorted(folder.glob("*.dist-info")):
        kept = folder / "licences" / described.stem
        texts = [path for name in LICENCE_FILES for path in described.glob(name)]
        if (described / "licenses").is_dir():
            (described / "licenses").rename(_made(kept.parent) / kept.name)
        for text in texts:
            text.rename(_made(kept) / text.name)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _trim(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not any(fnmatch.fnmatchcase(name, pattern) for pattern in DROPPED):
            continue
        if path.is_dir():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()
