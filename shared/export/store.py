"""Noun export: the bucket of exports."""

import boto3

from shared.export.exports import (
    ExportManifest,
    decode_manifest,
    encode_manifest,
    manifest_key,
)
from shared.request.clients import bounded


class ExportBucket:
    """Files of exports and their manifests. Writing one again changes nothing."""

    def __init__(self, export_bucket: str) -> None:
        """Name the bucket."""
        self._bucket = export_bucket
        self._client = boto3.client("s3", config=bounded())

    def put_file(self, key: str, body: bytes) -> None:
        """Store a file of an export."""
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body)

    def put_manifest(self, manifest: ExportManifest) -> None:
        """Store the manifest of an export whose files are all there."""
        body = encode_manifest(manifest)
        self._client.put_object(
            Bucket=self._bucket, Key=manifest_key(manifest.export_id), Body=body
        )

    def manifest(self, export_id: str) -> ExportManifest | None:
        """Return the manifest of an export, None while it is not whole."""
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=manifest_key(export_id))
        except self._client.exceptions.NoSuchKey:
            return None
        return decode_manifest(found["Body"].read())
