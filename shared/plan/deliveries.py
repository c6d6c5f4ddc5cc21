"""Noun plan: exposures that campaigns were given already, as producers report them.

A row is a day's total so far, of one producer, campaign, context and audience (or of no audience
in particular): a row of a newer drop replaces it, and the rows that stand are summed.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shared.plan.caps import Delivered
from shared.plan.newest_rows import newest_rows

KEY = ("producer", "date", "campaign_id", "context", "audience_id")
DECIMALS = 6  # of exposures, so that a sum is the same in whatever order its rows stand
ID = pa.dictionary(pa.int32(), pa.string())
REPORTS = pa.schema(
    [
        ("drop", ID),  # the key of the drop's accepted data, which sorts by order
        ("producer", ID),
        ("date", pa.date32()),
        ("campaign_id", ID),
        ("context", ID),
        ("audience_id", ID),
        ("exposures", pa.float64()),
    ]
)
NO_REPORTS = REPORTS.empty_table()


def reports_of(drop: str, producer: str, rows: pa.Table) -> pa.Table:
    """Return the accepted rows of one drop as reports of its producer."""
    many = rows.num_rows
    said = {"drop": drop, "producer": producer}
    return pa.table(
        [
            pa.DictionaryArray.from_arrays(np.zeros(many, dtype=np.int32), [said[field.name]])
            if field.name in said
            else rows.column(field.name).cast(field.type)
            if field.name in rows.column_names
            else pa.nulls(many, field.type)
            for field in REPORTS
        ],
        schema=REPORTS,
    )


def standing(before: pa.Table, reports: Sequence[pa.Table]) -> pa.Table:
    """Return of what stood ``before`` and of further reports the rows that no newer one replaces.

    The same rows in whatever order and portions reports come; theirs is not said. Only days that
    are reported of are looked through.
    """
    if not reports:
        return before
    days = pa.concat_tables(reports).column("date").unique()
    is_touched = pc.is_in(before.column("date"), value_set=days)
    touched = pa.concat_tables([before.filter(is_touched), *reports])
    touched = touched.unify_dictionaries().combine_chunks()
    drop = touched.column("drop").combine_chunks()
    age = np.argsort(np.argsort(drop.dictionary.to_numpy(zero_copy_only=False)))[drop.indices]
    touched = touched.take(pa.array(np.argsort(age, kind="stable")))
    plain = pa.table({name: _plain(touched.column(name)) for name in KEY})
    newest = touched.take(pa.array(newest_rows(plain, KEY)))
    return pa.concat_tables([before.filter(pc.invert(is_touched)), newest])


def delivered_by_campaign(stands: pa.Table, today: date) -> dict[str, Delivered]:
    """Return what each campaign was given, producers, contexts and audiences summed."""
    campaign = stands.column("campaign_id").unify_dictionaries().combine_chunks()
    exposures = stands.column("exposures").to_numpy()
    is_today = pc.equal(stands.column("date"), pa.scalar(today, pa.date32())).to_numpy()
    names = campaign.dictionary.to_pylist()
    index, many = campaign.indices.to_numpy(), len(names)
    rows = np.bincount(index, minlength=many)
    totals = np.bincount(index, exposures, many).round(DECIMALS).tolist()
    todays = np.bincount(index, exposures * is_today, many).round(DECIMALS).tolist()
    return {names[i]: Delivered(totals[i], todays[i]) for i in np.argsort(names) if rows[i]}


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    is_id = column.type == ID
    return column.cast(pa.string()) if is_id else column
