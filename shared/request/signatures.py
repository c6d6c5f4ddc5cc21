"""Noun request: the signature of a request to a service of AWS, Signature Version 4.

Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html. Equal to
the bit to botocore's signer, which builds and sorts objects that a few services do not need.
"""

from datetime import UTC, datetime
from hashlib import sha256
from hmac import digest

from shared.request.credentials import Credentials

ALGORITHM = "AWS4-HMAC-SHA256"
CONTENT_TYPE = "application/x-amz-json-1.0"
TARGET = "DynamoDB_20120810."
OF_NOTHING = sha256(b"").hexdigest()


class Signer:
    """Signs requests to one service in one region, at one host."""

    def __init__(self, service: str, region: str, host: str) -> None:
        """Derive the first key with the first request."""
        self.host = host
        self._service, self._region = service, region
        self._key_of: tuple[str, str] = ("", "")
        self._key = b""

    def call_headers(
        self, operation: str, body: bytes, credentials: Credentials, now: datetime
    ) -> dict[str, str]:
        """Return the headers of a POST to `/` of DynamoDB with this body, the signature too."""
        named = {"content-type": CONTENT_TYPE, "x-amz-target": TARGET + operation}
        return self._signed("POST", "/", named, sha256(body).hexdigest(), credentials, now)

    def object_headers(self, path: str, credentials: Credentials, now: datetime) -> dict[str, str]:
        """Return the headers of a GET of an object of S3; the path is percent-encoded already."""
        named = {"x-amz-content-sha256": OF_NOTHING}
        return self._signed("GET", path, named, OF_NOTHING, credentials, now)

    def _signed(
        self,
        method: str,
        path: str,
        named: dict[str, str],
        body_hash: str,
        credentials: Credentials,
        now: datetime,
    ) -> dict[str, str]:
        at = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        headers = {"host": self.host, "x-amz-date": at, **named}
        if credentials.token:
            headers["x-amz-security-token"] = credentials.token
        names = sorted(headers)
        lines = "".join(f"{name}:{headers[name]}\n" for name in names)
        signed = ";".join(names)
        canonical = f"{method}\n{path}\n\n{lines}\n{signed}\n{body_hash}"
        scope = f"{at[:8]}/{self._region}/{self._service}/aws4_request"
        to_sign = f"{ALGORITHM}\n{at}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
        key = self._derived(str(credentials.secret_key), at[:8])
        signature = digest(key, to_sign.encode(), "sha256").hex()
        headers["authorization"] = (
            f"{ALGORITHM} Credential={credentials.access_key}/{scope}, "
            f"SignedHeaders={signed}, Signature={signature}"
        )
        return headers

    def _derived(self, secret_key: str, day: str) -> bytes:
        # Two threads may derive one key twice; whichever stays is right.
        key = self._key
        if self._key_of != (secret_key, day):
            key = f"AWS4{secret_key}".encode()
            for part in (day, self._region, self._service, "aws4_request"):
                key = digest(key, part.encode(), "sha256")
            self._key, self._key_of = key, (secret_key, day)
        return key
