"""Noun plan: reading the accepted data that a solve works on, column by column into arrays."""

import io
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import boto3
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from shared.plan.days import day_of
from shared.plan.deliveries import delivered_by_campaign
from shared.plan.delivery_store import DeliveryStore
from shared.plan.forecasts import NOBODY, Audiences, Inputs, Supply, Track
from shared.plan.labels import Labels, labels_of
from shared.plan.newest_rows import newest_rows
from shared.plan.score_store import AcceptedScores
from shared.score.hash_columns import id_hashes

TRACKS = ("track_id", "licensor_id", "markets", "blocked")
AUDIENCES = ("audience_id", "parent_id", "market", "share")
SUPPLY = ("audience_id", "context", "market", "date", "expected_slots")


class InputStore:
    """Accepted files by dataset; keys sort by order, and a later row replaces an earlier one."""

    def __init__(self, accepted_bucket: str) -> None:
        """Name the bucket of accepted data."""
        self._bucket = accepted_bucket
        self._client = boto3.client("s3")
        self._deliveries = DeliveryStore(accepted_bucket)
        self._scores = AcceptedScores(accepted_bucket)

    def read(self, track_ids: set[str], *, score_ttl: timedelta, now: datetime) -> Inputs:
        """Return all inputs as of now; scores older than ``score_ttl`` are absent.

        Of the catalogue, the tracks named alone.
        """
        named = pa.array(sorted(track_ids), pa.string())
        tracks, track_keys = self._table(
            "tracks", TRACKS, lambda table: pc.is_in(table.column("track_id"), value_set=named)
        )
        today = pa.scalar(day_of(now), pa.date32())
        supply, supply_keys = self._table(
            "supply", SUPPLY, lambda table: pc.greater_equal(table.column("date"), today)
        )
        audiences, audience_keys = self._audiences()
        deliveries = self._deliveries.standing()
        scores = self._scores.live(now - score_ttl)
        return Inputs(
            tracks=_tracks(tracks),
            audiences=audiences,
            supply=_supply(supply),
            scores=scores,
            accepted_keys=(
                *(*track_keys, *audience_keys, *supply_keys),
                *(*sorted(deliveries.drops), *scores.places.keys),
            ),
            delivered=delivered_by_campaign(deliveries.rows, day_of(now)),
        )

    def _table(
        self,
        dataset: str,
        columns: Sequence[str],
        wanted: Callable[[pa.Table], pa.ChunkedArray],
    ) -> tuple[pa.Table, list[str]]:
        """Return the wanted rows of all files, older before newer, and the files' keys."""
        keys = self._keys(dataset)
        tables = [pa.table({name: pa.array([], pa.string()) for name in columns[:1]})]
        for key in keys:
            table = self._columns(key, columns)
            tables.append(table.filter(wanted(table)))
        joined = pa.concat_tables(
            [table.replace_schema_metadata(None) for table in tables], promote_options="permissive"
        )
        return joined.combine_chunks(), keys

    def _audiences(self) -> tuple[Audiences, list[str]]:
        """Return the last row of each audience, and the files' keys; files from the newest back."""
        keys = self._keys("audiences")
        found = NOBODY
        for key in reversed(keys):
            found = found.with_older(_audiences(self._columns(key, AUDIENCES)))
        return found, keys

    def _keys(self, dataset: str) -> list[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=f"{dataset}/"
        )
        return sorted(found["Key"] for page in pages for found in page.get("Contents", []))

    def _columns(self, key: str, columns: Sequence[str]) -> pa.Table:
        body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        file = pq.ParquetFile(io.BytesIO(body))
        return file.read([name for name in columns if name in file.schema_arrow.names])


def _tracks(table: pa.Table) -> dict[str, Track]:
    table = table.take(pa.array(newest_rows(table, ("track_id",))))
    return {
        track_id: Track(licensor_id, tuple(_listed(markets)), bool(blocked))
        for track_id, licensor_id, markets, blocked in zip(
            *(_texts(table, name).to_pylist() for name in TRACKS[:3]),
            _values(table, "blocked", pa.bool_()).to_pylist(),
            strict=True,
        )
    }


def _audiences(table: pa.Table) -> Audiences:
    audience = id_hashes(_texts(table, "audience_id"))
    # Of equal hashes the last stays: unique finds the first of what is turned round.
    distinct, from_end = np.unique(audience[::-1], return_index=True)
    table = table.take(pa.array(len(audience) - 1 - from_end))
    return Audiences(
        audience=distinct,
        parent=id_hashes(_texts(table, "parent_id")),
        market=_labels(_texts(table, "market")),
        share=_numbers(table, "share"),
    )


def _supply(table: pa.Table) -> Supply:
    """Return the forecast; of equal keys the later row counts, which is left to who sums it."""
    return Supply(
        audience=id_hashes(_texts(table, "audience_id")),
        context=_labels(_texts(table, "context")),
        market=_labels(_texts(table, "market")),
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


def _texts(table: pa.Table, name: str) -> pa.Array:
    return pc.fill_null(_values(table, name, pa.string()), "")


def _numbers(table: pa.Table, name: str) -> NDArray[np.float64]:
    numbers: NDArray[np.float64] = _values(table, name, pa.float64()).to_numpy(zero_copy_only=False)
    return numbers


def _labels(texts: pa.Array) -> Labels:
    found = texts.dictionary_encode()
    names = labels_of(found.dictionary.to_pylist())
    code = found.indices.to_numpy(zero_copy_only=False)
    return names.take(code) if len(code) else Labels(names.names, np.zeros(0, dtype=np.int32))
