"""Noun table: the signature of a request to DynamoDB, AWS Signature Version 4.

Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html. Equal to
the bit to botocore's signer, which builds and sorts objects that one service does not need.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from hmac import digest

from botocore.credentials import ReadOnlyCredentials

ALGORITHM = "AWS4-HMAC-SHA256"
CONTENT_TYPE = "application/x-amz-json-1.0"
SERVICE = "dynamodb"
TARGET = "DynamoDB_20120810."


@dataclass
class Signer:
    """Signs requests to DynamoDB in one region, at one host."""

    region: str
    host: str

    def __post_init__(self) -> None:
        """Derive the first key with the first request."""
        self._key_of: tuple[str, str] = ("", "")
        self._key = b""

    def headers(
        self, operation: str, body: bytes, credentials: ReadOnlyCredentials, now: datetime
    ) -> dict[str, str]:
        """Return the headers of a POST to `/` with this body, the signature among them."""
        at = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        headers = {
            "content-type": CONTENT_TYPE,
            "host": self.host,
            "x-amz-date": at,
            "x-amz-target": TARGET + operation,
        }
        if credentials.token:
            headers["x-amz-security-token"] = credentials.token
        names = sorted(headers)
        lines = "".join(f"{name}:{headers[name]}\n" for name in names)
        signed = ";".join(names)
        canonical = f"POST\n/\n\n{lines}\n{signed}\n{sha256(body).hexdigest()}"
        scope = f"{at[:8]}/{self.region}/{SERVICE}/aws4_request"
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
            for part in (day, self.region, SERVICE, "aws4_request"):
                key = digest(key, part.encode(), "sha256")
            self._key, self._key_of = key, (secret_key, day)
        return key
