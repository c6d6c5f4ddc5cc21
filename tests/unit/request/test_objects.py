"""Objects of S3 by requests of our own, against a server that answers well, badly or not at all."""

import socket
from collections.abc import Iterator
from time import sleep

import pytest

from shared.request import objects as module
from shared.request.budgets import TimeBudget
from shared.request.connections import Endpoint
from shared.request.credentials import FoundCredentials
from shared.request.endpoints import endpoint_of
from shared.request.objects import ObjectError, SignedObjects
from shared.request.services import service_at
from tests.unit.request.answering_server import AnsweringServer, Reply, answer, closed, sent


@pytest.fixture
def server() -> Iterator[AnsweringServer]:
    with AnsweringServer() as server:
        yield server


@pytest.fixture
def objects(server: AnsweringServer) -> SignedObjects:
    credentials = FoundCredentials("key", "secret", None)
    return SignedObjects(
        service_at(Endpoint(server.url), "s3", "eu-central-1", lambda: credentials)
    )


def test_an_object_is_asked_for_by_its_escaped_key_and_given_whole(
    server: AnsweringServer, objects: SignedObjects
) -> None:
    server.replies = [answer(b"\x00" * 200_000)]

    body = objects.get("bucket", "plans/a b/ü.msgpack", TimeBudget(5))

    assert body == b"\x00" * 200_000
    assert server.requests[0].startswith(b"GET /bucket/plans/a%20b/%C3%BC.msgpack HTTP/1.1\r\n")
    assert b"Credential=key/" in server.requests[0]


@pytest.mark.parametrize("bad", [closed(), answer(b"busy", 503), sent(b"SSH-2.0\r\n\r\n")])
def test_what_may_pass_is_asked_again(
    server: AnsweringServer, objects: SignedObjects, bad: Reply
) -> None:
    server.replies = [bad, answer(b"plan")]

    assert objects.get("bucket", "key", TimeBudget(5)) == b"plan"


def test_a_refusal_is_said_at_once(server: AnsweringServer, objects: SignedObjects) -> None:
    server.replies = [answer(b"<Error/>", 403)]

    with pytest.raises(ObjectError, match="refused key with status 403"):
        objects.get("bucket", "key", TimeBudget(5))


def test_nobody_there_is_said_when_the_budget_ends() -> None:
    credentials = FoundCredentials("key", "secret", None)
    objects = SignedObjects(
        service_at(Endpoint("http://127.0.0.1:9"), "s3", "eu-central-1", lambda: credentials)
    )

    with pytest.raises(ObjectError, match="in time"):
        objects.get("bucket", "key", TimeBudget(0.05))


def test_who_does_not_begin_to_answer_is_asked_again_and_who_is_slow_is_not(
    server: AnsweringServer, objects: SignedObjects, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(to: socket.socket) -> None:
        to.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\npl")
        sleep(0.4)
        to.sendall(b"an")

    monkeypatch.setattr(module, "BEGIN_TIMEOUT_S", 0.2)
    server.replies = [lambda to: sleep(0.4), slow]

    assert objects.get("bucket", "key", TimeBudget(5)) == b"plan"
    assert len(server.requests) == 2


def test_services_are_where_their_region_has_them_or_the_environment_says() -> None:
    there = {"AWS_ENDPOINT_URL": "http://all/", "AWS_ENDPOINT_URL_S3": "http://s3:1/"}

    assert endpoint_of("s3", "eu-north-1", {}).url == "https://s3.eu-north-1.amazonaws.com"
    assert endpoint_of("s3", "cn-north-1", {}).url == "https://s3.cn-north-1.amazonaws.com.cn"
    assert endpoint_of("s3", "eu-north-1", there) == Endpoint("http://s3:1")
    assert endpoint_of("dynamodb", "eu-north-1", there) == Endpoint("http://all")


def test_amazons_own_roots_are_believed_and_no_other() -> None:
    certificates = endpoint_of("dynamodb", "eu-north-1", {}).certificates

    assert certificates is not None
    names = {
        dict(part[0] for part in each["subject"])["commonName"]
        for each in certificates.get_ca_certs()
    }
    assert names == {
        "Starfield Services Root Certificate Authority - G2",
        *(f"Amazon Root CA {i}" for i in range(1, 5)),
    }


def test_a_wrong_clock_is_put_right_by_the_first_refusal(
    server: AnsweringServer, objects: SignedObjects
) -> None:
    refusal = answer(b"<Error/>", 403, date="Wed, 02 Jan 2030 03:04:05 GMT")
    server.replies = [refusal, answer(b"plan"), answer(b"plan"), refusal]

    assert [objects.get("bucket", "key", TimeBudget(5)) for _ in range(2)] == [b"plan"] * 2
    with pytest.raises(ObjectError, match="refused"):
        objects.get("bucket", "key", TimeBudget(5))

    signed = [b"x-amz-date: 20300102T0304" in request for request in server.requests]
    assert signed == [False, True, True, True]
