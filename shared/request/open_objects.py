"""Verb open_objects: choose who reads objects of S3."""

from typing import Any, Protocol

from shared.request.budgets import TimeBudget
from shared.request.objects import ObjectError, open_signed_objects


class Objects(Protocol):
    """Whoever reads objects of S3."""

    def get(self, bucket: str, key: str, budget: TimeBudget) -> bytes:
        """Return an object's bytes.

        Raises:
            ObjectError: S3 refused, or the budget ended.
        """


class BotocoreObjects:
    """Objects by boto3's client: for what ours does not speak, such as proxies, and for moto."""

    def __init__(self) -> None:
        """Make the client."""
        import boto3  # 100 ms that ours does without
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        quick = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 2})
        self._client: Any = boto3.client("s3", config=quick)
        self._errors = (BotoCoreError, ClientError)

    def get(self, bucket: str, key: str, budget: TimeBudget) -> bytes:
        """Return an object's bytes; a call that began in time is not cut short."""
        if budget.left_s <= 0:
            raise ObjectError(f"There was no time left for {key}.")
        try:
            body: bytes = self._client.get_object(Bucket=bucket, Key=key)["Body"].read()
        except self._errors as error:
            raise ObjectError(f"S3 did not give {key}: {error}") from error
        return body


def open_objects(sender: str) -> Objects:
    """Return objects read by ``signed``, our own requests, or by ``botocore``.

    Raises:
        ValueError: there is no such sender.
    """
    if sender == "signed":
        return open_signed_objects()
    if sender == "botocore":
        return BotocoreObjects()
    raise ValueError(f"AWS_REQUESTS is {sender!r}; set it to signed or botocore.")
