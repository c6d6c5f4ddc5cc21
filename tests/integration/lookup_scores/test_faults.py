"""Every fault of DynamoDB and S3 at every call of a lookup: the handler and its own client.

Nothing is replaced: the handler is wired as in Lambda, to a server that answers DynamoDB's
BatchGetItem and S3's GET, and that fails at the call it is told to, once or from then on.
"""

import importlib.util
import json
import socket
import time
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from shared.plan.serving import encode_serving
from shared.score.rows import pack_rows
from tests.integration.messages import http_request
from tests.unit.lookup.hand_made import RELEVANCE, TRACKS, campaign_on, plan_of
from tests.unit.request.answering_server import (
    AnsweringServer,
    Reply,
    answer,
    closed,
    error,
    sent,
)

HANDLER = Path(__file__).parents[3] / "functions" / "lookup_scores" / "handler.py"
BUDGET_S = 0.25
SLACK_S = 1.0  # of a busy machine
QUESTION = {"audience_ids": ["listener-1"], "context": "radio", "track_ids": list(TRACKS)}


def hangs(to: socket.socket) -> None:
    time.sleep(3 * BUDGET_S)


FAULTS: dict[str, Reply] = {
    "throttled": error("ProvisionedThroughputExceededException"),
    "busy": error("InternalServerError", 500),
    "unavailable": answer(b"<html>busy</html>", 503),
    "reset": closed(),
    "cut": closed(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{"),
    "garbage": sent(b"\x00\xff" * 500 + b"\r\n\r\n"),
    "no JSON": answer(b"\x91\x02 no plan, no JSON"),
    "empty": answer(b"{}"),
    "hangs": hangs,
    "refused": error("AccessDeniedException"),
    "forbidden": answer(b"<Error/>", 403),
    "partial": answer(
        b'{"Responses": {"scores": [], "plans": []}, "UnprocessedKeys": {"scores": 3}}'
    ),
}


class Sky:
    """DynamoDB and S3 behind one server; a listener's row, a pointer, and plans."""

    def __init__(self) -> None:
        now = datetime.now(UTC)
        names = ["listener-1"] * len(RELEVANCE)
        _, packed = pack_rows(
            names, list(RELEVANCE), list(RELEVANCE.values()), as_of=now, max_entries=9
        )
        self.row = {
            "audience_id": {"S": "listener-1"},
            "row": {"B": b64encode(packed[0]).decode()},
            "expires_at": {"N": str(int(now.timestamp()) + 3600)},
        }
        now_s = int(now.timestamp())
        campaign = campaign_on(*TRACKS, starts_at_s=now_s - 9, ends_at_s=now_s + 3600)
        self.plan = encode_serving(plan_of(campaign, solved_from_s=now_s).serving)
        self.plan_id = "plan-a"
        self.server = AnsweringServer(self.reply)

    def reply(self, request: bytes) -> Reply:
        """Answer as both services do when all is well."""
        if request.startswith(b"GET "):
            return answer(self.plan)
        pointer = {"item": {"S": "pointer"}, "plan_id": {"S": self.plan_id}}
        there = {"Responses": {"scores": [self.row], "plans": [pointer]}, "UnprocessedKeys": {}}
        return answer(json.dumps(there).encode())


@pytest.fixture
def sky() -> Iterator[Sky]:
    sky = Sky()
    with sky.server:
        yield sky


@pytest.fixture
def handler(sky: Sky, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the handler as a new environment imports it, with budgets that a test can wait for."""
    for name, value in (
        ("AWS_REQUESTS", "signed"),
        ("AWS_ENDPOINT_URL", sky.server.url),
        ("SCORES_TABLE", "scores"),
        ("PLANS_TABLE", "plans"),
        ("PLAN_BUCKET", "plans"),
    ):
        monkeypatch.setenv(name, value)
    spec = importlib.util.spec_from_file_location("lookup_scores_of_this_test", HANDLER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.BUDGET_S = BUDGET_S  # type: ignore[attr-defined]
    return module


def asked(handler: ModuleType, context: Any) -> dict[str, Any]:
    """Ask; whatever happens it is one of three answers, and in time."""
    begun = time.monotonic()
    response = handler.handle(http_request(QUESTION), context)
    assert time.monotonic() - begun < BUDGET_S + SLACK_S
    assert response["headers"]["x-request-id"]
    body = msgspec.json.decode(response["body"])
    if response["statusCode"] == 503:
        assert response["headers"]["retry-after"] == "1"
        return {"kind": "unavailable"}
    assert response["statusCode"] == 200
    if not body["stale"]:
        assert [r["i"] for r in body["results"]] == [0, 1, 2, 3]
        return {"kind": "fresh", "plan_id": body["plan_id"]}
    assert all(r["status"] == "stale" for r in body["results"])
    return {"kind": "stale", "plan_id": body["plan_id"], "results": len(body["results"])}


@pytest.mark.parametrize("call", [0, 1], ids=["BatchGetItem", "GetObject"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_stays_from_a_cold_start_on_is_503_and_passes_with_it(
    sky: Sky, handler: ModuleType, context: Any, fault: str, call: int
) -> None:
    good = [sky.reply(b"POST")] * call
    sky.server.replies = [*good, *[FAULTS[fault]] * 500]

    assert asked(handler, context) == {"kind": "unavailable"}

    sky.server.replies = []
    assert asked(handler, context) == {"kind": "fresh", "plan_id": "plan-a"}


@pytest.mark.parametrize("call", [0, 1], ids=["BatchGetItem", "GetObject"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_stays_is_a_stale_answer_where_a_plan_is_in_memory(
    sky: Sky, handler: ModuleType, context: Any, fault: str, call: int
) -> None:
    asked(handler, context)
    sky.plan_id = "plan-b"
    good = [sky.reply(b"POST")] * call
    sky.server.replies = [*good, *[FAULTS[fault]] * 500]

    found = asked(handler, context)

    assert (found["kind"], found["plan_id"]) == ("stale", "plan-a")
    assert found["results"] == (len(TRACKS) if call else 0)


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        *((0, fault) for fault in ("throttled", "busy", "unavailable", "reset", "cut", "garbage")),
        *((1, fault) for fault in ("busy", "unavailable", "reset", "cut", "garbage")),
    ],
)
def test_a_fault_that_passes_is_not_seen(
    sky: Sky, handler: ModuleType, context: Any, fault: str, call: int
) -> None:
    good = [sky.reply(b"POST")] * call
    handler.BUDGET_S = 5.0  # type: ignore[attr-defined]
    sky.server.replies = [*good, FAULTS[fault]]
    begun = time.monotonic()

    response = handler.handle(http_request(QUESTION), context)

    assert response["statusCode"] == 200
    assert not json.loads(response["body"])["stale"]
    assert time.monotonic() - begun < SLACK_S


def test_while_a_new_plan_does_not_come_few_lookups_wait_for_it(
    sky: Sky, handler: ModuleType, context: Any
) -> None:
    asked(handler, context)
    sky.plan_id = "plan-b"
    sky.plan = b"no plan"

    kinds = [asked(handler, context) for _ in range(20)]

    assert kinds == [{"kind": "stale", "plan_id": "plan-a", "results": len(TRACKS)}] * 20
    gets = [request for request in sky.server.requests if request.startswith(b"GET ")]
    assert len(gets) <= 1 + 2  # the first plan, and once more where the machine is slow
