"""The licences of what the functions bundle: `make lock` writes them to `docs/licences.md`."""

import re
from collections import defaultdict
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "licences.md"

ALLOWED = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSD-3-Clause-Open-MPI",
        "CC0-1.0",
        "GPL-3.0-or-later WITH GCC-exception-3.1",
        "MIT",
        "PSF-2.0",
        "Zlib",
    }
)
"""Licences that ask no more of Oasis than to pass their text on, which each bundle does under
`licences/`. That of GCC's libraries is one of them by its exception for what is linked to them."""

SPDX_NAMES = {"Apache License 2.0": "Apache-2.0"}
"""What packages call their licences in words of their own."""

READ_THERE = {("wrapt", "BSD"): "BSD-2-Clause"}
"""By package and what it states: the licence whose text it carries, where it states a family."""

NATIVE = (
    ("numpy", "OpenBLAS", "BSD-3-Clause"),
    ("numpy", "LAPACK", "BSD-3-Clause-Open-MPI"),
    ("numpy", "GCC runtime library", "GPL-3.0-or-later WITH GCC-exception-3.1"),
)
"""Libraries of others that a wheel for Lambda carries and names with a licence of their own."""

HEADER = """# Licences

Written by `make lock`; not by hand. Every package in a function's bundle, its licence as the
package itself states it, and the functions that bundle it. The texts of the licences are in the
bundles, under `licences/`.

| package | version | licence | functions |
| --- | --- | --- | --- |
"""
NATIVE_HEADER = """
Compiled wheels carry libraries of others, which the package's licence does not name:

| package | library | licence |
| --- | --- | --- |
"""


class LicenceError(RuntimeError):
    """A package's licence is not known, or not among those allowed."""


@dataclass(frozen=True)
class BundledPackage:
    """A package at the version that functions bundle."""

    name: str
    version: str
    functions: tuple[str, ...]


def bundled_packages(root: Path) -> tuple[BundledPackage, ...]:
    """Return what the locks of all functions hold, by name."""
    functions = defaultdict(list)
    for lock in sorted(root.glob("functions/*/requirements.txt")):
        for pinned in re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", lock.read_text(), re.MULTILINE):
            functions[pinned].append(lock.parent.name)
    return tuple(
        BundledPackage(name, version, tuple(users))
        for (name, version), users in sorted(functions.items())
    )


def licence_of(package: BundledPackage) -> str:
    """Return the licence that the installed package states, as an SPDX expression.

    Raises:
        LicenceError: another version is installed, none is stated, or it is not allowed.
    """
    try:
        described = metadata.distribution(package.name)
    except metadata.PackageNotFoundError as error:
        raise LicenceError(f"{package.name} is not installed: run `make setup`.") from error
    if described.version != package.version:
        raise LicenceError(
            f"{package.name} is locked at {package.version} and installed at {described.version}: "
            "run `make setup`."
        )
    fields = described.metadata.json
    stated = str(fields.get("license_expression") or fields.get("license") or "")
    licence = READ_THERE.get((package.name, stated)) or SPDX_NAMES.get(stated, stated)
    check_allowed(package.name, licence)
    return licence


def check_allowed(package: str, licence: str) -> None:
    """Pass where every part of an SPDX expression is allowed.

    Raises:
        LicenceError: one is not.
    """
    for part in licence.split(" AND "):
        if part not in ALLOWED:
            raise LicenceError(f"{package} has the licence {part!r}, which is not allowed.")


def licence_table(root: Path) -> str:
    """Return the page of licences.

    Raises:
        LicenceError: a package's licence is not known, or not allowed.
    """
    packages = "".join(
        f"| {package.name} | {package.version} | {licence_of(package)} "
        f"| {', '.join(package.functions)} |\n"
        for package in bundled_packages(root)
    )
    native = "".join(f"| {' | '.join(row)} |\n" for row in NATIVE)
    return HEADER + packages + NATIVE_HEADER + native


if __name__ == "__main__":
    TABLE.write_text(licence_table(ROOT))
    print(f"wrote {TABLE.relative_to(ROOT)}")
