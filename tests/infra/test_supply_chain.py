"""A wheel whose bytes are not those of the lock is in no bundle; unsafe code passes no check."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.bundling.bundles import Bundler
from infra.bundling.targets import target_named
from infra.bundling.wheels import WheelsError

FUNCTION = "lookup_scores"
PURE_PACKAGE = "typing-extensions"
UNSAFE = "import subprocess\n\n\ndef run(text):\n    subprocess.run(text, shell=True)\n"


@pytest.fixture
def tree(repository, tmp_path):
    """A copy of what one function's bundle is made from."""
    for folder in (f"functions/{FUNCTION}", "shared"):
        shutil.copytree(repository / folder, tmp_path / folder)
    shutil.copy(repository / "functions" / "__init__.py", tmp_path / "functions")
    return tmp_path


def flipped(digest):
    """Return the hash with its first hex digit changed."""
    return f"{int(digest[0], 16) ^ 1:x}{digest[1:]}"


def built(tree, name):
    """Return what a build in a cache of its own ends with: nothing, or why it failed."""
    bundler = Bundler(root=tree, cache=tree / name, on_progress=print)
    try:
        bundler.bundle(FUNCTION, target_named("lambda"))
    except WheelsError as error:
        return str(error)
    return ""


def test_one_flipped_digit_of_one_hash_fails_the_build(tree):
    lock = tree / "functions" / FUNCTION / "requirements.txt"
    sound = lock.read_text()
    lines = re.search(rf"^{PURE_PACKAGE}==.*(?:\n .*)+", sound, re.MULTILINE).group()
    hashes = re.findall(r"sha256:([0-9a-f]{64})", lines)

    outcomes = {}
    for digest in hashes:
        lock.write_text(sound.replace(digest, flipped(digest)))
        outcomes[digest] = built(tree, digest[:8])
    lock.write_text(sound)

    assert built(tree, "sound") == ""
    (of_the_wheel,) = (digest for digest, why in outcomes.items() if why)
    assert PURE_PACKAGE in outcomes[of_the_wheel]
    assert flipped(of_the_wheel) in outcomes[of_the_wheel]
    assert of_the_wheel in outcomes[of_the_wheel]


def test_unsafe_code_does_not_pass_the_check(repository, tmp_path):
    (tmp_path / "unsafe.py").write_text(UNSAFE)
    bandit = [str(Path(sys.executable).with_name("bandit")), "--quiet", "--configfile"]

    result = subprocess.run(
        [*bandit, str(repository / "pyproject.toml"), "--recursive", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 1
    assert "B602" in result.stdout
