"""Connections of our own clients, answered by moto: their calls meet the hooks that all meet."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from unittest.mock import patch

from botocore.awsrequest import AWSRequest
from botocore.exceptions import ConnectionError as NotConnectedError
from botocore.exceptions import HTTPClientError
from moto.core.models import botocore_stubber

from shared.request import objects
from shared.request.connections import Answer, Endpoint
from shared.table import signed_calls

Hook = Callable[[str, Any], None]


@contextmanager
def answered_by_moto(hook: Hook) -> Iterator[None]:
    """Let our own clients' calls be answered here, each after the hook was told of it."""
    connection = partial(MotoConnection, hook)
    with (
        patch.object(signed_calls, "Connection", connection),
        patch.object(objects, "Connection", connection),
    ):
        yield


class MotoConnection:
    """Stands where `Connection` does; never stale."""

    is_stale = False

    def __init__(self, hook: Hook, endpoint: Endpoint, timeout_s: float) -> None:
        self._hook, self._url = hook, endpoint.url

    def exchange(
        self, method: str, path: str, headers: dict[str, str], body: bytes, *timeouts_s: float
    ) -> Answer:
        """Have a request answered in this process; what botocore would raise is an OSError."""
        url = f"{self._url}{path}"
        request = AWSRequest(method=method, url=url, headers=headers, data=body).prepare()
        event_name = f"before-send.{_called(headers)}"
        try:
            self._hook(event_name, request)
            found = botocore_stubber(event_name, request)
        except (HTTPClientError, NotConnectedError) as error:
            raise OSError(str(error)) from error
        assert found is not None, "moto is not there to answer"
        told = {name.lower().encode(): str(value).encode() for name, value in found.headers.items()}
        return Answer(found.status_code, told, found.content)

    def close(self) -> None:
        """Do nothing."""


def _called(headers: dict[str, str]) -> str:
    target = {name.lower(): value for name, value in headers.items()}.get("x-amz-target")
    return f"dynamodb.{target.rpartition('.')[2]}" if target else "s3.GetObject"
