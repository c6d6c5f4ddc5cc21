"""Noun drop: the tracks that accepted drops have named."""

import io

import boto3
import pyarrow as pa
import pyarrow.parquet as pq

from shared.drop.catalogues import Catalogue
from shared.drop.datasets import TRACKS


class CatalogueStore:
    """Accepted drops of the dataset tracks."""

    def __init__(self, accepted_bucket: str) -> None:
        """Name the bucket of accepted data."""
        self._bucket = accepted_bucket
        self._client = boto3.client("s3")

    def read(self) -> Catalogue:
        """Return every track that was ever accepted."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=f"{TRACKS.name}/"
        )
        keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
        tables = [pa.table({"track_id": pa.array([], pa.string())}), *map(self._tracks, keys)]
        return Catalogue(pa.concat_tables(tables).column("track_id"))

    def _tracks(self, key: str) -> pa.Table:
        body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        found = pq.read_table(io.BytesIO(body), columns=["track_id"])
        return found.replace_schema_metadata(None)
