"""Ten thousand damaged files: one receipt each, nothing crashes, in bounded memory and time."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz.judge_files import check
from tests.fuzz.seed_files import SeedFile, seed_files
from tests.promises import Count

pytestmark = pytest.mark.promise("R7")

FILES = 10_000
PROCESSES = 2
MOST_MB = 0.6 * 1769  # of the function's memory in the smaller stage
MOST_S = 10.0


@pytest.mark.parametrize("seed", seed_files(), ids=lambda seed: f"{seed.dataset}-{seed.name}")
def test_a_seed_is_sound_before_it_is_damaged(seed: SeedFile) -> None:
    assert check(seed) == ["accepted"]


def test_ten_thousand_damaged_files_end_in_one_receipt_each(tmp_path: Path, runs: Count) -> None:
    shares = [(FILES * i // PROCESSES, FILES * (i + 1) // PROCESSES) for i in range(PROCESSES)]

    running = [_started(first, last, tmp_path / f"{first}.json") for first, last in shares]

    runs.add(FILES)
    outcomes: Counter[str] = Counter()
    for process, notes in running:
        _, errors = process.communicate()
        found: dict[str, Any] = json.loads(notes.read_text())
        assert process.returncode == 0, f"exit {process.returncode} at file {found}:\n{errors}"
        print(f"slowest {found['slowest_s']:.2f} s, peak {found['peak_mb']:.0f} MB")
        assert found["slowest_s"] < MOST_S
        assert found["peak_mb"] < MOST_MB
        outcomes.update(found["outcomes"])
    print(*(f"{many:6,} {outcome}" for outcome, many in outcomes.most_common()), sep="\n")
    rejected = [outcome for outcome in outcomes if outcome.startswith("rejected ")]
    accepted = outcomes["accepted"] + outcomes["partial"]
    assert accepted + sum(outcomes[outcome] for outcome in rejected) == FILES
    assert accepted > FILES / 5
    assert len(rejected) > 12
    assert len(outcomes) - len(rejected) > 20  # the reasons of rows


def _started(first: int, last: int, notes: Path) -> tuple["subprocess.Popen[str]", Path]:
    command = [sys.executable, "-m", "tests.fuzz.judge_files", str(first), str(last), str(notes)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True), notes
