"""Bundles: the zip of one function, named by everything that goes into it."""

import hashlib
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.bundling.sources import source_files
from infra.bundling.targets import Target
from infra.bundling.wheels import compile_sources, install_wheels

KEPT_GENERATIONS = 2
EARLIEST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Bundle:
    """The zip of one function for one target; ``fingerprint`` changes with any of its inputs."""

    function: str
    target: Target
    path: Path
    fingerprint: str


@dataclass(frozen=True)
class Bundler:
    """Builds bundles of the tree at ``root`` and keeps them under ``cache``."""

    root: Path
    cache: Path
    on_progress: Callable[[str], None]

    def bundle(self, function: str, target: Target) -> Bundle:
        """Return the function's bundle for the target, built unless nothing has changed.

        Raises:
            WheelsError: its lock cannot be installed for the target.
            UnknownModuleError: it imports a module of the tree that does not exist.
        """
        sources = source_files(self.root, function)
        lock = self.root / "functions" / function / "requirements.txt"
        wheels_key = _digest(_parts_of_wheels(lock, target))
        key = _digest([wheels_key, *_parts_of_sources(self.root, sources)])
        path = self.cache / "bundles" / f"{function}-{target.name}-{key}.zip"
        if not path.is_file():
            started = time.monotonic()
            wheels = self.cache / "wheels" / f"{function}-{target.name}-{wheels_key}"
            install_wheels(lock, target, wheels)
            self._write(path, wheels, sources, target)
            self._prune(path, wheels)
            megabytes = path.stat().st_size / 1e6
            self.on_progress(
                f"bundled {function} for {target.name}: {megabytes:.0f} MB zipped, "
                f"{time.monotonic() - started:.1f} s"
                + ("" if target.compiler() else f" (no Python {target.python} here: no bytecode)")
            )
        return Bundle(function, target, path, key)

    def _write(self, path: Path, wheels: Path, sources: tuple[Path, ...], target: Target) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
            tree = Path(scratch) / "tree"
            for source in sources:
                (tree / source).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(self.root / source, tree / source)
            compile_sources(tree, target)
            zipped = Path(scratch) / path.name
            _zip(zipped, (wheels, tree), target.compression)
            os.replace(zipped, path)

    def _prune(self, path: Path, wheels: Path) -> None:
        for newest in (path, wheels):
            prefix = newest.stem.rpartition("-")[0]
            siblings = newest.parent.glob(f"{prefix}-*")
            by_age = sorted(siblings, key=lambda entry: entry.stat().st_mtime, reverse=True)
            for old in by_age[KEPT_GENERATIONS:]:
                shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)


def _zip(path: Path, trees: tuple[Path, ...], compression: int) -> None:
    """Write the files of several trees to one zip: sorted, one date, one mode."""
    entries = {
        file.relative_to(tree).as_posix(): file
        for tree in trees
        for file in tree.rglob("*")
        if file.is_file()
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=compression) as archive:
        for name in sorted(entries):
            info = zipfile.ZipInfo(name, EARLIEST_ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o100644 << 16
            archive.writestr(info, entries[name].read_bytes(), compresslevel=compression)


def _parts_of_wheels(lock: Path, target: Target) -> Iterator[str]:
    yield repr(target)
    yield str(target.compiler() is not None)
    yield lock.read_text()
    for module in sorted(Path(__file__).parent.glob("*.py")):
        yield module.read_text()


def _parts_of_sources(root: Path, sources: tuple[Path, ...]) -> Iterator[str]:
    for source in sources:
        yield source.as_posix()
        yield (root / source).read_text()


def _digest(parts: Iterator[str] | list[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "big"))
        digest.update(encoded)
    return digest.hexdigest()[:24]
