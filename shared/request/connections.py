"""Noun request: a connection to a service of AWS that is kept open, one request at a time."""

import socket
import ssl
from dataclasses import dataclass
from math import inf
from time import monotonic
from urllib.parse import urlsplit

HEAD_ENDS = b"\r\n\r\n"
CONNECT_TIMEOUT_S = 2.0
IDLE_S = 20.0  # services close what stands idle for longer, and a frozen function does not notice
MAX_HEAD_BYTES = 65_536
READ_BYTES = 65_536


class BrokenAnswerError(OSError):
    """What came back is no whole HTTP answer."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; names of headers in lower case."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


@dataclass(frozen=True)
class Endpoint:
    """Where a service is: its URL, and for https the certificates that are believed."""

    url: str
    certificates: ssl.SSLContext | None = None

    @property
    def host(self) -> str:
        """The host as requests name it, with its port where that is not the scheme's own."""
        return urlsplit(self.url).netloc


class Connection:
    """An open connection. After any error it is done with and must be closed."""

    def __init__(self, endpoint: Endpoint, timeout_s: float) -> None:
        """Connect, to whichever of the host's addresses takes it, in so many seconds for all.

        Raises:
            OSError: nobody answers, or not in time, or not with a certificate that is believed.
        """
        parts = urlsplit(endpoint.url)
        host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
        ends_at = monotonic() + min(timeout_s, CONNECT_TIMEOUT_S)
        opened = _connected(host, port, ends_at)
        try:
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if endpoint.certificates:
                opened.settimeout(_left_s(ends_at))
                opened = endpoint.certificates.wrap_socket(opened, server_hostname=host)
        except BaseException:
            opened.close()
            raise
        self._socket, self._used_at = opened, monotonic()

    @property
    def is_stale(self) -> bool:
        """Whether it stood idle for so long that the other side may have closed it."""
        return monotonic() - self._used_at > IDLE_S

    def exchange(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        timeout_s: float,
        head_timeout_s: float = inf,
    ) -> Answer:
        """Send a request and return the answer.

        Raises:
            OSError: the connection broke, or the whole answer was not there in time, or not its
                head in the time for that.
        """
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"{method} {path} HTTP/1.1\r\n{lines}content-length: {len(body)}\r\n\r\n"
        begun_at = monotonic()
        self._socket.settimeout(min(timeout_s, head_timeout_s))
        self._socket.sendall(head.encode("latin-1") + body)
        answer = self._answer(begun_at + min(timeout_s, head_timeout_s), begun_at + timeout_s)
        self._used_at = monotonic()
        return answer

    def close(self) -> None:
        """Close it."""
        self._socket.close()

    def _answer(self, begins_at: float, ends_at: float) -> Answer:
        held = bytearray()
        while (ends := held.find(HEAD_ENDS)) < 0:
            if len(held) > MAX_HEAD_BYTES:
                raise BrokenAnswerError("The answer has headers without end.")
            held += self._read(begins_at)
        status, headers = _head(bytes(held[:ends]))
        whole = ends + len(HEAD_ENDS) + int(headers[b"content-length"])
        while len(held) < whole:
            held += self._read(ends_at)
        if len(held) > whole:
            raise BrokenAnswerError("More was sent than the answer.")
        return Answer(status, headers, bytes(held[ends + len(HEAD_ENDS) :]))

    def _read(self, ends_at: float) -> bytes:
        self._socket.settimeout(_left_s(ends_at))
        read = self._socket.recv(READ_BYTES)
        if not read:
            raise BrokenAnswerError("The connection was closed before the answer was whole.")
        return read


def _connected(host: str, port: int, ends_at: float) -> socket.socket:
    """Return a socket that one of the host's addresses took; each has its share of the time."""
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    problem: OSError = OSError(f"{host} has no address.")
    for tried, (family, kind, protocol, _, address) in enumerate(addresses):
        opened = socket.socket(family, kind, protocol)
        try:
            opened.settimeout(_left_s(ends_at) / (len(addresses) - tried))
            opened.connect(address)
        except OSError as error:
            opened.close()
            problem = error
        else:
            return opened
    raise problem


def _left_s(ends_at: float) -> float:
    left_s = ends_at - monotonic()
    if left_s <= 0:
        raise TimeoutError("It was not done in time.")
    return left_s


def _head(head: bytes) -> tuple[int, dict[bytes, bytes]]:
    first, *lines = head.split(b"\r\n")
    version, _, status = first.partition(b" ")
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(b":") for line in lines)
    }
    is_sized = headers.get(b"content-length", b"").isdigit()
    if not version.startswith(b"HTTP/1.") or not status[:3].isdigit() or not is_sized:
        raise BrokenAnswerError(f"{first[:40]!r} begins no HTTP answer of a known length.")
    return int(status[:3]), headers
