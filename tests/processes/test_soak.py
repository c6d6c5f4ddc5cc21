"""The local stack under load: no error, and nothing that piles up or leaks."""

import os
from pathlib import Path

import pytest

from infra.local.processes import PROC
from tests.e2e.own_stack import own_stack
from tests.processes.soak import soak, violations

SECONDS = 600 if os.environ.get("PROMISES") == "stretch" else 30


@pytest.mark.promise("R14")
@pytest.mark.skipif(not (PROC / "self").exists(), reason="open files are counted in /proc")
def test_lookups_drops_and_changes_together_leave_no_error_and_no_leak(tmp_path: Path) -> None:
    with own_stack(tmp_path) as own:
        soaked = soak(own, SECONDS)

    assert violations(soaked) == []
