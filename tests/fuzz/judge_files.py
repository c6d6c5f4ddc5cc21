"""Judge damaged files FIRST to LAST, each in turn, and say in a file at which it is.

A process of its own, so that a parser that takes it down does not take the test down:
`python -m tests.fuzz.judge_files FIRST LAST NOTES`.
"""

import json
import sys
import time
from collections import Counter
from pathlib import Path

from shared.drop.judgements import ACCEPTED, PARTIAL, REJECTED
from shared.drop.receipts import encode_receipt
from tests.fuzz.memory_world import Judged
from tests.fuzz.mutations import mutated_file
from tests.fuzz.seed_files import SeedFile
from tests.peak_memory import peak_bytes


def check(file: SeedFile) -> list[str]:
    """Judge a file, and return its status and reason, and the reasons of its rows.

    Raises:
        AssertionError: what became of it cannot be.
    """
    judged = Judged(file.dataset, file.name, file.body)
    (receipt,) = judged.receipts
    assert receipt.status in (ACCEPTED, PARTIAL, REJECTED), receipt.status
    assert receipt.rows_parsed == receipt.rows_accepted + receipt.rows_rejected
    assert sum(receipt.rejected_by_reason.values()) == receipt.rows_rejected
    assert (receipt.status == REJECTED) == bool(receipt.reason) == (not judged.accepted)
    assert (receipt.rows_accepted > 0) == (receipt.status != REJECTED)
    assert bool(judged.rejected_rows) == bool(receipt.rejected_rows_key)
    assert len(judged.said) == 1
    assert json.loads(encode_receipt(receipt))["sentence"] == receipt.sentence
    return [f"{receipt.status} {receipt.reason}".strip(), *receipt.rejected_by_reason]


def main(first: int, last: int, notes: Path) -> None:
    """Judge the files and note how it went."""
    slowest, outcomes = 0.0, Counter[str]()
    for number in range(first, last):
        notes.write_text(json.dumps({"at": number}))
        began = time.monotonic()
        outcomes.update(check(mutated_file(number)))
        slowest = max(slowest, time.monotonic() - began)
    peak_mb = peak_bytes() / 2**20
    notes.write_text(json.dumps({"slowest_s": slowest, "peak_mb": peak_mb, "outcomes": outcomes}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
