"""The local stack: the application's templates and bundles, made again only when changed."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from infra.bundling.bundles import Bundler
from infra.bundling.targets import target_named

OLDEST_NODE = 20


class SynthesisError(RuntimeError):
    """The application could not be synthesised."""


class NodeMissingError(SynthesisError):
    """CDK needs Node.js, and there is none."""


def synthesise(root: Path, on_progress: Callable[[str], None]) -> Path:
    """Return the cloud assembly of stage dev for this host, synthesised unless nothing changed.

    Assemblies lie under `.cache/assemblies`, named by all that goes into them. Safe to run twice
    at once: an assembly appears whole.

    Raises:
        NodeMissingError: there is no `node`.
        SynthesisError: the application fails.
        WheelsError, UnknownModuleError: a bundle cannot be built.
    """
    bundler = Bundler(root=root, cache=root / ".cache", on_progress=on_progress)
    target = target_named("local")
    functions = sorted(path.parent.name for path in root.glob("functions/*/handler.py"))
    bundles = [bundler.bundle(function, target) for function in functions]
    key = _key(root, (bundle.fingerprint for bundle in bundles))
    assembly = root / ".cache" / "assemblies" / key
    if assembly.is_dir():
        return assembly
    if shutil.which("node") is None:
        raise NodeMissingError(f"CDK needs Node.js {OLDEST_NODE} or newer on the PATH")
    on_progress("synthesising the CDK application")
    assembly.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=assembly.parent) as scratch:
        staged = Path(scratch) / "cdk.out"
        _run_application(root, staged, temporary=Path(scratch))
        older = [path for path in assembly.parent.iterdir() if len(path.name) == len(key)]
        try:
            staged.rename(assembly)
        except OSError:
            if not assembly.is_dir():
                raise
    for path in older:
        if path != assembly:
            shutil.rmtree(path, ignore_errors=True)
    return assembly


def _run_application(root: Path, outdir: Path, *, temporary: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "CDK_"))}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"] = "20,22"
    environment["TMPDIR"] = str(temporary)
    command = [sys.executable, "-m", "infra.app", "--context", "target=local"]
    result = subprocess.run(  # noqa: S603
        [*command, "--out", str(outdir)],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise SynthesisError(f"cdk synthesis failed:\n{result.stdout}{result.stderr}")


def _key(root: Path, fingerprints: Iterator[str]) -> str:
    digest = hashlib.sha256()
    for path in sorted([*root.glob("infra/**/*.py"), *root.glob("shared/**/schema*.py")]):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    for fingerprint in fingerprints:
        digest.update(fingerprint.encode())
    return digest.hexdigest()
