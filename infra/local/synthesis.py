"""The local stack: the application's templates and bundles, made again only when changed."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from infra.bundling.bundles import Bundler
from infra.bundling.targets import target_named

OLDEST_NODE = 20


class SynthesisError(RuntimeError):
    """The application could not be synthesised."""


class NodeMissingError(SynthesisError):
    """CDK needs Node.js, and there is none."""


def synthesise(root: Path, folder: Path, on_progress: Callable[[str], None]) -> Path:
    """Return the cloud assembly of stage dev for this host, synthesised unless nothing changed.

    Raises:
        NodeMissingError: there is no `node`.
        SynthesisError: the application fails.
        WheelsError, UnknownModuleError: a bundle cannot be built.
    """
    bundler = Bundler(root=root, cache=root / ".cache", on_progress=on_progress)
    target = target_named("local")
    functions = sorted(path.parent.name for path in root.glob("functions/*/handler.py"))
    bundles = [bundler.bundle(function, target) for function in functions]
    assembly = folder / "cdk.out"
    seal = folder / "cdk.out.key"
    key = _key(root, (bundle.fingerprint for bundle in bundles))
    if seal.is_file() and seal.read_text() == key and (assembly / "manifest.json").is_file():
        return assembly
    if shutil.which("node") is None:
        raise NodeMissingError(f"CDK needs Node.js {OLDEST_NODE} or newer on the PATH")
    on_progress("synthesising the CDK application")
    seal.unlink(missing_ok=True)
    shutil.rmtree(assembly, ignore_errors=True)
    temporary = folder / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "CDK_"))}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"] = "1"
    environment["TMPDIR"] = str(temporary)
    command = [sys.executable, "-m", "infra.app", "--context", "target=local"]
    result = subprocess.run(  # noqa: S603
        [*command, "--out", str(assembly)],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise SynthesisError(f"cdk synthesis failed:\n{result.stdout}{result.stderr}")
    seal.write_text(key)
    return assembly


def _key(root: Path, fingerprints: Iterator[str]) -> str:
    digest = hashlib.sha256()
    for path in sorted([*root.glob("infra/**/*.py"), *root.glob("shared/**/schema*.py")]):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    for fingerprint in fingerprints:
        digest.update(fingerprint.encode())
    return digest.hexdigest()
