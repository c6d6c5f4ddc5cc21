"""Drops, campaign events and receipts by clients that are made once.

The command makes a client a call, whose connections stay open until they are collected: a test
that counts open files must not.
"""

import json
from datetime import UTC, datetime
from typing import Any

import boto3

from oasis.campaign import SOURCE
from oasis.connection import Connection
from oasis.drop import drop_prefix
from oasis.dropped import DroppedFile, put_object
from shared.campaign.campaigns import Campaign
from shared.campaign.events import to_event
from shared.event.schema import CAMPAIGN_CHANGED


class Sender:
    """Sends to one stack, and never waits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._s3, self._events = boto3.client("s3"), boto3.client("events")

    def drop(self, dataset: str, content: bytes, as_of: datetime | None = None) -> DroppedFile:
        """Drop a file, as of now unless told."""
        moment = as_of or datetime.now(UTC)
        prefix = drop_prefix(dataset, "models", moment.isoformat())
        key = f"{prefix}/{dataset}.csv"
        return put_object(self._s3, self._connection.drop_bucket, key, content)

    def send(self, campaign: Campaign) -> None:
        """Send the event of a campaign."""
        answer = self._events.put_events(
            Entries=[
                {
                    "EventBusName": self._connection.event_bus,
                    "Source": SOURCE,
                    "DetailType": CAMPAIGN_CHANGED,
                    "Detail": to_event(campaign).model_dump_json(),
                }
            ]
        )
        assert not answer["FailedEntryCount"], answer["Entries"]

    def receipt(self, dropped: DroppedFile) -> dict[str, Any] | None:
        """Return the first receipt of a drop, None while there is none."""
        try:
            body = self._s3.get_object(
                Bucket=self._connection.receipt_bucket, Key=f"receipts/{dropped.drop_id}-0.json"
            )["Body"].read()
        except self._s3.exceptions.NoSuchKey:
            return None
        receipt: dict[str, Any] = json.loads(body)
        return receipt
