"""Where a function's credentials come from, and when they are asked for again."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.request.connections import BrokenAnswerError
from shared.request.credentials import ContainerCredentials, find_credentials
from tests.unit.request.answering_server import AnsweringServer, Reply, answer, closed

NOW = datetime(2026, 1, 12, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[AnsweringServer]:
    with AnsweringServer() as server:
        yield server


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def told(key: str, ends_at: datetime) -> Reply:
    document = {
        "AccessKeyId": key,
        "SecretAccessKey": "secret",
        "Token": "token",
        "Expiration": ends_at.isoformat().replace("+00:00", "Z"),
    }
    return answer(json.dumps(document).encode())


def test_credentials_of_the_environment_are_as_they_stand() -> None:
    found = find_credentials(
        {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t"}
    )

    assert found is not None
    assert tuple(found()) == ("key", "s", "t")  # type: ignore[arg-type]
    assert find_credentials({"AWS_ACCESS_KEY_ID": "key"}) is None
    assert find_credentials({}) is None


def test_the_endpoint_is_asked_with_the_token_of_the_moment_and_again_before_they_end(
    server: AnsweringServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, token = Clock(), tmp_path / "token"
    token.write_text("first\n")
    credentials = ContainerCredentials(
        f"{server.url}/creds?x=1", lambda: token.read_text().strip(), clock
    )
    server.replies = [told("a", NOW + timedelta(hours=6)), told("b", NOW + timedelta(hours=12))]

    found = [credentials().access_key, credentials().access_key]
    token.write_text("second\n")
    clock.now = NOW + timedelta(hours=5, minutes=51)
    found.append(credentials().access_key)

    assert found == ["a", "a", "b"]
    first, second = server.requests
    assert first.startswith(b"GET /creds?x=1 HTTP/1.1\r\n")
    assert b"authorization: first\r\n" in first
    assert b"authorization: second\r\n" in second


@pytest.mark.parametrize("bad", [closed(), answer(b"no", 500), answer(b"{}"), answer(b"[]")])
def test_what_lives_is_used_while_the_endpoint_is_out_of_reach(
    server: AnsweringServer, bad: Reply
) -> None:
    clock = Clock()
    credentials = ContainerCredentials(server.url, lambda: "", clock)
    server.replies = [bad, told("a", NOW + timedelta(hours=1)), bad, bad]

    with pytest.raises(BrokenAnswerError):
        credentials()
    assert credentials().access_key == "a"
    clock.now = NOW + timedelta(minutes=55)
    assert credentials().access_key == "a"
    clock.now = NOW + timedelta(hours=1)
    with pytest.raises(BrokenAnswerError):
        credentials()


def test_the_environment_names_the_endpoint_and_its_token(
    server: AnsweringServer, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    token.write_text("from a file")
    named = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{server.url}/"}
    far = datetime.now(UTC) + timedelta(hours=6)
    server.replies = [told("a", far), told("b", far)]

    by_file = find_credentials({**named, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(token)})
    by_value = find_credentials({**named, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "a value"})

    assert by_file is not None
    assert by_value is not None
    assert (by_file().access_key, by_value().access_key) == ("a", "b")
    assert b"authorization: from a file\r\n" in server.requests[0]
    assert b"authorization: a value\r\n" in server.requests[1]
