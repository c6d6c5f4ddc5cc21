"""Objects put into the drop bucket."""

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from shared.drop.drops import UNVERSIONED, drop_id_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class DroppedFile:
    """A file as it stands in the drop bucket."""

    key: str
    drop_id: str


def put_object(client: "S3Client", bucket: str, key: str, body: bytes | IO[bytes]) -> DroppedFile:
    """Put a file under its key and return its version's id as a drop."""
    answer = client.put_object(Bucket=bucket, Key=key, Body=body)
    return DroppedFile(key, drop_id_of(bucket, key, answer.get("VersionId", UNVERSIONED)))
