"""Noun lookup: the question, checked at the door."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import msgspec

MAX_AUDIENCES = 4
MAX_TRACKS = 1000
MAX_QUERY_TRACKS = 100  # what fits an address with any ids
MAX_ID_BYTES = 1024  # in UTF-8, as for the ids of drops
DEFAULT_MAX_AGE_S = 86_400.0
MAX_AGE_S = 1e9  # three decades


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Promotion scores of these tracks for the first of these audiences that has any."""

    audience_ids: list[str]
    context: str
    track_ids: list[str]
    market: str = ""
    max_age_s: float = DEFAULT_MAX_AGE_S
    explain: bool = False


class QuestionError(ValueError):
    """The question cannot be answered; the message says which field and why."""


class QueryTooLongError(QuestionError):
    """A question in an address names more tracks than it may; a POST takes more."""


def parse_question(body: str | bytes) -> Question:
    """Read a question; audiences are deduplicated, their order kept.

    Raises:
        QuestionError: the body is not JSON, or a field is missing, unknown or out of bounds.
    """
    try:
        question = msgspec.json.decode(body, type=Question)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise QuestionError(f"The body is no lookup: {error}.") from error
    return _checked(question)


def parse_query(query: str) -> Question:
    """Read a question from the raw query string of an address.

    ``audience_ids`` and ``track_ids`` are named once for each id, which may hold commas.

    Raises:
        QueryTooLongError: it names more than MAX_QUERY_TRACKS tracks.
        QuestionError: a field is missing, unknown, named twice or out of bounds.
    """
    found: dict[str, Any] = {"audience_ids": [], "track_ids": []}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name in ("audience_ids", "track_ids"):
            found[name].append(value)
        elif name in found:
            raise QuestionError(f"{name} is named twice.")
        else:
            found[name] = _read(name, value)
    if len(found["track_ids"]) > MAX_QUERY_TRACKS:
        raise QueryTooLongError(
            f"track_ids names {len(found['track_ids'])} tracks; a GET takes {MAX_QUERY_TRACKS}, "
            f"a POST {MAX_TRACKS}."
        )
    try:
        return _checked(msgspec.convert(found, type=Question))
    except msgspec.ValidationError as error:
        raise QuestionError(f"The query is no lookup: {error}.") from error


def _read(name: str, value: str) -> object:
    """Return the value of a field that is not a text as what it says."""
    read: Callable[[str], object] | None = _READ.get(name)
    try:
        return value if read is None else read(value)
    except (KeyError, ValueError) as error:
        raise QuestionError(f"{name} is {value!r}, which it cannot be.") from error


_READ: dict[str, Callable[[str], object]] = {
    "max_age_s": float,
    "explain": {"true": True, "false": False}.__getitem__,
}


def _checked(question: Question) -> Question:
    named = len(question.audience_ids)
    if not 1 <= named <= MAX_AUDIENCES:
        raise QuestionError(
            f"audience_ids names {named} audiences; it must name 1 to {MAX_AUDIENCES}."
        )
    audiences = list(dict.fromkeys(question.audience_ids))
    if len(question.track_ids) > MAX_TRACKS:
        raise QuestionError(
            f"track_ids names {len(question.track_ids)} tracks; at most {MAX_TRACKS} are allowed."
        )
    ids = (*audiences, *question.track_ids)
    longest = max(map(len, ids))  # in characters, of at most 4 bytes each
    is_short = 4 * longest <= MAX_ID_BYTES or max(len(i.encode()) for i in ids) <= MAX_ID_BYTES
    if not (is_short and all(ids)):
        raise QuestionError(f"Every id must have 1 to {MAX_ID_BYTES} bytes in UTF-8.")
    if not 0 < question.max_age_s <= MAX_AGE_S:
        raise QuestionError(
            f"max_age_s is {question.max_age_s}; it must be above 0 and at most {MAX_AGE_S:g}."
        )
    return msgspec.structs.replace(question, audience_ids=audiences)
