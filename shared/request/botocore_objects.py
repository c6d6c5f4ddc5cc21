"""Noun request: objects of S3, read by botocore."""

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.request.budgets import TimeBudget
from shared.request.objects import ObjectError


class BotocoreObjects:
    """Objects by boto3's client: for what ours does not speak, such as proxies, and for moto."""

    def __init__(self) -> None:
        """Make the client."""
        quick = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 2})
        self._client = boto3.client("s3", config=quick)

    def get(self, bucket: str, key: str, budget: TimeBudget) -> bytes:
        """Return an object's bytes, as `Objects` says; a call that began is not cut short."""
        if budget.left_s <= 0:
            raise ObjectError(f"There was no time left for {key}.")
        try:
            return self._client.get_object(Bucket=bucket, Key=key)["Body"].read()
        except (BotoCoreError, ClientError) as error:
            raise ObjectError(f"S3 did not give {key}: {error}") from error
