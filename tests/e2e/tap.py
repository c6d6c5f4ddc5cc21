"""A queue that hears every event of a stack, so that a test can deliver one again as it was."""

import json
from typing import Any

import boto3


class Tap:
    """What S3 says on the default bus, and what anybody says on the bus of Oasis."""

    def __init__(self, event_bus: str) -> None:
        self._sqs, events = boto3.client("sqs"), boto3.client("events")
        self._queue_url = self._sqs.create_queue(QueueName="everything-said")["QueueUrl"]
        attributes = self._sqs.get_queue_attributes(
            QueueUrl=self._queue_url, AttributeNames=["QueueArn"]
        )["Attributes"]
        for bus, pattern in (
            ("default", {"source": ["aws.s3"]}),
            (event_bus, {"source": [{"prefix": ""}]}),
        ):
            name = f"everything-on-{bus}"
            events.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps(pattern))
            events.put_targets(
                Rule=name,
                EventBusName=bus,
                Targets=[{"Id": "queue", "Arn": attributes["QueueArn"]}],
            )

    def take(self) -> list[dict[str, Any]]:
        """Take the events since the last look, as a queue's messages carry them."""
        said: list[dict[str, Any]] = []
        while messages := self._sqs.receive_message(
            QueueUrl=self._queue_url, MaxNumberOfMessages=10
        ).get("Messages", []):
            for message in messages:
                said.append(json.loads(message["Body"]))
                self._sqs.delete_message(
                    QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"]
                )
        return said
