"""Noun table: calls of DynamoDB's API, whoever sends them."""

from collections.abc import Mapping
from typing import Any, Protocol

from shared.request.budgets import TimeBudget

CONDITION_FAILED = "ConditionalCheckFailedException"


class CallError(RuntimeError):
    """DynamoDB refused a call; asking again in the same words brings the same answer."""

    def __init__(self, operation: str, code: str, told: str) -> None:
        """Say which call, and what DynamoDB told."""
        super().__init__(f"DynamoDB refused {operation} with {code}: {told}")
        self.code = code


class ConditionFailedError(CallError):
    """The condition of a write did not hold; nothing was written."""

    def __init__(self, operation: str, code: str, told: str, item: Mapping[str, Any]) -> None:
        """Say what stands there, as DynamoDB's JSON; empty where the call did not ask for it."""
        super().__init__(operation, code, told)
        self.item = item


class OutOfTimeError(RuntimeError):
    """The time budget ended without an answer; asking again later may help."""


class Calls(Protocol):
    """Whoever sends calls; may be used by several threads at once."""

    def call(
        self, operation: str, request: Mapping[str, Any], budget: TimeBudget
    ) -> dict[str, Any]:
        """Send one call, again where that may help, and return the answer.

        Request and answer are DynamoDB's JSON, with binary values as bytes in the request and as
        base64 text in the answer.

        Raises:
            ConditionFailedError: the condition of a write did not hold.
            CallError: DynamoDB refused the call.
            OutOfTimeError: there was no answer within the budget.
        """


def call_error(operation: str, code: str, told: str, item: Mapping[str, Any]) -> CallError:
    """Return the error of a code that DynamoDB answered with, and of what it says stands there."""
    if code == CONDITION_FAILED:
        return ConditionFailedError(operation, code, told, item)
    return CallError(operation, code, told)
