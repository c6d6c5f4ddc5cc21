"""Noun drop: putting a file in a bucket, whatever its size."""

from pathlib import Path
from typing import TYPE_CHECKING

from boto3.s3.transfer import TransferConfig

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

IN_PARTS_FROM = 64 << 20


def upload(client: "S3Client", body: Path, *, bucket: str, key: str) -> None:
    """Put a file; a large one in parts, side by side."""
    is_large = body.stat().st_size >= IN_PARTS_FROM
    config = TransferConfig(multipart_threshold=IN_PARTS_FROM, use_threads=is_large)
    client.upload_file(str(body), bucket, key, Config=config)
