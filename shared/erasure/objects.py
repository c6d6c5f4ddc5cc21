"""Noun erasure: every version of the objects of a bucket, to look into and to remove."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from shutil import copyfileobj

import boto3

from shared.request.clients import bounded

BLOCK = 1 << 20


@dataclass(frozen=True)
class StoredVersion:
    """One version of an object."""

    key: str
    version_id: str
    is_latest: bool
    size: int


class VersionedBucket:
    """A bucket of which nothing but what is asked for is removed."""

    def __init__(self, name: str) -> None:
        """Name it."""
        self.name = name
        self._client = boto3.client("s3", config=bounded())

    def versions(self, prefix: str = "") -> Iterator[tuple[str, list[StoredVersion]]]:
        """Yield each key under a prefix with its versions, the newest first."""
        pages = self._client.get_paginator("list_object_versions").paginate(
            Bucket=self.name, Prefix=prefix
        )
        every = (
            StoredVersion(found["Key"], found["VersionId"], found["IsLatest"], found["Size"])
            for page in pages
            for found in page.get("Versions", [])
        )
        for key, found in groupby(every, lambda version: version.key):
            yield key, list(found)

    def fetch(self, version: StoredVersion, into: Path) -> Path:
        """Write a version's bytes to a file, and return it."""
        found = self._client.get_object(
            Bucket=self.name, Key=version.key, VersionId=version.version_id
        )
        with into.open("wb") as file:
            copyfileobj(found["Body"], file, BLOCK)
        return into

    def read(self, key: str, version_id: str = "") -> bytes | None:
        """Return a version of an object, the newest unless told; None where there is none."""
        try:
            if version_id:
                found = self._client.get_object(Bucket=self.name, Key=key, VersionId=version_id)
            else:
                found = self._client.get_object(Bucket=self.name, Key=key)
        except self._client.exceptions.NoSuchKey:
            return None
        return found["Body"].read()

    def metadata(self, version: StoredVersion) -> Mapping[str, str]:
        """Return what an object says of itself."""
        found = self._client.head_object(
            Bucket=self.name, Key=version.key, VersionId=version.version_id
        )
        return found["Metadata"]

    def replace(
        self, version: StoredVersion, body: Path, metadata: Mapping[str, str] | None = None
    ) -> None:
        """Put a file in the place of an object's newest version, and remove that one."""
        self.put(version.key, body, metadata)
        if version.version_id != "null":  # without versions it is gone already
            self.remove(version)

    def put(self, key: str, body: Path, metadata: Mapping[str, str] | None = None) -> None:
        """Put a file."""
        with body.open("rb") as file:
            self._client.put_object(
                Bucket=self.name, Key=key, Body=file, Metadata=dict(metadata or {})
            )

    def remove(self, version: StoredVersion) -> None:
        """Remove a version for good."""
        self._client.delete_object(Bucket=self.name, Key=version.key, VersionId=version.version_id)
