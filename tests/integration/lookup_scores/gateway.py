"""The HTTP API in front of the handler, as a WSGI application: payload format 2.0 and back."""

from base64 import b64encode
from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

IDENTITY = {"iam": {"accessKey": "AKIDEXAMPLE", "accountId": "123456789012"}}
REASONS = {200: "OK", 304: "Not Modified", 400: "Bad Request", 403: "Forbidden"}


class Gateway:
    """Hands requests to a handler; as API Gateway, it knows two paths and their methods."""

    routes = (
        ("POST", "/v1/lookup"),
        ("GET", "/v1/lookup"),
        ("GET", "/v1/openapi.json"),
    )

    def __init__(self, handle: Callable[[dict[str, Any], Any], dict[str, Any]], context: Any):
        self._handle, self._context = handle, context

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if (method, path) not in self.routes:
            allowed = ", ".join(m for m, p in self.routes if p == path)
            start_response("405 Method Not Allowed", [("allow", allowed)])
            return [b""]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        event = {
            "version": "2.0",
            "routeKey": f"{method} {path}",
            "rawPath": path,
            "rawQueryString": environ.get("QUERY_STRING", ""),
            "headers": {
                name[5:].replace("_", "-").lower(): value
                for name, value in environ.items()
                if name.startswith("HTTP_")
            },
            "requestContext": {
                "requestId": str(uuid4()),
                "http": {"method": method, "path": path},
                **({"authorizer": IDENTITY} if environ.get("HTTP_AUTHORIZATION") else {}),
            },
            "body": b64encode(body).decode(),
            "isBase64Encoded": True,
        }
        response = self._handle(event, self._context)
        status = response["statusCode"]
        reason = REASONS.get(status, "Said")
        start_response(f"{status} {reason}", list(response["headers"].items()))
        return [response["body"].encode()]
