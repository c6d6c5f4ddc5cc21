"""The work queues of a local stack, by the arrows they feed, and where their dead letters end."""

import json
from collections.abc import Mapping
from typing import Any

import boto3

ARROWS = ("IngestDrop", "LoadScores", "UpdateCampaign", "CountDelivery", "Reconcile", "RequestPlan")
WAITING = "ApproximateNumberOfMessages"  # and what begins so is hidden or delayed


class WorkQueues:
    """Counts, sends and empties; a message that failed is hidden in its queue for minutes."""

    def __init__(self, found: Mapping[str, str]) -> None:
        """Take the addresses of all queues by their logical ids, which tell whose each is."""
        self._sqs = boto3.client("sqs")
        self._work = {
            arrow: next(url for name, url in found.items() if name.startswith(f"{arrow}WorkQueue"))
            for arrow in ARROWS
        }
        self._last = [url for url in found.values() if url not in self._work.values()]

    @property
    def busy(self) -> list[str]:
        """The arrows whose queues hold messages, those that are hidden included."""
        return [arrow for arrow, url in self._work.items() if self._held(url)]

    @property
    def have_dead_letters(self) -> bool:
        """Whether any message was given up."""
        return any(map(self._held, self._last))

    def waiting(self) -> int:
        """Return how many messages wait in all of them, those being worked on left out."""
        return sum(self._counts(url)[WAITING] for url in self._work.values())

    def send(self, arrow: str, event: dict[str, Any]) -> None:
        """Put an event into the queue of an arrow."""
        self._sqs.send_message(QueueUrl=self._work[arrow], MessageBody=json.dumps(event))

    def purge(self, arrow: str) -> int:
        """Empty the queue of an arrow, of work that failed, too; return what was in it."""
        left = self._held(self._work[arrow])
        self._sqs.purge_queue(QueueUrl=self._work[arrow])
        return left

    def see_again_after(self, seconds: int) -> None:
        """Deliver what failed again after so long, not after six times its function's time."""
        for url in self._work.values():
            self._sqs.set_queue_attributes(
                QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)}
            )

    def _held(self, url: str) -> int:
        return sum(self._counts(url).values())

    def _counts(self, url: str) -> dict[str, int]:
        told = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return {name: int(count) for name, count in told.items() if name.startswith(WAITING)}
