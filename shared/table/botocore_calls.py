"""Noun table: calls of DynamoDB's API sent by botocore."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.request.budgets import TimeBudget
from shared.table.calls import OutOfTimeError, call_error


class BotocoreCalls:
    """Calls by boto3's client, for what ours does not speak, such as proxies."""

    def __init__(self, most_at_once: int) -> None:
        """Open so many connections at most."""
        self._client = boto3.client(
            "dynamodb",
            config=Config(
                max_pool_connections=most_at_once,
                connect_timeout=2,
                read_timeout=5,
                retries={"mode": "standard", "total_max_attempts": 8},
            ),
        )

    def call(
        self, operation: str, request: Mapping[str, Any], budget: TimeBudget
    ) -> dict[str, Any]:
        """Send one call, as `Calls` says; a call that began in time is not cut short."""
        if budget.left_s <= 0:
            raise OutOfTimeError(f"There was no time left for {operation}.")
        send = getattr(self._client, xform_name(operation))
        try:
            answer = send(**request)
        except ClientError as error:
            told = error.response["Error"]
            item = _as_sent(error.response.get("Item", {}))
            raise call_error(operation, told["Code"], told.get("Message", ""), item) from error
        except BotoCoreError as error:
            raise OutOfTimeError(f"DynamoDB did not take {operation} in time: {error}") from error
        del answer["ResponseMetadata"]
        return dict(_as_sent(answer))


def _as_sent(value: Any) -> Any:
    """Return an answer as DynamoDB sent it, with binary values as base64 text again."""
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, dict):
        return {name: _as_sent(each) for name, each in value.items()}
    return [_as_sent(each) for each in value] if isinstance(value, list) else value
