"""Noun drop: where claims on audiences stand: objects in S3, pointers to them in the table."""

from hashlib import blake2b

import boto3
import pyarrow as pa
import pyarrow.parquet as pq

from shared.drop.claim_pointers import ClaimPointers
from shared.drop.claims import NO_CLAIMS, Claims, decode_claims, encode_claims
from shared.drop.ranged_object import RangedObject
from shared.request.clients import bounded

PREFIX = "claims/"


class ClaimStore:
    """Claims by shard, replaced by compare-and-swap."""

    def __init__(self, accepted_bucket: str, pointers: ClaimPointers) -> None:
        """Name the bucket; pointers stand in the table of drops."""
        self._bucket, self._pointers = accepted_bucket, pointers
        self._client = boto3.client("s3", config=bounded())

    def read(self, shard: int) -> tuple[Claims, str]:
        """Return the claims of a shard, and the key that they stand under, empty before any."""
        key = self._pointers.key(shard)
        if not key:
            return NO_CLAIMS, ""
        body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return decode_claims(body), key

    def replace(self, shard: int, before: str, claims: Claims) -> bool:
        """Put claims in the place of those under the key ``before``; say whether they were that."""
        body = encode_claims(claims)
        digest = blake2b(body, digest_size=16).hexdigest()
        key = f"{PREFIX}{shard:02}/{digest}.parquet"
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body)
        return self._pointers.move(shard, before, key)

    def point_to_largest(self) -> int:
        """Point each shard without claims to the most that it ever had; return how many shards.

        Claims only grow, so these are the newest, but for some of a judgement that was cut short.
        """
        largest: dict[int, tuple[int, str]] = {}
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=PREFIX
        )
        for key in (found["Key"] for page in pages for found in page.get("Contents", [])):
            shard = int(key.removeprefix(PREFIX).partition("/")[0])
            file = pq.ParquetFile(pa.PythonFile(RangedObject(self._client, self._bucket, key)))
            largest[shard] = max(largest.get(shard, (-1, "")), (file.metadata.num_rows, key))
        return sum(self._pointers.move(shard, "", key) for shard, (_, key) in largest.items())
