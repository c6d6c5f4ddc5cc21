"""Noun plan: reading the accepted data that a solve works on, column by column into arrays."""

import io
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import boto3
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from shared.drop.accepted_keys import read_accepted_key
from shared.plan.days import day_of
from shared.plan.deliveries import delivered_by_campaign
from shared.plan.delivery_store import DeliveryStore
from shared.plan.forecasts import NOBODY, Audiences, Inputs, RowInputs, Supply, positions_in
from shared.plan.input_columns import (
    AUDIENCES,
    SUPPLY,
    TRACKS,
    audiences_in,
    supply_in,
    texts_in,
    tracks_in,
)
from shared.plan.score_store import AcceptedGoneError, AcceptedScores
from shared.request.clients import bounded
from shared.score.hash_columns import id_hashes


class InputStore:
    """Accepted files by dataset; keys sort by order, and a later row replaces an earlier one."""

    def __init__(self, accepted_bucket: str) -> None:
        """Name the bucket of accepted data."""
        self._bucket = accepted_bucket
        self._client = boto3.client("s3", config=bounded())
        self._deliveries = DeliveryStore(accepted_bucket)
        self._scores = AcceptedScores(accepted_bucket)

    def read(self, track_ids: set[str], *, score_ttl: timedelta, now: datetime) -> Inputs:
        """Return all inputs as of now; scores older than ``score_ttl`` are absent.

        Of the catalogue, the tracks named alone.
        """
        named = pa.array(sorted(track_ids), pa.string())
        track_keys, supply_keys = self._keys("tracks"), self._keys("supply")
        audience_keys = self._keys("audiences")
        tracks = self._table(
            track_keys, TRACKS, lambda table: pc.is_in(table.column("track_id"), value_set=named)
        )
        deliveries = self._deliveries.standing()
        scores = self._scores.live(now - score_ttl)
        return Inputs(
            tracks=tracks_in(tracks),
            audiences=self._audiences(audience_keys),
            supply=self._supply(supply_keys, now),
            scores=scores,
            accepted_keys=(
                *(*track_keys, *audience_keys, *supply_keys),
                *(*sorted(deliveries.drops), *scores.places.keys),
            ),
            delivered=delivered_by_campaign(deliveries.rows, day_of(now)),
        )

    def read_rows(
        self, accepted_keys: Sequence[str], *, score_ttl: timedelta, now: datetime
    ) -> RowInputs:
        """Return what gives the rows of a plan, as it was read once: of these keys alone.

        Raises:
            AcceptedGoneError: something that was accepted then is no longer there.
        """
        by_dataset = _by_dataset(accepted_keys)
        return RowInputs(
            audiences=self._audiences(by_dataset["audiences"]),
            supply=self._supply(by_dataset["supply"], now),
            scores=self._scores.live(now - score_ttl, among=by_dataset["scores"]),
        )

    def read_track_ids(
        self, accepted_keys: Sequence[str], hashes: NDArray[np.uint64]
    ) -> dict[int, str]:
        """Return the ids of tracks by their hashes, of those hashes that the catalogue then had.

        Raises:
            AcceptedGoneError: something that was accepted then is no longer there.
        """
        wanted = np.unique(hashes)
        table = self._table(
            _by_dataset(accepted_keys)["tracks"],
            TRACKS[:1],
            lambda table: pa.array(
                positions_in(wanted, id_hashes(texts_in(table, "track_id"))) >= 0, pa.bool_()
            ),
        )
        track_ids = pc.unique(texts_in(table, "track_id"))
        return dict(zip(id_hashes(track_ids).tolist(), track_ids.to_pylist(), strict=True))

    def _table(
        self,
        keys: Sequence[str],
        columns: Sequence[str],
        wanted: Callable[[pa.Table], pa.ChunkedArray | pa.Array],
    ) -> pa.Table:
        """Return the wanted rows of files, older before newer."""
        tables = [pa.table({name: pa.array([], pa.string()) for name in columns[:1]})]
        for key in keys:
            table = self._columns(key, columns)
            tables.append(table.filter(wanted(table)))
        joined = pa.concat_tables(
            [table.replace_schema_metadata(None) for table in tables], promote_options="permissive"
        )
        return joined.combine_chunks()

    def _supply(self, keys: Sequence[str], now: datetime) -> Supply:
        """Return the forecast of today and later."""
        today = pa.scalar(day_of(now), pa.date32())
        return supply_in(
            self._table(keys, SUPPLY, lambda table: pc.greater_equal(table.column("date"), today))
        )

    def _audiences(self, keys: Sequence[str]) -> Audiences:
        """Return the last row of each audience; files from the newest back."""
        found = NOBODY
        for key in reversed(keys):
            found = found.with_older(audiences_in(self._columns(key, AUDIENCES)))
        return found

    def _keys(self, dataset: str) -> list[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=f"{dataset}/"
        )
        return sorted(found["Key"] for page in pages for found in page.get("Contents", []))

    def _columns(self, key: str, columns: Sequence[str]) -> pa.Table:
        try:
            body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._client.exceptions.NoSuchKey as error:
            raise AcceptedGoneError(key) from error
        file = pq.ParquetFile(io.BytesIO(body))
        return file.read([name for name in columns if name in file.schema_arrow.names])


def _by_dataset(accepted_keys: Sequence[str]) -> dict[str, list[str]]:
    """Return keys by dataset, older before newer."""
    found: dict[str, list[str]] = defaultdict(list)
    for key in sorted(accepted_keys):
        found[read_accepted_key(key).dataset].append(key)
    return found
