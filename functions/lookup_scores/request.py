"""Arrow lookup_scores: what an HTTP request asks (payload format 2.0)."""

import binascii
from base64 import b64decode
from typing import Any

from shared.lookup.questions import Question, QuestionError, parse_query, parse_question
from shared.lookup.schema import DOCUMENT_PATH


class NoIdentityError(PermissionError):
    """The gateway names nobody who signed the request."""


def check_identity(event: dict[str, Any]) -> None:
    """Refuse a request that nobody signed, should the gateway ever let one in.

    Raises:
        NoIdentityError: there is no IAM identity.
    """
    identity = (event["requestContext"].get("authorizer") or {}).get("iam") or {}
    if not identity.get("accessKey"):
        raise NoIdentityError("Sign the request with AWS Signature Version 4.")


def question_of(event: dict[str, Any]) -> Question:
    """Read the question of a request: the body of a POST, the raw query string of a GET.

    Raises:
        QuestionError: the body is not what it says it is, or no question.
    """
    if may_be_known(event):
        return parse_query(event.get("rawQueryString") or "")
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return parse_question(body)
    try:
        return parse_question(b64decode(body, validate=True))
    except binascii.Error as error:
        raise QuestionError(f"The body is not the Base64 that it claims to be: {error}.") from error


def asks_for_document(event: dict[str, Any]) -> bool:
    """Say whether the request is for the description of the API."""
    return str(event["requestContext"]["http"]["path"]).endswith(DOCUMENT_PATH)


def may_be_known(event: dict[str, Any]) -> bool:
    """Say whether the caller may have the answer already: a GET may be kept, a POST may not."""
    return bool(event["requestContext"]["http"]["method"] == "GET")


def known_tags_of(event: dict[str, Any]) -> list[str]:
    """Return the ETags of answers that a caller has."""
    named = str((event.get("headers") or {}).get("if-none-match", ""))
    return [tag.strip() for tag in named.split(",")]


def request_id_of(event: dict[str, Any]) -> str:
    """Return the id that the gateway gave the request."""
    return str(event["requestContext"]["requestId"])
