"""Noun lookup: the question, checked at the door."""

import msgspec

MAX_AUDIENCES = 4
MAX_TRACKS = 1000
MAX_ID_BYTES = 1024  # in UTF-8, as for the ids of drops
DEFAULT_MAX_AGE_S = 86_400.0


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


def parse_question(body: str | bytes) -> Question:
    """Read a question; audiences are deduplicated, their order kept.

    Raises:
        QuestionError: the body is not JSON, or a field is missing, unknown or out of bounds.
    """
    try:
        question = msgspec.json.decode(body, type=Question)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise QuestionError(f"The body is no lookup: {error}.") from error
    audiences = list(dict.fromkeys(question.audience_ids))
    if not 1 <= len(audiences) <= MAX_AUDIENCES:
        raise QuestionError(
            f"audience_ids names {len(audiences)} audiences; it must name 1 to {MAX_AUDIENCES}."
        )
    if len(question.track_ids) > MAX_TRACKS:
        raise QuestionError(
            f"track_ids names {len(question.track_ids)} tracks; at most {MAX_TRACKS} are allowed."
        )
    if not all(0 < len(i.encode()) <= MAX_ID_BYTES for i in (*audiences, *question.track_ids)):
        raise QuestionError(f"Every id must have 1 to {MAX_ID_BYTES} bytes in UTF-8.")
    if not question.max_age_s > 0:
        raise QuestionError(f"max_age_s is {question.max_age_s}; it must be above 0.")
    return msgspec.structs.replace(question, audience_ids=audiences)
