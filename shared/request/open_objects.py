"""Verb open_objects: choose who reads objects of S3."""

from collections.abc import Mapping
from typing import Protocol

from shared.request.budgets import TimeBudget
from shared.request.objects import SignedObjects
from shared.request.senders import sender_of
from shared.request.services import service_of


class Objects(Protocol):
    """Whoever reads objects of S3."""

    def get(self, bucket: str, key: str, budget: TimeBudget) -> bytes:
        """Return an object's bytes.

        Raises:
            ObjectError: S3 refused, or the budget ended.
        """


def open_objects(environment: Mapping[str, str]) -> Objects:
    """Return objects read by our own requests, or by botocore where the environment says so.

    Raises:
        LookupError: it names no region, or no credentials.
        ValueError: it names no sender that there is.
    """
    if sender_of(environment) == "signed":
        return SignedObjects(service_of("s3", environment))
    from shared.request.botocore_objects import BotocoreObjects  # 100 ms that ours does without

    return BotocoreObjects()
