"""Noun drop: an object in S3 as a file of which only what is asked for is read."""

import io
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from typing_extensions import Buffer


class RangedObject(io.RawIOBase):
    """A seekable file over one object that never changes; each read is one ranged GET."""

    def __init__(self, client: "S3Client", bucket: str, key: str, size: int | None = None) -> None:
        """Learn the object's size, if it is not given."""
        super().__init__()
        self._client, self._bucket, self._key = client, bucket, key
        self._size = size or client.head_object(Bucket=bucket, Key=key)["ContentLength"]
        self._at = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to an offset from the start, from here or from the end, and return it."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        """Return the offset of the next byte."""
        return self._at

    def readinto(self, buffer: "Buffer") -> int:
        """Fill a buffer as far as the object reaches, and return how many bytes that were."""
        view = memoryview(buffer).cast("B")
        end = min(self._at + len(view), self._size)
        if end <= self._at:
            return 0
        answer = self._client.get_object(
            Bucket=self._bucket, Key=self._key, Range=f"bytes={self._at}-{end - 1}"
        )
        body = answer["Body"].read()
        view[: len(body)] = body
        self._at += len(body)
        return len(body)
