"""Noun drop: the form in which accepted rows are stored."""

import io

import pyarrow as pa
import pyarrow.parquet as pq

from shared.drop.drops import Drop
from shared.drop.judgements import Judgement
from shared.drop.receipts import WriteCost, write_cost
from shared.score.rows import pack_rows


def accepted_data(
    drop: Drop, judgement: Judgement, max_scores_per_audience: int
) -> tuple[bytes, WriteCost]:
    """Return the bytes to store, and what writing them to a table costs.

    Scores become one packed row an audience; other rows stay columns; documents stay as they are.
    """
    if judgement.table is None:
        return judgement.document, write_cost([])
    table, cost = judgement.table, write_cost([])
    if drop.dataset.name == "scores":
        audiences, rows = pack_rows(
            table.column("audience_id"),
            table.column("track_id"),
            table.column("score").to_numpy(),
            as_of=drop.as_of,
            max_entries=max_scores_per_audience,
        )
        table = pa.table(
            {
                "audience_id": pa.array(audiences, pa.string()),
                "row": pa.array(rows, pa.binary()),
            }
        )
        cost = write_cost([len(row) for row in rows])
    described = {
        "drop_id": drop.drop_id,
        "producer": drop.producer,
        "order": drop.order,
        "as_of": drop.as_of.isoformat(),
    }
    body = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(described), body, compression="zstd")
    return body.getvalue(), cost
