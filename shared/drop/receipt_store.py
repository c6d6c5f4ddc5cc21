"""Noun drop: the bucket of receipts, of rejected rows and of notes of duplicates."""

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
from botocore.exceptions import ClientError

from shared.drop.drops import Drop
from shared.drop.receipts import Receipt, decode_receipt, encode_receipt, receipt_key
from shared.drop.store import ObjectReference
from shared.drop.uploads import upload
from shared.request.clients import bounded

RECEIPTS_PREFIX = "receipts/"
DUPLICATES_PREFIX = "duplicates/"


class ReceiptBucket:
    """Receipts, written once."""

    def __init__(self, receipt_bucket: str) -> None:
        """Name the bucket."""
        self._bucket = receipt_bucket
        self._client = boto3.client("s3", config=bounded())

    def has(self, drop_id: str, judgement: int) -> bool:
        """Say whether a judgement has its receipt."""
        try:
            self._client.head_object(Bucket=self._bucket, Key=receipt_key(drop_id, judgement))
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return False
            raise
        return True

    def judged(self) -> set[str]:
        """Return the ids of drops whose first judgement has its receipt."""
        return {
            key.removeprefix(RECEIPTS_PREFIX).removesuffix("-0.json")
            for key in self._keys()
            if key.endswith("-0.json")
        }

    def all(self) -> Iterator[Receipt]:
        """Return every receipt, in no order."""
        for key in self._keys():
            body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
            yield decode_receipt(body.read())

    def _keys(self) -> Iterator[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=RECEIPTS_PREFIX
        )
        return (found["Key"] for page in pages for found in page.get("Contents", []))

    def upload(self, key: str, body: Path) -> None:
        """Store a file of rejected rows; a retry stores the same bytes."""
        upload(self._client, body, bucket=self._bucket, key=key)

    def note_duplicate(self, drop: Drop, sha256: str) -> None:
        """Note the version of a duplicate, which counts where an older drop comes after all."""
        version = drop.version
        named = {"key": version.key, "version_id": version.version_id, "sha256": sha256}
        body = json.dumps(named).encode()
        key = f"{_duplicates_folder(drop)}{drop.order}"
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body)

    def duplicates_after(self, drop: Drop) -> list[ObjectReference]:
        """Return later duplicates of a drop's producer and as_of; of equal ones the last."""
        folder = _duplicates_folder(drop)
        prefix = f"{folder}{drop.order.partition('-')[0]}-"
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix, StartAfter=f"{folder}{drop.order}"
        )
        found = [each["Key"] for page in pages for each in page.get("Contents", [])]
        bodies = (self._client.get_object(Bucket=self._bucket, Key=key)["Body"] for key in found)
        last = {each["sha256"]: each for each in (json.loads(body.read()) for body in bodies)}
        bucket = drop.version.bucket
        return [ObjectReference(bucket, e["key"], e["version_id"]) for e in last.values()]

    def put(self, receipt: Receipt) -> None:
        """Write a receipt; one that is there already stays as it is."""
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=receipt_key(receipt.drop_id, receipt.judgement),
                Body=encode_receipt(receipt),
                ContentType="application/json",
                IfNoneMatch="*",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "PreconditionFailed":
                raise


def _duplicates_folder(drop: Drop) -> str:
    return f"{DUPLICATES_PREFIX}{drop.dataset.name}/{drop.producer}/"
