"""Noun event: the envelope in which EventBridge hands an event to a queue."""

import json
from dataclasses import dataclass
from typing import Any

from shared.event.schema import SOURCE


@dataclass(frozen=True)
class Envelope:
    """An EventBridge event as it stands in the body of a queue's message."""

    event_id: str
    detail_type: str
    source: str
    account: str
    detail: dict[str, Any]

    @property
    def correlation_id(self) -> str:
        """Return the one id under which the log tells what became of a file or of an event.

        All that follows from a dropped file carries the drop's id, all that follows from a
        publisher's event that event's id. What others claim in their own events does not count.
        """
        if self.source == SOURCE:
            named = self.detail.get("correlation_id") or self.detail.get("drop_id")
            return str(named or self.event_id)
        return self.event_id


class EnvelopeError(ValueError):
    """A queue's message is no EventBridge event."""


def parse_envelope(body: str) -> Envelope:
    """Read the body of one queue message.

    Raises:
        EnvelopeError: the body is not JSON or lacks a field that every EventBridge event has.
    """
    try:
        event = json.loads(body)
        envelope = Envelope(
            event_id=event["id"],
            detail_type=event["detail-type"],
            source=event["source"],
            account=event["account"],
            detail=event["detail"],
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise EnvelopeError(f"The message is no EventBridge event: {error!r}.") from error
    if not isinstance(envelope.detail, dict):
        raise EnvelopeError("The message is no EventBridge event: its detail is no object.")
    return envelope
