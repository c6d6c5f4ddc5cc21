"""Connecting, where a host has several addresses and some do not answer."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from time import monotonic

import pytest

from shared.request.connections import Connection, Endpoint
from tests.unit.request.answering_server import AnsweringServer

SLACK_S = 1.0  # of a busy machine


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Return a port that takes no more connections, and refuses none either."""
    with ExitStack() as held:
        full = held.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        yield full.getsockname()[1]


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that gives every host addresses at these ports."""

    def give(*ports: int) -> None:
        kind = (socket.AF_INET, socket.SOCK_STREAM, 0, "")
        found = [(*kind, ("127.0.0.1", port)) for port in ports]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    return give


def test_an_address_that_does_not_answer_leaves_time_for_the_next(
    silent_port: int, named: Callable[..., None]
) -> None:
    with AnsweringServer() as server:
        named(silent_port, int(server.url.rpartition(":")[2]))

        connection = Connection(Endpoint("http://somewhere"), 0.6)

        assert connection.exchange("GET", "/", {}, b"", 5).status == 200
        connection.close()


def test_addresses_that_do_not_answer_share_the_time_there_is(
    silent_port: int, named: Callable[..., None]
) -> None:
    named(*[silent_port] * 8)
    begun = monotonic()

    with pytest.raises(OSError, match="timed out"):
        Connection(Endpoint("http://somewhere"), 0.4)

    assert 0.3 < monotonic() - begun < 0.4 + SLACK_S


def test_a_certificate_that_is_never_shown_ends_in_time(named: Callable[..., None]) -> None:
    certificates = ssl.create_default_context()
    with socket.create_server(("127.0.0.1", 0)) as mute:
        named(mute.getsockname()[1])
        begun = monotonic()

        with pytest.raises(OSError, match="timed out"):
            Connection(Endpoint("https://somewhere", certificates), 0.3)

    assert monotonic() - begun < 0.3 + SLACK_S
