"""Noun event: the event bus."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import boto3

from shared.event.events import Event
from shared.event.schema import SOURCE
from shared.request.clients import bounded

if TYPE_CHECKING:
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

MAX_ENTRIES_PER_CALL = 10


class EventNotSentError(RuntimeError):
    """The bus refused an event; sending all of them again is safe."""


class EventBus:
    """The custom event bus on which Oasis says what happened."""

    def __init__(self, name: str) -> None:
        """Name the bus; the client comes from the surrounding AWS configuration."""
        self._name = name
        self._client = boto3.client("events", config=bounded())

    def send(self, *events: Event) -> None:
        """Send events in order. Readers must bear each of them twice.

        Raises:
            EventNotSentError: the bus refused one; those before it may have been sent.
        """
        entries = [self._entry(event) for event in events]
        for first in range(0, len(entries), MAX_ENTRIES_PER_CALL):
            answer = self._client.put_events(Entries=entries[first : first + MAX_ENTRIES_PER_CALL])
            if answer["FailedEntryCount"]:
                refused = next(e for e in answer["Entries"] if "ErrorCode" in e)
                raise EventNotSentError(
                    f"The bus {self._name} refused {answer['FailedEntryCount']} of {len(entries)} "
                    f"events: {refused['ErrorCode']} {refused.get('ErrorMessage', '')}"
                )

    def _entry(self, event: Event) -> "PutEventsRequestEntryTypeDef":
        return {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": event.detail_type,
            "Detail": json.dumps(asdict(event), ensure_ascii=False),
        }
