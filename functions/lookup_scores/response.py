"""Arrow lookup_scores: HTTP responses of the API (payload format 2.0)."""

import json
from typing import Any

from shared.lookup.answers import Answer, encode_answer

RETRY_AFTER_S = "1"


def answered(answer: Answer) -> dict[str, Any]:
    """Return 200 with an answer."""
    return _response(200, encode_answer(answer))


def refused(sentence: str) -> dict[str, Any]:
    """Return 400 with a sentence that says what to change."""
    return _response(400, json.dumps({"error": sentence}))


def unavailable(sentence: str) -> dict[str, Any]:
    """Return 503 with Retry-After."""
    response = _response(503, json.dumps({"error": sentence}))
    return {**response, "headers": {**response["headers"], "retry-after": RETRY_AFTER_S}}


def _response(status: int, body: str) -> dict[str, Any]:
    headers = {"content-type": "application/json", "cache-control": "private, no-cache"}
    return {"statusCode": status, "headers": headers, "body": body, "isBase64Encoded": False}
