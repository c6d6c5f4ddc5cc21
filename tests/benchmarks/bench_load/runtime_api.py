"""Lambda's runtime API on 127.0.0.1, for one environment: events go in, and what they take is told.

Source: docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. A runtime asks for the next event,
posts its response, and asks again.
"""

import json
import socket
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any

HEAD_ENDS = b"\r\n\r\n"
PATIENCE_S = 60.0
FUNCTION_TIMEOUT_S = 5
SAMPLED_EVERY = 20  # X-Ray's rule: one in twenty, beside the first of each second
ACCEPTED = b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n"


class RuntimeEndedError(RuntimeError):
    """The runtime went away, or said that the function failed."""


@dataclass(frozen=True)
class Run:
    """One invocation: seconds until the response, until the runtime was ready, and the response."""

    answered_s: float
    done_s: float
    response: dict[str, Any]


class RuntimeApi:
    """Serves one runtime at a time, on one connection after another."""

    def __init__(self) -> None:
        """Listen."""
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(PATIENCE_S)
        self._client: socket.socket | None = None
        self._held, self._count = bytearray(), 0

    def __enter__(self) -> "RuntimeApi":
        """Return it as it is."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Listen no more."""
        for each in (self._client, self._server):
            if each is not None:
                each.close()

    @property
    def address(self) -> str:
        """Return host and port, as a runtime is told them."""
        return f"127.0.0.1:{self._server.getsockname()[1]}"

    def wait_until_ready(self) -> float:
        """Return when (`time.monotonic`) the runtime asked for its next event.

        Raises:
            RuntimeEndedError: it ended or failed instead.
            TimeoutError: it did neither for a minute.
        """
        line, body = self._request()
        asked_at = time.monotonic()
        if not line.endswith(b"/invocation/next HTTP/1.1"):
            raise RuntimeEndedError(f"{line!r}: {body[:2000].decode(errors='replace')}")
        return asked_at

    def invoke(self, event: bytes) -> Run:
        """Give the waiting runtime an event, and return once it waits for another.

        Raises:
            RuntimeEndedError: it ended or failed instead.
            TimeoutError: it did neither for a minute.
        """
        self._count += 1
        sent_at = time.monotonic()
        self._send(_event_head(self._count, len(event)) + event)
        line, body = self._request()
        answered_at = time.monotonic()
        if not line.endswith(b"/response HTTP/1.1"):
            raise RuntimeEndedError(f"{line!r}: {body[:2000].decode(errors='replace')}")
        self._send(ACCEPTED)
        ready_at = self.wait_until_ready()
        return Run(answered_at - sent_at, ready_at - sent_at, json.loads(body))

    def _send(self, content: bytes) -> None:
        if self._client is None:
            raise RuntimeEndedError("no runtime is connected")
        self._client.sendall(content)

    def _request(self) -> tuple[bytes, bytes]:
        """Return the first line and the body of the next request."""
        while (ends := self._held.find(HEAD_ENDS)) < 0:
            self._receive()
        head, begins = bytes(self._held[:ends]), ends + len(HEAD_ENDS)
        length = int(_header(head.lower(), b"content-length") or 0)
        while len(self._held) < begins + length:
            self._receive()
        body = bytes(self._held[begins : begins + length])
        del self._held[: begins + length]
        return head.partition(b"\r\n")[0], body

    def _receive(self) -> None:
        received = self._client.recv(65_536) if self._client else b""
        if not received:  # no connection yet, or the runtime closed it and will open another
            self._held.clear()
            self._client, _ = self._server.accept()
            self._client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._client.settimeout(PATIENCE_S)
        self._held += received


def _header(head: bytes, name: bytes) -> bytes:
    return head.partition(b"\r\n" + name + b":")[2].partition(b"\r\n")[0].strip()


def _event_head(number: int, length: int) -> bytes:
    deadline_ms = int(1000 * (time.time() + FUNCTION_TIMEOUT_S))
    trace = f"Root=1-{0:08x}-{number:024x};Parent={number:016x}"
    lines = (
        "HTTP/1.1 200 OK",
        "content-type: application/json",
        f"content-length: {length}",
        f"lambda-runtime-aws-request-id: 00000000-0000-4000-8000-{number:012x}",
        f"lambda-runtime-deadline-ms: {deadline_ms}",
        "lambda-runtime-invoked-function-arn: "
        "arn:aws:lambda:eu-north-1:123456789012:function:lookup",
        f"lambda-runtime-trace-id: {trace};Sampled={int(number % SAMPLED_EVERY == 1)}",
    )
    return "\r\n".join(lines).encode() + HEAD_ENDS
