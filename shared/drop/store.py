"""Noun drop: the bucket of drops."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import boto3
from botocore.exceptions import ClientError

from shared.drop.drops import UNVERSIONED, ObjectVersion, drop_id_of
from shared.drop.redacted_copies import copy_key, read_metadata, version_of_copy
from shared.drop.schema import REDACTED_PREFIX
from shared.drop.time_limits import check_time
from shared.request.budgets import TimeBudget
from shared.request.clients import bounded

BLOCK = 1 << 20
DROPS_PREFIX = "drops/"


@dataclass(frozen=True)
class ObjectReference:
    """An object that an event names; the version is empty where the event names none."""

    bucket: str
    key: str
    version_id: str = ""

    @property
    def drop_id(self) -> str:
        """Return the drop's id, empty where the event names no version."""
        return drop_id_of(self.bucket, self.key, self.version_id) if self.version_id else ""


class DropBucket:
    """Dropped files, read by version."""

    def __init__(self, drop_bucket: str) -> None:
        """Name the bucket."""
        self.name = drop_bucket
        self._client = boto3.client("s3", config=bounded())

    def describe(self, reference: ObjectReference) -> ObjectVersion | None:
        """Return the version that an event means, or its redacted copy; None where it is gone."""
        bucket, key, version_id = self.name, reference.key, reference.version_id
        try:
            if version_id:
                head = self._client.head_object(Bucket=bucket, Key=key, VersionId=version_id)
            else:
                head = self._client.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 404, 405):
                return self._copy(copy_key(key, version_id)) if version_id else None
            raise
        return ObjectVersion(
            bucket=self.name,
            key=reference.key,
            version_id=head.get("VersionId") or reference.version_id or UNVERSIONED,
            last_modified=head["LastModified"],
            size=head["ContentLength"],
        )

    def versions(self, prefix: str = DROPS_PREFIX) -> Iterator[ObjectVersion]:
        """Yield every version of every dropped file under a prefix, by key, the newest first."""
        pages = self._client.get_paginator("list_object_versions").paginate(
            Bucket=self.name, Prefix=prefix
        )
        for page in pages:
            for found in page.get("Versions", []):
                yield ObjectVersion(
                    self.name,
                    found["Key"],
                    found["VersionId"],
                    found["LastModified"],
                    found["Size"],
                )

    def redacted(self, prefix: str) -> Iterator[ObjectVersion]:
        """Yield the versions of dropped files under a prefix that copies stand for."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self.name, Prefix=f"{REDACTED_PREFIX}{prefix}"
        )
        keys = (found["Key"] for page in pages for found in page.get("Contents", []))
        yield from filter(None, map(self._copy, keys))

    def _copy(self, key: str) -> ObjectVersion | None:
        try:
            head = self._client.head_object(Bucket=self.name, Key=key)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return None
            raise
        return version_of_copy(self.name, key, head["Metadata"], head["ContentLength"])

    @contextmanager
    def fetched(
        self, version: ObjectVersion, above: Path, budget: TimeBudget | None
    ) -> Iterator[tuple[Path, str]]:
        """Give a version's bytes as a file below a folder, with their SHA-256 in hex.

        Of a redacted copy it is that of the bytes that were dropped.

        Raises:
            RefusedFileError: they do not come within the budget (time_limit).
        """
        with tempfile.TemporaryDirectory(dir=above) as folder:
            path, digest = Path(folder) / "drop", sha256()
            bucket, key, version_id = self.name, version.key, version.version_id
            if version.copy_key:
                answer = self._client.get_object(Bucket=bucket, Key=version.copy_key)
            elif version_id == UNVERSIONED:
                answer = self._client.get_object(Bucket=bucket, Key=key)
            else:
                answer = self._client.get_object(Bucket=bucket, Key=key, VersionId=version_id)
            with path.open("wb") as file:
                for block in answer["Body"].iter_chunks(BLOCK):
                    check_time(budget)
                    digest.update(block)
                    file.write(block)
            copied = version.copy_key and read_metadata(answer["Metadata"]).sha256
            yield path, copied or digest.hexdigest()
