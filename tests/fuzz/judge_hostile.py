"""Judge one file in a process of its own, under the limits of production.

`python -m tests.fuzz.judge_hostile DATASET FILE`: what became of it, the peak of memory and the
seconds stand in a file beside it whose name ends in `.json`.
"""

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from shared.request.budgets import TimeBudget
from tests.fuzz.memory_world import Judged
from tests.peak_memory import peak_bytes

BUDGET_S = 4.0  # of the 100 that the function has


def main(dataset: str, path: Path) -> None:
    """Judge the file and note how it went."""
    began = time.monotonic()
    receipts = Judged(dataset, path.name, path, limits={}, budget=TimeBudget(BUDGET_S)).receipts
    found = {
        "receipts": [asdict(receipt) for receipt in receipts],
        "took_s": time.monotonic() - began,
        "peak_mb": peak_bytes() / 2**20,
    }
    path.with_suffix(".json").write_text(json.dumps(found, default=str))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
