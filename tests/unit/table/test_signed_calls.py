"""Calls of our own against a server that answers well, badly, late or not at all."""

import os
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import boto3
import msgspec
import pytest
from botocore.credentials import ReadOnlyCredentials

from shared.request import connections
from shared.request.budgets import TimeBudget
from shared.request.connections import Connection, Endpoint
from shared.request.services import service_at
from shared.table import signed_calls
from shared.table.botocore_calls import BotocoreCalls
from shared.table.calls import CallError, ConditionFailedError, OutOfTimeError
from shared.table.open_calls import open_calls
from shared.table.signed_calls import SignedCalls
from tests.unit.request.answering_server import (
    AnsweringServer,
    Reply,
    answer,
    closed,
    error,
    sent,
)

REQUEST = {"TableName": "t", "Item": {"id": {"S": "ü"}, "row": {"B": b"\x00\xff"}}}
AT_ONCE = 4


@pytest.fixture
def server() -> Iterator[AnsweringServer]:
    with AnsweringServer() as server:
        yield server


@pytest.fixture
def calls(server: AnsweringServer, monkeypatch: pytest.MonkeyPatch) -> SignedCalls:
    monkeypatch.setattr(signed_calls, "FIRST_WAIT_S", 0.001)
    credentials = ReadOnlyCredentials("key", "secret", None)
    return SignedCalls(
        service_at(Endpoint(server.url), "dynamodb", "eu-central-1", lambda: credentials), AT_ONCE
    )


def late(seconds: float) -> Reply:
    def reply(to: socket.socket) -> None:
        time.sleep(seconds)
        answer()(to)

    return reply


def dripped(to: socket.socket) -> None:
    for _ in range(100):
        to.sendall(b"H")
        time.sleep(0.05)


