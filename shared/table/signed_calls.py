"""Noun table: calls of DynamoDB's API signed and sent by ourselves.

What botocore does for any service of AWS costs several times the CPU of what one JSON service needs
(docs/benchmarks.md).
"""

from collections import deque
from collections.abc import Mapping
from time import sleep
from typing import Any
from zlib import crc32

import msgspec

from shared.request.budgets import TimeBudget
from shared.request.connections import Answer, BrokenAnswerError, Connection
from shared.request.services import Service
from shared.request.waits import chance_wait_s
from shared.table.calls import OutOfTimeError, call_error
from shared.table.paces import Pace

ANSWER_TIMEOUT_S = 5.0
FIRST_WAIT_S, LONGEST_WAIT_S = 0.05, 5.0
THROTTLED = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
    }
)
PASSING = THROTTLED | {
    "InternalServerError",
    "ServiceUnavailable",
    "TransactionInProgressException",
}


class SignedCalls:
    """Calls over connections of its own, kept open, as many at once as the pace allows."""

    def __init__(
        self, service: Service, most_at_once: int, answer_timeout_s: float = ANSWER_TIMEOUT_S
    ) -> None:
        """Send calls there, and wait for an answer so long before asking again."""
        self._service, self._answer_timeout_s = service, answer_timeout_s
        self._open: deque[Connection] = deque()
        self._encoder = msgspec.json.Encoder()
        self.pace = Pace(most_at_once)

    def call(
        self, operation: str, request: Mapping[str, Any], budget: TimeBudget
    ) -> dict[str, Any]:
        """Send one call, as `Calls` says; waits grow twofold, each by chance up to its longest."""
        if budget.left_s <= 0:
            raise OutOfTimeError(f"There was no time left for {operation}.")
        body = self._encoder.encode(request)
        longest_s = FIRST_WAIT_S
        while True:
            try:
                with self.pace.turn(budget):
                    answer = self._exchange(operation, body, budget)
                told = _told(answer)
                if answer.status == 200:
                    self.pace.speed_up()
                    return told
                problem = "this machine's clock was wrong"
                if not self._service.clock.is_put_right(answer):
                    problem = self._problem(operation, answer.status, told)
            except OSError as error:
                problem = f"{type(error).__name__}: {error}"
            wait_s = chance_wait_s(longest_s)
            longest_s = min(2 * longest_s, LONGEST_WAIT_S)
            if wait_s >= budget.left_s:
                raise OutOfTimeError(f"DynamoDB did not take {operation} in time: {problem}")
            sleep(wait_s)

    def _problem(self, operation: str, status: int, answer: dict[str, Any]) -> str:
        """Return what went wrong and may pass.

        Raises:
            CallError: it will not pass.
        """
        code = str(answer.get("__type", status)).rpartition("#")[2]
        told = str(answer.get("message") or answer.get("Message") or "")
        if code in THROTTLED:
            self.pace.slow_down()
        if code in PASSING or status >= 500:
            return f"{code}: {told}"
        raise call_error(operation, code, told, answer.get("Item", {}))

    def _exchange(self, operation: str, body: bytes, budget: TimeBudget) -> Answer:
        service = self._service
        headers = service.signer.call_headers(
            operation, body, service.credentials(), service.clock.now()
        )
        this_time = budget.at_most(self._answer_timeout_s)  # to connect, and to be answered
        connection = self._connection(this_time)
        try:
            answer = connection.exchange("POST", "/", headers, body, _s(this_time))
            _check(answer)
        except BaseException:
            connection.close()
            raise
        if answer.headers.get(b"connection", b"").lower() == b"close":
            connection.close()
        else:
            self._open.append(connection)
        return answer

    def _connection(self, budget: TimeBudget) -> Connection:
        while self._open:
            try:
                connection = self._open.pop()
            except IndexError:
                break
            if not connection.is_stale:
                return connection
            connection.close()
        return Connection(self._service.endpoint, _s(budget))


def _s(budget: TimeBudget) -> float:
    return max(budget.left_s, 0.001)  # 0 would mean to wait for nothing, or for ever


def _check(answer: Answer) -> None:
    told = answer.headers.get(b"x-amz-crc32")
    if told and told != str(crc32(answer.body)).encode():
        raise BrokenAnswerError("DynamoDB's answer does not have the checksum that it names.")


def _told(answer: Answer) -> dict[str, Any]:
    try:
        told = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        told = None
    if isinstance(told, dict):
        return told
    if answer.status == 200:
        raise BrokenAnswerError("DynamoDB's answer is no JSON object.")
    return {}
