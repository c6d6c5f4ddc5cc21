"""Noun request: the credentials that requests are signed with, where a function finds them.

Lambda gives a function credentials in its environment, for as long as it lives; restored from a
snapshot it gets them from an endpoint beside it, for some hours at a time.
Source: docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from shared.request.connections import BrokenAnswerError, Connection, Endpoint

FULL_URI = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
TOKEN, TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
REFRESHED_BEFORE = timedelta(minutes=10)  # they end
TIMEOUT_S = 2.0


class Credentials(Protocol):
    """What signs requests; botocore's frozen credentials are such, too."""

    @property
    def access_key(self) -> str:
        """The key's id, which requests name."""

    @property
    def secret_key(self) -> str:
        """The key, which requests do not name."""

    @property
    def token(self) -> str | None:
        """What goes with a key that lives for some hours."""


class FoundCredentials(NamedTuple):
    """Credentials as they were found."""

    access_key: str
    secret_key: str
    token: str | None


class ContainerCredentials:
    """Credentials of the endpoint beside a function, asked for again before they end."""

    def __init__(
        self, url: str, token: Callable[[], str], now: Callable[[], datetime] | None = None
    ) -> None:
        """Ask at the URL with the token of the moment."""
        parts = urlsplit(url)
        self._endpoint = Endpoint(f"{parts.scheme}://{parts.netloc}")
        self._path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        self._token = token
        self._now = now or (lambda: datetime.now(UTC))
        self._found: FoundCredentials | None = None
        self._ends_at = datetime.min.replace(tzinfo=UTC)

    def __call__(self) -> Credentials:
        """Return credentials that live for some minutes more, at least.

        Where the endpoint does not answer, those before are returned until they end.

        Raises:
            OSError: the endpoint does not answer, and there are none.
        """
        now = self._now()
        if self._found is None or now >= self._ends_at - REFRESHED_BEFORE:
            try:
                self._found, self._ends_at = self._ask()
            except OSError:
                if self._found is None or now >= self._ends_at:
                    raise
        return self._found

    def _ask(self) -> tuple[FoundCredentials, datetime]:
        headers = {"host": self._endpoint.host, "accept": "application/json"}
        token = self._token()
        if token:
            headers["authorization"] = token
        connection = Connection(self._endpoint, TIMEOUT_S)
        try:
            answer = connection.exchange("GET", self._path, headers, b"", TIMEOUT_S)
        finally:
            connection.close()
        if answer.status != 200:
            raise BrokenAnswerError(f"The endpoint of credentials answered {answer.status}.")
        try:
            told = json.loads(answer.body)
            found = FoundCredentials(told["AccessKeyId"], told["SecretAccessKey"], told["Token"])
            return found, datetime.fromisoformat(told["Expiration"])
        except (ValueError, KeyError, TypeError) as error:
            raise BrokenAnswerError("The endpoint of credentials told none.") from error


def find_credentials(environment: Mapping[str, str]) -> Callable[[], Credentials] | None:
    """Return where a function's credentials come from, None where its environment names none."""
    if environment.get(FULL_URI):
        return ContainerCredentials(environment[FULL_URI], lambda: _token(environment))
    if environment.get("AWS_ACCESS_KEY_ID") and environment.get("AWS_SECRET_ACCESS_KEY"):
        found = FoundCredentials(
            environment["AWS_ACCESS_KEY_ID"],
            environment["AWS_SECRET_ACCESS_KEY"],
            environment.get("AWS_SESSION_TOKEN") or None,
        )
        return lambda: found
    return None


def _token(environment: Mapping[str, str]) -> str:
    """Return the token of the moment: a function that was restored may have another."""
    path = environment.get(TOKEN_FILE)
    return Path(path).read_text().strip() if path else environment.get(TOKEN, "")
