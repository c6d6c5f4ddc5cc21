"""Noun plan: reading the accepted drops of delivery."""

import io
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
from botocore.config import Config

from shared.plan.deliveries import NOTHING_REPORTED, REPORTED, reported_by, standing

PREFIX = "delivery/"
READERS = 16
DROPS_AT_ONCE = 64  # read and folded together, so that memory grows with keys and not with drops


class DeliveryStore:
    """Accepted drops of delivery; their keys sort by order.

    Accepted objects never change, so what was read once is kept; only a drop that is not behind
    all of those makes it read all again.
    """

    def __init__(self, accepted_bucket: str) -> None:
        """Name the bucket of accepted data."""
        self._bucket = accepted_bucket
        self._client = boto3.client("s3", config=Config(max_pool_connections=READERS))
        self._kept: tuple[pa.Table, list[str]] = (NOTHING_REPORTED, [])

    def standing(self) -> tuple[pa.Table, list[str]]:
        """Return the rows of all drops that no later one replaces, and the drops' keys."""
        keys = self._keys()
        stands, known = self._kept
        if keys[: len(known)] != known:
            stands, known = NOTHING_REPORTED, []
        left = iter(keys[len(known) :])
        with ThreadPoolExecutor(READERS) as readers:
            while part := list(islice(left, DROPS_AT_ONCE)):
                stands = standing([stands, *readers.map(self.reported, part)])
        self._kept = stands, keys
        return self._kept

    def reported(self, key: str) -> pa.Table:
        """Return the rows of one drop; the file's metadata say whose they are."""
        body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        file = pq.ParquetFile(io.BytesIO(body))
        names = file.schema_arrow.names
        rows = file.read([field.name for field in REPORTED if field.name in names])
        return reported_by(file.schema_arrow.metadata[b"producer"].decode(), rows)

    def _keys(self) -> list[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=PREFIX
        )
        return sorted(found["Key"] for page in pages for found in page.get("Contents", []))
