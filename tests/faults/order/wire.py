"""The wire between the functions' clients and moto: it hears what is said and started.

It stands where moto answers, below botocore's own retries, so that these see what it throws.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse

from tests.integration.messages import envelope

Answer = Callable[[], AWSResponse]
Throws = Callable[[str, Any, Answer], AWSResponse]


@dataclass
class Wire:
    """Takes what is said on the bus, notes the runs that start, and may throw faults.

    ``throws`` is given each call, and how to have it answered; without it all are answered.
    """

    said: list[dict[str, Any]] = field(default_factory=list)
    started: list[dict[str, Any]] = field(default_factory=list)
    throws: Throws | None = None

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Stand in front of moto."""
        moto = BotocoreStubber.__call__

        def answered(stubber: Any, event_name: str, request: Any, **rest: Any) -> Any:
            operation = event_name.removeprefix("before-send.")

            def answer() -> Any:
                if operation.endswith(".PutEvents"):
                    return self._hear(request)
                found = moto(stubber, event_name, request, **rest)
                if operation.endswith(".StartExecution") and found.status_code == 200:
                    self.started.append(json.loads(request.body))
                return found

            return answer() if self.throws is None else self.throws(operation, request, answer)

        patch.setattr(BotocoreStubber, "__call__", answered)

    def _hear(self, request: Any) -> AWSResponse:
        entries = json.loads(request.body)["Entries"]
        for entry in entries:
            detail = json.loads(entry["Detail"])
            event = envelope(entry["DetailType"], detail, source=entry["Source"])
            self.said.append({**event, "id": str(uuid4())})
        taken = [{"EventId": str(uuid4())} for _ in entries]
        return json_answer(request, 200, {"FailedEntryCount": 0, "Entries": taken})


def json_answer(request: Any, status: int, body: dict[str, Any]) -> AWSResponse:
    """Return an answer of a service that speaks JSON."""
    headers = {"content-type": "application/x-amz-json-1.0"}
    return raw_answer(request, status, json.dumps(body).encode(), headers)


def raw_answer(request: Any, status: int, body: bytes, headers: dict[str, str]) -> AWSResponse:
    """Return an answer as botocore reads it."""
    told = {**headers, "content-length": str(len(body))}
    return AWSResponse(request.url, status, told, MockRawResponse(body))
