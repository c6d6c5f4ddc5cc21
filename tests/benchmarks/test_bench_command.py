"""`make bench` starts: tests of its parts find modules that its own process would not."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_part_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    refused = subprocess.run(
        ["make", "--no-print-directory", "bench", "PART=none"],
        cwd=ROOT,
        env=clean,
        capture_output=True,
        text=True,
    )

    assert refused.returncode != 0
    assert "invalid choice: 'none'" in refused.stderr
    assert "lookup" in refused.stderr
