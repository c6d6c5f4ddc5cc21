"""Noun plan: exposures that campaigns were given already, as producers report them.

A row is a day's total so far, of one producer, campaign, context and audience (or of no audience
in particular): a newer row replaces it, and the rows that stand are summed.
"""

from collections.abc import Iterable
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shared.plan.caps import Delivered
from shared.plan.newest_rows import newest_rows

KEY = ("producer", "date", "campaign_id", "context", "audience_id")
REPORTED = pa.schema(
    [
        ("producer", pa.string()),
        ("date", pa.date32()),
        ("campaign_id", pa.string()),
        ("context", pa.string()),
        ("audience_id", pa.string()),
        ("exposures", pa.float64()),
    ]
)
NOTHING_REPORTED = REPORTED.empty_table()


def reported_by(producer: str, rows: pa.Table) -> pa.Table:
    """Return the accepted rows of one drop as reports of its producer."""
    many = rows.num_rows
    columns = [pa.array([producer]).take(pa.array(np.zeros(many, dtype=np.int64)))]
    for field in list(REPORTED)[1:]:
        is_there = field.name in rows.column_names
        column = rows.column(field.name) if is_there else pa.nulls(many, field.type)
        columns.append(column.cast(field.type))
    return pa.table(columns, schema=REPORTED)


def standing(reports: Iterable[pa.Table]) -> pa.Table:
    """Return of reports, oldest first, the rows that no later one replaces."""
    table = pa.concat_tables([NOTHING_REPORTED, *reports]).combine_chunks()
    return table.take(pa.array(newest_rows(table, KEY)))


def delivered_by_campaign(stands: pa.Table, today: date) -> dict[str, Delivered]:
    """Return what each campaign was given, producers, contexts and audiences summed."""
    of_today = pc.equal(stands.column("date"), pa.scalar(today, pa.date32()))
    sums = (
        stands.append_column("today", pc.if_else(of_today, stands.column("exposures"), 0.0))
        .group_by("campaign_id", use_threads=False)
        .aggregate([("exposures", "sum"), ("today", "sum")])
        .sort_by("campaign_id")
    )
    columns = (sums.column(n).to_pylist() for n in ("campaign_id", "exposures_sum", "today_sum"))
    return {
        campaign: Delivered(total, part) for campaign, total, part in zip(*columns, strict=True)
    }
