"""Where messages wait that were given up: looking at them, and sending them back."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3

from oasis.dead_letter import DeadLetter, read_letter

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import QueueAttributeFilterType
    from mypy_boto3_sqs.type_defs import MessageTypeDef

AT_ONCE = 10  # of a call to SQS
LOOK_S = 60
REDRIVE_S = 120
COUNTS: "list[QueueAttributeFilterType]" = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
]


@dataclass(frozen=True)
class LastStop:
    """A queue of dead letters, and the queue that its messages came from or were meant for.

    ``kind`` is `dead_letters` (failed every time in the work queue) or `undelivered` (events that a
    rule could not put there). Either way the body is what the work queue carries.
    """

    arrow: str
    kind: str
    url: str
    work_url: str


def last_stops(work_queues: str) -> list[LastStop]:
    """Return both last stops of each arrow, as the output `WorkQueues` of the stack names them."""
    return [
        LastStop(arrow, kind, urls[kind], urls["queue"])
        for arrow, urls in json.loads(work_queues).items()
        for kind in ("dead_letters", "undelivered")
    ]


class LastStopQueue:
    """The messages of one last stop."""

    def __init__(self, stop: LastStop) -> None:
        """Name the queue; the client comes from the surrounding AWS configuration."""
        self._stop = stop
        self._client = boto3.client("sqs")

    def many(self) -> int:
        """Return about how many messages are there, those that somebody looks at included."""
        found = self._client.get_queue_attributes(QueueUrl=self._stop.url, AttributeNames=COUNTS)
        return sum(map(int, found["Attributes"].values()))

    def look(self, most: int) -> list[DeadLetter]:
        """Return up to so many of its messages, which stay.

        They are hidden from others while they are read, and visible again afterwards; where this
        process is ended meanwhile, after a minute.
        """
        seen: list[MessageTypeDef] = []
        try:
            while len(seen) < most and (more := self._receive(most - len(seen), LOOK_S)):
                seen += more
            return sorted(map(read_letter, seen), key=lambda letter: letter.sent_at)
        finally:
            for message in seen:
                self._client.change_message_visibility(
                    QueueUrl=self._stop.url,
                    ReceiptHandle=message["ReceiptHandle"],
                    VisibilityTimeout=0,
                )

    def redrive(self) -> Iterator[str]:
        """Send each message to its work queue, then delete it here; yield the ids of the new ones.

        Safe to run twice and to end at any time: a message is deleted only after it was sent, and
        whoever works on the queue bears a message that comes twice. What cannot be worked on now
        comes back here, under a new id.
        """
        while messages := self._receive(AT_ONCE, REDRIVE_S):
            for message in messages:
                sent = self._client.send_message(
                    QueueUrl=self._stop.work_url, MessageBody=message["Body"]
                )
                self._client.delete_message(
                    QueueUrl=self._stop.url, ReceiptHandle=message["ReceiptHandle"]
                )
                yield sent["MessageId"]

    def _receive(self, most: int, hidden_s: int) -> "list[MessageTypeDef]":
        # Waiting, however short, asks all of a queue's servers: without, some messages are missed.
        answer = self._client.receive_message(
            QueueUrl=self._stop.url,
            MaxNumberOfMessages=min(most, AT_ONCE),
            MessageSystemAttributeNames=["SentTimestamp"],
            MessageAttributeNames=["All"],
            VisibilityTimeout=hidden_s,
            WaitTimeSeconds=1,
        )
        return answer.get("Messages", [])
