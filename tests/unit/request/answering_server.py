"""A server on 127.0.0.1 that gives the answers it was told to, in their order."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from zlib import crc32

Reply = Callable[[socket.socket], None]


def answer(body: bytes = b"{}", status: int = 200, **headers: str) -> Reply:
    """Return a reply as DynamoDB sends it."""
    named = {"content-length": str(len(body)), "x-amz-crc32": str(crc32(body))} | headers
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items())
    return sent(f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode() + body)


def error(code: str, status: int = 400, stands: bytes = b"{}") -> Reply:
    """Return a reply with an error of DynamoDB's, and with the item that stands there."""
    told = f'{{"__type":"com.amazonaws.dynamodb.v20120810#{code}","message":"why","Item":'
    return answer(told.encode() + stands + b"}", status)


def sent(data: bytes) -> Reply:
    """Return a reply of these bytes, whatever they are."""
    return lambda to: to.sendall(data)


def closed(data: bytes = b"") -> Reply:
    """Return a reply that ends with the connection."""

    def reply(to: socket.socket) -> None:
        to.sendall(data)
        to.shutdown(socket.SHUT_RDWR)

    return reply


class AnsweringServer:
    """Answers one request after another; keeps what was asked, and how often it was connected.

    What it was not told to answer is answered by ``otherwise``, from the request.
    """

    def __init__(self, otherwise: Callable[[bytes], Reply] = lambda request: answer()) -> None:
        """Listen."""
        self.replies: list[Reply] = []
        self._otherwise = otherwise
        self.requests: list[bytes] = []
        self.connections = 0
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def bodies(self) -> list[bytes]:
        """Return the bodies of what was asked."""
        return [request.partition(b"\r\n\r\n")[2] for request in self.requests]

    def close(self) -> None:
        """Listen no more."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def __enter__(self) -> "AnsweringServer":
        """Return it."""
        return self

    def __exit__(self, *_: Any) -> None:
        """Close it."""
        self.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        held = b""
        with connection:
            while True:
                try:
                    read = connection.recv(65_536)
                except OSError:
                    return
                if not read:
                    return
                held += read
                head, ended, body = held.partition(b"\r\n\r\n")
                if not ended:
                    continue
                size = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
                if len(body) < int(size):
                    continue
                with self._lock:
                    self.requests.append(held)
                    reply = self.replies.pop(0) if self.replies else self._otherwise(held)
                    self.at_once += 1
                    self.most_at_once = max(self.most_at_once, self.at_once)
                try:
                    reply(connection)
                except OSError:
                    return
                finally:
                    with self._lock:
                        self.at_once -= 1
                held = b""
