"""Arrow lookup_scores: the question in an HTTP request (payload format 2.0)."""

import binascii
from base64 import b64decode
from typing import Any

from shared.lookup.questions import Question, QuestionError, parse_question


def question_of(event: dict[str, Any]) -> Question:
    """Read the question of a request.

    Raises:
        QuestionError: the body is not what it says it is, or no question.
    """
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return parse_question(body)
    try:
        return parse_question(b64decode(body, validate=True))
    except binascii.Error as error:
        raise QuestionError(f"The body is not the Base64 that it claims to be: {error}.") from error


def request_id_of(event: dict[str, Any]) -> str:
    """Return the id that the gateway gave the request."""
    return str(event["requestContext"]["requestId"])
