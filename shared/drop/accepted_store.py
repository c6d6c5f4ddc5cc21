"""Noun drop: the bucket of accepted data."""

import io
from datetime import datetime
from pathlib import Path

import boto3
import pyarrow as pa
import pyarrow.parquet as pq

from shared.drop.ranged_object import RangedObject
from shared.drop.uploads import upload
from shared.request.clients import bounded


class AcceptedBucket:
    """Accepted data, one object a drop, whose keys sort by order."""

    def __init__(self, accepted_bucket: str) -> None:
        """Name the bucket."""
        self._bucket = accepted_bucket
        self._client = boto3.client("s3", config=bounded())

    def upload(self, key: str, body: Path) -> None:
        """Store accepted data from a file; a retry stores the same bytes under the same key."""
        upload(self._client, body, bucket=self._bucket, key=key)

    def read(self, key: str) -> bytes:
        """Return accepted data."""
        return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def keys(
        self, dataset: str, *, since: datetime | None = None, until: datetime | None = None
    ) -> list[str]:
        """Return the keys of a dataset's accepted data, by order; those stored between instants."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=f"{dataset}/"
        )
        return sorted(
            found["Key"]
            for page in pages
            for found in page.get("Contents", [])
            if (until is None or found["LastModified"] <= until)
            and (since is None or found["LastModified"] >= since)
        )

    def open(self, key: str) -> pq.ParquetFile:
        """Return the accepted file under a key; only what is asked of it is read."""
        return pq.ParquetFile(pa.PythonFile(RangedObject(self._client, self._bucket, key)))

    def producer(self, key: str) -> str:
        """Return whose rows stand under a key."""
        return str(self.open(key).schema_arrow.metadata[b"producer"].decode())

    def table(self, key: str) -> pa.Table:
        """Return the accepted rows under a key; the schema's metadata says whose they are."""
        return pq.read_table(io.BytesIO(self.read(key)))
