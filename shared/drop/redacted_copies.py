"""Noun drop: copies of dropped versions without erased audiences, which stand in their place.

No event announces them. They say of themselves what the version was: judging it again comes to the
same order, and a manifest finds its parts by the bytes that were dropped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.drop.drops import ObjectVersion
from shared.drop.schema import REDACTED_PREFIX


@dataclass(frozen=True)
class Dropped:
    """What a copy remembers of the version that it stands for."""

    last_modified: datetime
    sha256: str
    rows_erased: int


def copy_key(key: str, version_id: str) -> str:
    """Return where the copy of a version stands."""
    return f"{REDACTED_PREFIX}{key}/{version_id}"


def read_copy_key(copied: str) -> tuple[str, str]:
    """Return the key and the version id that a copy stands for."""
    key, _, version_id = copied.removeprefix(REDACTED_PREFIX).rpartition("/")
    return key, version_id


def metadata_of(dropped: Dropped) -> dict[str, str]:
    """Return what stands beside a copy."""
    return {
        "last-modified": dropped.last_modified.isoformat(),
        "sha256": dropped.sha256,
        "rows-erased": str(dropped.rows_erased),
    }


def read_metadata(metadata: Mapping[str, str]) -> Dropped:
    """Read what `metadata_of` wrote."""
    return Dropped(
        datetime.fromisoformat(metadata["last-modified"]),
        metadata["sha256"],
        int(metadata["rows-erased"]),
    )


def version_of_copy(
    bucket: str, copied: str, metadata: Mapping[str, str], size: int
) -> ObjectVersion:
    """Return the version that a copy stands for."""
    key, version_id = read_copy_key(copied)
    dropped = read_metadata(metadata)
    return ObjectVersion(
        bucket, key, version_id, dropped.last_modified, size, copied, dropped.rows_erased
    )
