"""Noun plan: tables of accepted data as the arrays that a solve works on."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shared.plan.forecasts import Audiences, Supply, Track
from shared.plan.labels import Labels, labels_of
from shared.plan.newest_rows import newest_rows
from shared.score.hash_columns import id_hashes

TRACKS = ("track_id", "licensor_id", "markets", "blocked")
AUDIENCES = ("audience_id", "parent_id", "market", "share")
SUPPLY = ("audience_id", "context", "market", "date", "expected_slots")


def tracks_in(table: pa.Table) -> dict[str, Track]:
    """Return the catalogue; of equal tracks the last row counts."""
    table = table.take(pa.array(newest_rows(table, ("track_id",))))
    return {
        track_id: Track(licensor_id, tuple(_listed(markets)), bool(blocked))
        for track_id, licensor_id, markets, blocked in zip(
            *(texts_in(table, name).to_pylist() for name in TRACKS[:3]),
            _values(table, "blocked", pa.bool_()).to_pylist(),
            strict=True,
        )
    }


def audiences_in(table: pa.Table) -> Audiences:
    """Return the audiences; of equal ones the last row counts."""
    audience = id_hashes(texts_in(table, "audience_id"))
    # Of equal hashes the last stays: unique finds the first of what is turned round.
    distinct, from_end = np.unique(audience[::-1], return_index=True)
    table = table.take(pa.array(len(audience) - 1 - from_end))
    return Audiences(
        audience=distinct,
        parent=id_hashes(texts_in(table, "parent_id")),
        market=_labels(texts_in(table, "market")),
        share=_numbers(table, "share"),
    )


def supply_in(table: pa.Table) -> Supply:
    """Return the forecast; of equal keys the later row counts, which is left to who sums it."""
    return Supply(
        audience=id_hashes(texts_in(table, "audience_id")),
        context=_labels(texts_in(table, "context")),
        market=_labels(texts_in(table, "market")),
        day=_values(table, "date", pa.date32()).to_numpy(zero_copy_only=False),
        expected_slots=_numbers(table, "expected_slots"),
    )


def _listed(markets: str) -> list[str]:
    return [market.strip() for market in markets.split("|") if market.strip()]


def _values(table: pa.Table, name: str, kind: pa.DataType) -> pa.Array:
    """Return a column, of nulls where the table has none of that name."""
    if name not in table.column_names:
        return pa.nulls(table.num_rows, kind)
    return table.column(name).cast(kind).combine_chunks()


def texts_in(table: pa.Table, name: str) -> pa.Array:
    """Return a column of texts, empty where there is none."""
    return pc.fill_null(_values(table, name, pa.string()), "")


def _numbers(table: pa.Table, name: str) -> NDArray[np.float64]:
    numbers: NDArray[np.float64] = _values(table, name, pa.float64()).to_numpy(zero_copy_only=False)
    return numbers


def _labels(texts: pa.Array) -> Labels:
    found = texts.dictionary_encode()
    names = labels_of(found.dictionary.to_pylist())
    code = found.indices.to_numpy(zero_copy_only=False)
    return names.take(code) if len(code) else Labels(names.names, np.zeros(0, dtype=np.int32))
