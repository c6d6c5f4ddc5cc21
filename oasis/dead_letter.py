"""What may be said of a message that was given up: what it was about, never who is named in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shared.event.envelopes import Envelope, EnvelopeError, parse_envelope

TOLD = {"dataset": str, "drop_id": str, "key": str, "campaign_id": str, "version": int}
"""Fields of events that name drops and campaigns. Whatever else stands there is not shown: an event
of a campaign holds the listeners that it targets."""
UNREADABLE = "no event"


@dataclass(frozen=True)
class DeadLetter:
    """One message: when it was first sent, what it was, and why it was given up if that is known.

    Under ``correlation_id`` the log says what its function made of it.
    """

    sent_at: datetime
    what: str
    about: str
    correlation_id: str
    why: str


def read_letter(message: Mapping[str, Any]) -> DeadLetter:
    """Read a message as SQS gives it, with its system attributes and those of EventBridge."""
    sent_ms = int(message["Attributes"]["SentTimestamp"])
    sent_at = datetime.fromtimestamp(sent_ms / 1000, UTC)
    why = _why(message.get("MessageAttributes", {}))
    try:
        envelope = parse_envelope(message["Body"])
    except EnvelopeError:
        return DeadLetter(sent_at, UNREADABLE, "", "", why)
    return DeadLetter(sent_at, envelope.detail_type, _about(envelope), envelope.correlation_id, why)


def _about(envelope: Envelope) -> str:
    detail = envelope.detail
    told = {name: detail[name] for name, kind in TOLD.items() if type(detail.get(name)) is kind}
    dropped = detail.get("object")
    if envelope.source == "aws.s3" and isinstance(dropped, dict):
        told["key"] = dropped.get("key")
    if envelope.source == "aws.states":
        told["run"] = detail.get("name")
    return ", ".join(f"{name} {value}" for name, value in told.items())


def _why(attributes: Mapping[str, Any]) -> str:
    """Return what EventBridge says of an event that it could not deliver; SQS says nothing."""
    said = (attributes.get(name, {}) for name in ("ERROR_CODE", "ERROR_MESSAGE"))
    return ": ".join(value["StringValue"] for value in said if value.get("StringValue"))
