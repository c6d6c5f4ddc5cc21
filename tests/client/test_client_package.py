"""The client is a package of its own, installed by pip from this repository."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_pip_installs_the_client_with_its_types(tmp_path: Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    options = ["--no-deps", "--no-build-isolation", "--target", str(tmp_path)]
    options += ["--python", sys.executable]

    subprocess.run(
        [str(uv), "pip", "install", "--quiet", *options, str(ROOT / "client")],
        check=True,
        cwd=tmp_path,
    )

    installed = {path.name for path in (tmp_path / "oasis_client").glob("*")}
    assert {"__init__.py", "py.typed", "synchronous.py", "asynchronous.py"} <= installed
