"""A side: packed rows to written ones by Oasis, every write conditional.

`python -m bench_drops.write_by_oasis SCORES ENDPOINT`
"""

import os
import sys
from datetime import UTC, datetime

from bench_clock import Clock
from bench_drops.inputs import SCORES_PER_AUDIENCE, made_scores

from shared.drop.load import BATCH_ROWS
from shared.request.budgets import TimeBudget
from shared.score.hash_columns import id_hashes
from shared.score.rows import pack_columns
from shared.score.store import PARALLEL_WRITES, ScoreRow, ScoreStore
from shared.table.open_calls import open_calls

AS_OF = datetime(2026, 1, 5, tzinfo=UTC)
BUDGET_S = 600.0
WARMING_ROWS = 64  # open every connection of the store
ORDER = "20260105T000000.000000Z-20260106T000000Z-3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY"


def packed_rows(scores: int) -> list[ScoreRow]:
    """Return packed rows of so many scores."""
    table = made_scores(scores).table().combine_chunks()
    audiences, rows = pack_columns(
        table.column(0).chunk(0).dictionary_encode(),
        id_hashes(table.column(1).chunk(0)),
        table.column(2).to_numpy(),
        as_of=AS_OF,
        max_entries=SCORES_PER_AUDIENCE,
    )
    ends_at = int(AS_OF.timestamp()) + 86_400
    pairs = zip(audiences.to_pylist(), rows, strict=True)
    return [ScoreRow(audience, row, ORDER, "bench", ends_at) for audience, row in pairs]


def main(scores: int) -> None:
    """Write the rows, some of them once before the clock runs; print what it took."""
    rows, store = packed_rows(scores), ScoreStore("scores", open_calls(os.environ, PARALLEL_WRITES))
    budget = TimeBudget(BUDGET_S)
    store.put(rows[:WARMING_ROWS], budget)
    clock = Clock()
    for at in range(0, len(rows), BATCH_ROWS):
        store.put(rows[at : at + BATCH_ROWS], budget)
    clock.tell()


if __name__ == "__main__":
    os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = sys.argv[2]
    main(int(sys.argv[1]))
