"""The synthesised template of each stage, without bundles, and all bundles of each target."""

import ast
import os
import sys
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20,22")

import pytest
from templates import Stacks

from infra.bundling.bundles import Bundle, Bundler
from infra.bundling.targets import target_named

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session", params=["dev", "prod"])
def stacks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Stacks:
    return Stacks(request.param, tmp_path_factory.mktemp(f"cdk-{request.param}"))


@pytest.fixture(scope="session")
def bundle_of() -> Callable[[str, str], Bundle]:
    bundler = Bundler(root=ROOT, cache=ROOT / ".cache", on_progress=print)
    return lambda function, target: bundler.bundle(function, target_named(target))


@pytest.fixture(scope="session")
def fresh_bundle_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Bundle]:
    """Build with an empty cache."""
    bundler = Bundler(root=ROOT, cache=tmp_path_factory.mktemp("cache"), on_progress=print)
    return lambda function, target: bundler.bundle(function, target_named(target))


@pytest.fixture(scope="session")
def repository() -> Path:
    return ROOT


def environment_read_by(function: str) -> set[str]:
    """Return the names in `os.environ["X"]` of a function's modules."""
    return {
        node.slice.value
        for path in (ROOT / "functions" / function).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Subscript)
        and ast.unparse(node.value) == "os.environ"
        and isinstance(node.slice, ast.Constant)
    }


@pytest.fixture(scope="session")
def environment_names() -> Callable[[str], set[str]]:
    return environment_read_by


@pytest.fixture(scope="session")
def runtime_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the Lambda runtime brings, and nothing else of this environment."""
    folder = tmp_path_factory.mktemp("runtime")
    for name in ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six.py", "urllib3"):
        found = [Path(entry) / name for entry in sys.path if (Path(entry) / name).exists()]
        (folder / name).symlink_to(found[0])
    return folder
