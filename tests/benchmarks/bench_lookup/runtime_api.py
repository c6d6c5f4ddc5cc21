"""Lambda's Runtime API on 127.0.0.1, as far as a function needs it.

Source: docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
"""

import secrets
import socket
import time
from dataclasses import dataclass
from typing import BinaryIO

VERSION = "/2018-06-01/runtime"
PATIENCE_S = 60.0  # with a function that says nothing
TIME_LIMIT_S = 5.0  # an invocation's
FUNCTION_ARN = "arn:aws:lambda:eu-north-1:123456789012:function:lookup"


class FunctionError(RuntimeError):
    """The function failed at its start or at an event; the message is what it told."""


@dataclass(frozen=True)
class Invocation:
    """What a function answered, and the seconds until it had, and until it wanted another event."""

    answer: bytes
    answered_s: float
    done_s: float


class RuntimeApi:
    """What one function asks for events, one at a time."""

    def __init__(self, sampled_every: int = 1) -> None:
        """Listen; the trace of one in so many events is sampled."""
        self._sampled_every, self._count, self._answered_at = sampled_every, 0, 0.0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(PATIENCE_S)
        self._open: tuple[socket.socket, BinaryIO] | None = None

    @property
    def address(self) -> str:
        """Host and port, as the function is told them."""
        return f"127.0.0.1:{self._listening.getsockname()[1]}"

    def wait(self) -> bytes:
        """Return what the function answers, once it asks for the next event; empty at its start.

        Raises:
            FunctionError: it told of an error.
            TimeoutError: it told nothing.
        """
        answer = b""
        while True:
            path, body = self._request()
            if path == f"{VERSION}/invocation/next":
                return answer
            if path.endswith("/error"):
                raise FunctionError(body.decode())
            answer, self._answered_at = body, time.monotonic()
            self._send("202 Accepted", b"")

    def invoke(self, event: bytes) -> Invocation:
        """Give the function an event, and return its answer once it asks for the next.

        Raises:
            FunctionError: it told of an error.
            TimeoutError: it told nothing.
        """
        now_s, begun = time.time(), time.monotonic()
        is_sampled = self._count % self._sampled_every == 0
        self._count += 1
        root = f"1-{int(now_s):08x}-{secrets.token_hex(12)}"
        told = {
            "aws-request-id": secrets.token_hex(16),
            "deadline-ms": int(1000 * (now_s + TIME_LIMIT_S)),
            "invoked-function-arn": FUNCTION_ARN,
            "trace-id": f"Root={root};Parent={secrets.token_hex(8)};Sampled={int(is_sampled)}",
        }
        self._send("200 OK", event, {f"lambda-runtime-{name}": told[name] for name in told})
        answer = self.wait()
        return Invocation(answer, self._answered_at - begun, time.monotonic() - begun)

    def close(self) -> None:
        """Answer nobody any more."""
        if self._open:
            self._open[0].close()
        self._listening.close()

    def _request(self) -> tuple[str, bytes]:
        """Return path and body of the next request, on whichever connection it comes."""
        while True:
            if self._open is None:
                connection, _ = self._listening.accept()
                connection.settimeout(PATIENCE_S)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._open = connection, connection.makefile("rb")
            first = self._open[1].readline()
            if first:
                break
            self._open[0].close()
            self._open = None
        size = 0
        while line := self._open[1].readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                size = int(value)
        return first.split()[1].decode(), self._open[1].read(size)

    def _send(self, status: str, body: bytes, headers: dict[str, object] | None = None) -> None:
        assert self._open is not None
        named = {"content-type": "application/json", "content-length": len(body), **(headers or {})}
        head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        self._open[0].sendall(f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body)
