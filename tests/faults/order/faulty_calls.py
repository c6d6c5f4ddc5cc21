"""Faults of AWS's APIs, thrown below botocore's own retries: as clients meet them, at random."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from threading import Lock
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from tests.faults.order.wire import Answer, json_answer, raw_answer

THROTTLED = {
    "dynamodb": "ProvisionedThroughputExceededException",
    "eventbridge": "ThrottlingException",
    "sfn": "ThrottlingException",
}
CANCELLED = "TransactionCanceledException"
CONFLICT = "Transaction cancelled, please refer cancellation reasons for specific reasons [None]"


@dataclass
class FaultyCalls:
    """Throws a fault at a share of all calls while ``is_on``, and counts the faults by kind."""

    random: Random
    share: float
    is_on: bool = False
    thrown: Counter[str] = field(default_factory=Counter)
    turn: Any = field(default_factory=Lock, repr=False)

    def __call__(self, operation: str, request: Any, answer: Answer) -> AWSResponse:
        """Answer a call, or throw one of the faults that its operation has."""
        with self.turn:
            if not self.is_on or self.random.random() >= self.share:
                fault = None
            else:
                own = OWN.get(operation.rpartition(".")[2], ())
                fault = self.random.choice((*EVERYWHERE, *own))
                self.thrown[fault.__name__] += 1
        return answer() if fault is None else fault(operation, request, answer)


def throttled(operation: str, request: Any, answer: Answer) -> AWSResponse:
    """Refuse a call for now, in the service's own words."""
    service = operation.partition(".")[0]
    if service == "s3":
        return _s3_error(request, 503, "SlowDown")
    return json_answer(request, 400, {"__type": THROTTLED[service], "message": "Slow down."})


def failed_inside(operation: str, request: Any, answer: Answer) -> AWSResponse:
    """Fail as a service does that is ill."""
    if operation.startswith("s3."):
        return _s3_error(request, 500, "InternalError")
    return json_answer(request, 500, {"__type": "InternalServerError", "message": "Ill."})


def never_sent(operation: str, request: Any, answer: Answer) -> AWSResponse:
    """Wait too long for a connection."""
    raise ConnectTimeoutError(endpoint_url=request.url)


def answer_lost(operation: str, request: Any, answer: Answer) -> AWSResponse:
    """Do what was asked, and lose the answer."""
    answer()
    raise ReadTimeoutError(endpoint_url=request.url)


def entries_refused(operation: str, request: Any, answer: Answer) -> AWSResponse:
    """Refuse all entries of an event batch but the first of several."""
    entries = json.loads(request.body)["Entries"]
    kept, refused = entries[: len(entries) // 2], entries[len(entries) // 2 :]
    if kept:
        request.body = json.dumps({"Entries": kept}).encode()
        answer()
    told = [{"EventId": "taken"}] * len(kept) + [{"ErrorCode": "InternalFailure"}] * len(refused)
    return json_answer(request, 200, {"FailedEntryCount": len(refused), "Entries": told})


def keys_unprocessed(operation: str, request: Any, answer: Answer) -> AWSResponse:
    """Answer for no key but the first half of those asked for."""
    body = request.body
    asked = json.loads(body)
    now: dict[str, Any] = {}
    left: dict[str, Any] = {}
    for table, wanted in asked["RequestItems"].items():
        keys, half = wanted["Keys"], len(wanted["Keys"]) // 2
        left[table] = {**wanted, "Keys": keys[half:]}
        if half:
            now[table] = {**wanted, "Keys": keys[:half]}
    told: dict[str, Any] = {"Responses": {}}
    if now:
        request.body = json.dumps({**asked, "RequestItems": now}).encode()
        told = json.loads(answer().content)
        request.body = body  # as botocore sends it again
    return json_answer(request, 200, {**told, "UnprocessedKeys": left})


def transaction_in_conflict(operation: str, request: Any, answer: Answer) -> AWSResponse:
    """Cancel a transaction for another that is under way."""
    many = len(json.loads(request.body)["TransactItems"])
    reasons = [{"Code": "TransactionConflict"}, *[{"Code": "None"}] * (many - 1)]
    told = {"__type": CANCELLED, "message": CONFLICT, "CancellationReasons": reasons}
    return json_answer(request, 400, told)


Fault = Callable[[str, Any, Answer], AWSResponse]
EVERYWHERE: tuple[Fault, ...] = (throttled, failed_inside, never_sent, answer_lost)
OWN: dict[str, tuple[Fault, ...]] = {
    "BatchGetItem": (keys_unprocessed,) * 3,
    "PutEvents": (entries_refused,),
    "TransactWriteItems": (transaction_in_conflict,),
}


def _s3_error(request: Any, status: int, code: str) -> AWSResponse:
    body = f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()
    return raw_answer(request, status, body, {"content-type": "application/xml"})
