"""Noun erasure: the list in the bucket of accepted data, its key in a secret."""

from hashlib import blake2b

import boto3
from botocore.exceptions import ClientError

from shared.erasure.erasures import ErasureListError, Erasures, decode_erasures, encode_erasures
from shared.erasure.schema import ERASURES_KEY
from shared.request.clients import bounded

TRIES = 20


class ErasureStore:
    """The list of erased audiences, extended by compare-and-swap.

    Whoever cannot read it, or its key where anybody was erased, must not go on.
    """

    def __init__(self, accepted_bucket: str, key_secret: str) -> None:
        """Name the bucket, and the secret that the key is made of."""
        self._bucket, self._secret = accepted_bucket, key_secret
        self._client = boto3.client("s3", config=bounded())
        self._key = b""

    def read(self) -> Erasures:
        """Return who was erased; the key is read only where anybody was.

        Raises:
            ErasureListError: the list was deleted or is damaged, or the key is another.
        """
        return self._read()[0]

    def add(self, audience_id: str) -> bool:
        """Add an audience; say whether it was not among the erased yet.

        Raises:
            ErasureListError: as `read`; or others kept changing the list.
        """
        for _ in range(TRIES):
            erasures, etag = self._read()
            if erasures.has(audience_id):
                return False
            key = erasures.key or self._read_key()
            body = encode_erasures(Erasures(key, erasures.digests).with_one(audience_id))
            if self._replace(body, etag):
                return True
        raise ErasureListError("Others keep changing the list of erased audiences. Try again.")

    def _read(self) -> tuple[Erasures, str]:
        if not self._is_there():
            return Erasures(), ""
        found = self._client.get_object(Bucket=self._bucket, Key=ERASURES_KEY)
        return decode_erasures(found["Body"].read(), self._read_key()), found["ETag"]

    def _is_there(self) -> bool:
        """Say whether anybody was ever erased; a list that was there and is gone is an error."""
        try:
            self._client.head_object(Bucket=self._bucket, Key=ERASURES_KEY)
        except ClientError as error:
            answer = error.response["ResponseMetadata"]
            if answer["HTTPStatusCode"] != 404:
                raise
            if "x-amz-delete-marker" in answer["HTTPHeaders"]:
                raise ErasureListError(
                    f"The list of erased audiences, {ERASURES_KEY} in {self._bucket}, was deleted. "
                    "Remove its delete marker."
                ) from error
            return False
        return True

    def _replace(self, body: bytes, etag: str) -> bool:
        try:
            if etag:
                self._client.put_object(
                    Bucket=self._bucket, Key=ERASURES_KEY, Body=body, IfMatch=etag
                )
            else:
                self._client.put_object(
                    Bucket=self._bucket, Key=ERASURES_KEY, Body=body, IfNoneMatch="*"
                )
        except ClientError as error:
            if error.response["Error"]["Code"] not in (
                "PreconditionFailed",
                "ConditionalRequestConflict",
            ):
                raise
            return False
        return True

    def _read_key(self) -> bytes:
        if not self._key:
            client = boto3.client("secretsmanager", config=bounded())
            text = client.get_secret_value(SecretId=self._secret)["SecretString"]
            self._key = blake2b(text.encode()).digest()
        return self._key
