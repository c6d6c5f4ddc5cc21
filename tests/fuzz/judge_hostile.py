"""Judge one file in a process of its own, under the limits of production.

`python -m tests.fuzz.judge_hostile DATASET FILE`: what became of it, the peak of memory and the
seconds stand in a file beside it whose name ends in `.json`.
"""

import json
import resource
import sys
import time
from dataclasses import asdict
from pathlib import Path

from shared.request.budgets import TimeBudget
from tests.fuzz.memory_world import Judged

BUDGET_S = 4.0  # of the 100 that the function has


def main(dataset: str, path: Path) -> None:
    """Judge the file and note how it went."""
    began = time.monotonic()
    receipts = Judged(dataset, path.name, path, limits={}, budget=TimeBudget(BUDGET_S)).receipts
    found = {
        "receipts": [asdict(receipt) for receipt in receipts],
        "took_s": time.monotonic() - began,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    path.with_suffix(".json").write_text(json.dumps(found, default=str))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