@pytest.mark.parametrize(
    "bad",
    [
        error("ProvisionedThroughputExceededException"),
        error("ThrottlingException"),
        error("InternalServerError", 500),
        answer(b"<html>busy</html>", 503),
        answer(b'{"Attributes":{}}', x_amz_crc32="1"),
        answer(b"not JSON"),
        answer(b"[]"),
        closed(),
        closed(b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{"),
        sent(b"SSH-2.0-OpenSSH\r\n\r\n"),
        sent(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"),
        sent(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}{}"),
        sent(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 20_000),
    ],
    ids=lambda _: "",
)
def test_what_may_pass_is_asked_again(
    server: AnsweringServer, calls: SignedCalls, bad: Reply
) -> None:
    server.replies = [bad, bad, answer(b'{"Attributes":{"n":{"N":"1"}}}')]

    found = calls.call("PutItem", REQUEST, TimeBudget(5))

    assert found == {"Attributes": {"n": {"N": "1"}}}
    assert len(server.requests) == 3
    assert len(set(server.bodies())) == 1


def test_what_stays_wrong_is_said_at_once(server: AnsweringServer, calls: SignedCalls) -> None:
    server.replies = [
        error("ConditionalCheckFailedException"),
        error("ValidationException"),
        answer(b"", 403),
    ]

    with pytest.raises(ConditionFailedError):
        calls.call("PutItem", REQUEST, TimeBudget(5))
    with pytest.raises(CallError, match="refused PutItem with ValidationException: why") as refused:
        calls.call("PutItem", REQUEST, TimeBudget(5))
    assert refused.value.code == "ValidationException"
    with pytest.raises(CallError, match="403"):
        calls.call("PutItem", REQUEST, TimeBudget(5))
    assert server.connections == 1


@pytest.mark.parametrize("reply", [error("ThrottlingException"), late(3), dripped])
def test_a_call_ends_with_its_budget(
    server: AnsweringServer, calls: SignedCalls, reply: Reply
) -> None:
    server.replies = [reply] * 1000
    began = time.monotonic()

    with pytest.raises(OutOfTimeError, match="did not take PutItem in time: "):
        calls.call("PutItem", REQUEST, TimeBudget(0.3))

    assert time.monotonic() - began < 1


def test_nobody_there_is_said_with_its_cause(calls: SignedCalls, server: AnsweringServer) -> None:
    server.close()
    time.sleep(0.05)

    with pytest.raises(OutOfTimeError, match="ConnectionRefusedError"):
        calls.call("PutItem", REQUEST, TimeBudget(0.2))


def test_connections_stay_open_until_they_are_old_or_told_to_close(
    server: AnsweringServer, calls: SignedCalls, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        calls.call("PutItem", REQUEST, TimeBudget(5))
    assert server.connections == 1

    monkeypatch.setattr(connections, "IDLE_S", -1.0)
    calls.call("PutItem", REQUEST, TimeBudget(5))
    assert server.connections == 2

    monkeypatch.undo()
    server.replies = [answer(connection="close")]
    calls.call("PutItem", REQUEST, TimeBudget(5))
    calls.call("PutItem", REQUEST, TimeBudget(5))
    assert server.connections == 3


def test_throttling_lowers_the_calls_at_once_and_success_raises_them(
    server: AnsweringServer, calls: SignedCalls
) -> None:
    server.replies = [error("ThrottlingException")] * 40

    with ThreadPoolExecutor(AT_ONCE) as pool:
        slow = [pool.submit(calls.call, "PutItem", REQUEST, TimeBudget(20)) for _ in range(AT_ONCE)]
        assert all(each.result() == {} for each in slow)
    assert calls.pace.at_once < AT_ONCE

    for _ in range(AT_ONCE * AT_ONCE):
        calls.call("PutItem", REQUEST, TimeBudget(5))
    assert calls.pace.at_once == AT_ONCE


def test_no_more_calls_than_allowed_are_under_way(
    server: AnsweringServer, calls: SignedCalls
) -> None:
    server.replies = [late(0.01) for _ in range(60)]

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: calls.call("PutItem", REQUEST, TimeBudget(20)), range(60)))

    assert server.most_at_once == AT_ONCE == server.connections


def test_both_senders_ask_the_same_and_understand_the_same(
    server: AnsweringServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_DEFAULT_REGION", "eu-central-1"),
        ("AWS_ENDPOINT_URL_DYNAMODB", server.url),
    ):
        monkeypatch.setenv(name, value)
    boto3.setup_default_session()
    row = answer(b'{"Attributes":{"row":{"B":"AP8="},"m":{"M":{"B":{"N":"1"}}},"l":{"L":[]}}}')
    refusal = error("ConditionalCheckFailedException", stands=b'{"row":{"B":"AP8="}}')
    server.replies = [row, refusal, row, refusal]

    found, standing = [], []
    for sender in ("signed", "botocore"):
        calls = open_calls({**os.environ, "AWS_REQUESTS": sender}, AT_ONCE)
        found.append(calls.call("PutItem", REQUEST, TimeBudget(5)))
        with pytest.raises(ConditionFailedError) as failed:
            calls.call("PutItem", REQUEST, TimeBudget(5))
        standing.append(failed.value.item)

    first, _, second, _ = map(msgspec.json.decode, server.bodies())
    assert (
        first
        == second
        == {
            "TableName": "t",
            "Item": {"id": {"S": "ü"}, "row": {"B": "AP8="}},
        }
    )
    assert found[0] == found[1]
    assert standing == [{"row": {"B": "AP8="}}] * 2
    assert found[0]["Attributes"]["row"] == {"B": "AP8="}
    with pytest.raises(OutOfTimeError, match="no time left"):
        BotocoreCalls(1).call("PutItem", REQUEST, TimeBudget(-1))


def test_an_unknown_sender_and_missing_credentials_are_said() -> None:
    with pytest.raises(ValueError, match="set it to signed or botocore"):
        open_calls({"AWS_REQUESTS": "curl"}, 1)
    with pytest.raises(LookupError, match="without a region"):
        open_calls({}, 1)
    with pytest.raises(LookupError, match="without credentials"):
        open_calls({"AWS_DEFAULT_REGION": "eu-central-1"}, 1)


def test_an_answer_that_hangs_is_given_up_for_another_while_the_budget_lasts(
    server: AnsweringServer,
) -> None:
    credentials = ReadOnlyCredentials("key", "secret", None)
    service = service_at(Endpoint(server.url), "dynamodb", "eu-central-1", lambda: credentials)
    calls = SignedCalls(service, 1, answer_timeout_s=0.1)
    server.replies = [late(3), answer(b'{"Item":{}}')]

    begun = time.monotonic()
    found = calls.call("GetItem", REQUEST, TimeBudget(2))

    assert found == {"Item": {}}
    assert time.monotonic() - begun < 1


def test_connecting_takes_no_longer_than_an_answer_may(
    server: AnsweringServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[float] = []

    class Timed(Connection):
        def __init__(self, endpoint: Endpoint, timeout_s: float) -> None:
            given.append(timeout_s)
            super().__init__(endpoint, timeout_s)

    monkeypatch.setattr(signed_calls, "Connection", Timed)
    credentials = ReadOnlyCredentials("key", "secret", None)
    service = service_at(Endpoint(server.url), "dynamodb", "eu-central-1", lambda: credentials)

    SignedCalls(service, 1, answer_timeout_s=0.4).call("PutItem", REQUEST, TimeBudget(60))

    assert 0 < given[0] <= 0.4


def test_a_wrong_clock_is_put_right_by_the_first_refusal(
    server: AnsweringServer, calls: SignedCalls
) -> None:
    body = b'{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"expired"}'
    refusal = answer(body, 400, date="Wed, 02 Jan 2030 03:04:05 GMT")
    server.replies = [refusal, answer(b'{"Item":{}}'), refusal]

    assert calls.call("GetItem", REQUEST, TimeBudget(5)) == {"Item": {}}
    with pytest.raises(CallError, match="expired"):
        calls.call("GetItem", REQUEST, TimeBudget(5))

    signed = [b"x-amz-date: 20300102T0304" in request for request in server.requests]
    assert signed == [False, True, True]
    assert len(set(server.bodies())) == 1


def test_a_refusal_at_the_right_time_changes_no_clock(
    server: AnsweringServer, calls: SignedCalls
) -> None:
    now = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    server.replies = [answer(b"{}", 403, date=now), answer(b"{}", 403, date="some day")]

    for _ in range(2):
        with pytest.raises(CallError):
            calls.call("GetItem", REQUEST, TimeBudget(5))
    assert len(server.requests) == 2
