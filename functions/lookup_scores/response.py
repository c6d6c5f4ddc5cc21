"""Arrow lookup_scores: HTTP responses of the API (payload format 2.0)."""

import json
from typing import Any

from shared.lookup.answers import Answer, encode_answer, tag_of

RETRY_AFTER_S = "1"


def answered(answer: Answer) -> dict[str, Any]:
    """Return 200 with an answer."""
    return _response(200, encode_answer(answer))


def answered_once(answer: Answer, known_tags: list[str]) -> dict[str, Any]:
    """Return 200 with an answer and its ETag, or 304 where the caller has it already."""
    tag = tag_of(answer)
    response = _response(304, "") if tag in known_tags else answered(answer)
    return with_header(response, "etag", tag)


def described(document: str) -> dict[str, Any]:
    """Return 200 with the description of the API."""
    return _response(200, document)


def refused(status: int, sentence: str) -> dict[str, Any]:
    """Return a refusal with a sentence that says what to change."""
    return _response(status, json.dumps({"error": sentence}))


def unavailable(sentence: str) -> dict[str, Any]:
    """Return 503 with Retry-After."""
    response = _response(503, json.dumps({"error": sentence}))
    return with_header(response, "retry-after", RETRY_AFTER_S)


def with_header(response: dict[str, Any], name: str, value: str) -> dict[str, Any]:
    """Return the response with one more header."""
    return {**response, "headers": {**response["headers"], name: value}}


def _response(status: int, body: str) -> dict[str, Any]:
    headers = {"content-type": "application/json", "cache-control": "private, no-cache"}
    return {"statusCode": status, "headers": headers, "body": body, "isBase64Encoded": False}
