"""The local stack: the address at which ministack answers, and what its callers must trust."""

import contextlib
import http.client
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Endpoint:
    """Where a ministack listens on this host.

    One with a ``certificate`` (the file that callers must trust) speaks https alone, checks
    signatures and lets nobody do what no policy allows.
    """

    port: int
    certificate: Path | None = None

    @property
    def url(self) -> str:
        """The address that clients take."""
        return f"{'https' if self.certificate else 'http'}://{HOST}:{self.port}"

    def of_api(self, address: str) -> str:
        """Return where what an HTTP API's address names is answered here.

        Its host, the API's own name under a domain of AWS or of this host, cannot be resolved.
        """
        parts = urlsplit(address)
        api = parts.netloc.partition(".")[0]
        return f"{self.url}/_aws/execute-api/{api}/%24default{parts.path}"

    def answers(self) -> bool:
        """Return whether ministack is ready there; no proxy is asked."""
        try:
            with contextlib.closing(self._connection()) as connection:
                connection.request("GET", "/_ministack/ready")
                return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False

    def _connection(self) -> http.client.HTTPConnection:
        if self.certificate is None:
            return http.client.HTTPConnection(HOST, self.port, timeout=2)
        trusted = ssl.create_default_context(cafile=str(self.certificate))
        return http.client.HTTPSConnection(HOST, self.port, timeout=2, context=trusted)
