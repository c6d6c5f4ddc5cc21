"""Noun drop: where accepted data stands, and what its key says."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shared.drop.drops import record_id_of

if TYPE_CHECKING:
    from shared.drop.datasets import Dataset
    from shared.drop.drops import Drop

UNDONE = "~"  # sorts behind an order and all its replays, before any later order
_REPLAY = re.compile(r"\.(?P<judgement>\d{4})-[0-9a-f]{20}\.[a-z]+")
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


def is_put_back(key: str) -> bool:
    """Say whether rows stand there that were put back when a drop was undone."""
    return UNDONE in key


def undone_drops(keys: Iterable[str]) -> set[str]:
    """Return the ids of the drops that were undone, of the keys of a dataset."""
    return {read_accepted_key(key).drop_id for key in keys if is_put_back(key)}


def record_id_in(key: str) -> str:
    """Return the id of the record of the judgement that stored what stands there."""
    replay = _REPLAY.search(key)
    drop_id = read_accepted_key(key).drop_id
    return record_id_of(drop_id, int(replay["judgement"])) if replay else drop_id
