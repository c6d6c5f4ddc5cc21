"""Noun drop: where accepted data stands, and what its key says."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.drop.datasets import Dataset
    from shared.drop.drops import Drop

QUARANTINE_PREFIX = "quarantined/"
_KEY = re.compile(
    r"(?P<dataset>[a-z]+)/(?P<as_of>\d{8}T\d{6}\.\d{6}Z)-(?P<landed_at>\d{8}T\d{6}Z)-.+"
    r"-(?P<drop_id>[0-9a-f]{20})\.[a-z]+"
)


@dataclass(frozen=True)
class AcceptedDrop:
    """The drop whose accepted rows stand under a key."""

    dataset: str
    drop_id: str
    as_of: datetime  # UTC
    landed_at: datetime  # UTC, whole seconds


def accepted_key(drop: "Drop") -> str:
    """Return where a drop's accepted data stands; keys of a dataset sort by order."""
    return accepted_key_of(drop.dataset, drop.order, drop.drop_id)


def accepted_key_of(dataset: "Dataset", order: str, drop_id: str) -> str:
    """Return where rows of a drop stand under an order, which is its own or just behind it."""
    return f"{dataset.name}/{order}-{drop_id}{dataset.accepted_suffix}"


def quarantine_key(drop: "Drop") -> str:
    """Return where the rows of a drop stand that waits for a person."""
    return f"{QUARANTINE_PREFIX}{accepted_key(drop)}"


def read_accepted_key(key: str) -> AcceptedDrop:
    """Return what a key made by `accepted_key` says.

    Raises:
        ValueError: the key was not made by it.
    """
    found = _KEY.fullmatch(key)
    if found is None:
        raise ValueError(f"{key!r} is no key of accepted data")
    return AcceptedDrop(
        dataset=found["dataset"],
        drop_id=found["drop_id"],
        as_of=datetime.strptime(found["as_of"], "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC),
        landed_at=datetime.strptime(found["landed_at"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC),
    )
