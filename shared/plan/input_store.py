"""Noun plan: reading the accepted data that a solve works on."""

import io
from collections.abc import Sequence
from datetime import datetime, timedelta

import boto3
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shared.drop.accepted_keys import read_accepted_key
from shared.plan.days import day_of
from shared.plan.deliveries import delivered_by_campaign
from shared.plan.delivery_store import DeliveryStore
from shared.plan.forecasts import Audience, Inputs, LiveScores, Supply, Track
from shared.plan.newest_rows import newest_rows
from shared.score.packed_row import as_of_s


class InputStore:
    """Accepted files by dataset; keys sort by order, and a later row replaces an earlier one."""

    def __init__(self, accepted_bucket: str) -> None:
        """Name the bucket of accepted data."""
        self._bucket = accepted_bucket
        self._client = boto3.client("s3")
        self._deliveries = DeliveryStore(accepted_bucket)

    def read(self, *, score_ttl: timedelta, now: datetime) -> Inputs:
        """Return all inputs as of now; scores older than ``score_ttl`` are absent."""
        tracks, track_keys = self._newest("tracks", ("track_id",))
        audiences, audience_keys = self._newest("audiences", ("audience_id",))
        supply, supply_keys = self._newest("supply", ("audience_id", "context", "date", "market"))
        deliveries = self._deliveries.standing()
        scores, score_keys = self._newest("scores", ("audience_id",), since=now - score_ttl)
        scores = (
            _live(scores, now - score_ttl).sort_by("audience_id") if scores.num_rows else scores
        )
        return Inputs(
            tracks=_tracks(tracks),
            audiences=_audiences(audiences),
            supply=_supply(supply),
            scores=LiveScores(_texts(scores, "audience_id"), _packed(scores)),
            accepted_keys=(
                *(*track_keys, *audience_keys, *supply_keys),
                *(*sorted(deliveries.drops), *score_keys),
            ),
            delivered=delivered_by_campaign(deliveries.rows, day_of(now)),
        )

    def _newest(
        self, dataset: str, key: Sequence[str], since: datetime | None = None
    ) -> tuple[pa.Table, list[str]]:
        keys = [
            k for k in self._keys(dataset) if since is None or read_accepted_key(k).as_of > since
        ]
        if not keys:
            return pa.table({}), []
        table = pa.concat_tables(
            [self._table(k) for k in keys], promote_options="permissive"
        ).combine_chunks()
        return table.take(pa.array(newest_rows(table, key))), keys

    def _keys(self, dataset: str) -> list[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=f"{dataset}/"
        )
        return sorted(found["Key"] for page in pages for found in page.get("Contents", []))

    def _table(self, key: str) -> pa.Table:
        body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return pq.read_table(io.BytesIO(body)).replace_schema_metadata(None)


def _live(scores: pa.Table, since: datetime) -> pa.Table:
    """Return rows whose scores are newer; an audience whose row was taken away has none."""
    scores = scores.filter(pc.is_valid(scores.column("row")))
    oldest = since.timestamp()
    kept = [as_of_s(packed) > oldest for packed in scores.column("row").to_pylist()]
    return scores if all(kept) else scores.filter(pa.array(kept))


def _column(table: pa.Table, name: str) -> list[object]:
    if name not in table.column_names:
        return [None] * table.num_rows
    return table.column(name).to_pylist()  # type: ignore[no-any-return]


def _packed(table: pa.Table) -> tuple[bytes, ...]:
    return tuple(value for value in _column(table, "row") if isinstance(value, bytes))


def _texts(table: pa.Table, name: str) -> tuple[str, ...]:
    return tuple("" if value is None else str(value) for value in _column(table, name))


def _tracks(table: pa.Table) -> dict[str, Track]:
    return {
        track_id: Track(
            licensor_id, tuple(m.strip() for m in markets.split("|") if m.strip()), bool(blocked)
        )
        for track_id, licensor_id, markets, blocked in zip(
            _texts(table, "track_id"),
            _texts(table, "licensor_id"),
            _texts(table, "markets"),
            _column(table, "blocked"),
            strict=True,
        )
    }


def _audiences(table: pa.Table) -> dict[str, Audience]:
    return {
        audience_id: Audience(parent, market, share if isinstance(share, float) else None)
        for audience_id, parent, market, share in zip(
            _texts(table, "audience_id"),
            _texts(table, "parent_id"),
            _texts(table, "market"),
            _column(table, "share"),
            strict=True,
        )
    }


def _supply(table: pa.Table) -> Supply:
    return Supply(
        audience_id=_texts(table, "audience_id"),
        context=_texts(table, "context"),
        market=_texts(table, "market"),
        day=tuple(_column(table, "date")),  # type: ignore[arg-type]
        expected_slots=np.array(_column(table, "expected_slots"), dtype=np.float64),
    )
