"""Noun drop: what a key and an object version say about a drop, before its bytes are read."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from shared.drop.datasets import DATASETS, Dataset

KEY_FORM = "drops/{dataset}/{producer}/{as_of}/{file}"
UNVERSIONED = "null"
REPLAYED = "."  # sorts behind the "-" that follows an order in a key
MANIFEST = "_manifest.json"
MANIFEST_FORM = "manifest"  # of a drop that has several parts
PARTS_SUFFIX = ".parts"
MANIFEST_DUE = timedelta(hours=24)  # after its parts
FURTHEST_AHEAD = timedelta(hours=24)
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_PRODUCER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SUFFIX = re.compile(r".+?\.(?P<format>[a-z]+)(?:\.(?P<compression>gz|zst))?", re.IGNORECASE)


def record_id_of(drop_id: str, judgement: int) -> str:
    """Return the id of the record of one judgement of a drop."""
    return f"{drop_id}+{judgement:04}" if judgement else drop_id


def drop_id_of(bucket: str, key: str, version_id: str) -> str:
    """Return the id of the drop that is this version of this object."""
    named = "\n".join((bucket, key, version_id))
    return blake2b(named.encode(), digest_size=10).hexdigest()


@dataclass(frozen=True)
class ObjectVersion:
    """One version of one object, as S3 describes it; ``version_id`` is "null" without versions.

    Of a version that named an erased audience a copy stands in its place, under ``copy_key``,
    without the ``rows_erased``.
    """

    bucket: str
    key: str
    version_id: str
    last_modified: datetime
    size: int
    copy_key: str = ""
    rows_erased: int = 0

    @property
    def drop_id(self) -> str:
        """Return the drop's id, the same for the same version for ever."""
        return drop_id_of(self.bucket, self.key, self.version_id)


@dataclass(frozen=True)
class Drop:
    """A drop whose key is sound."""

    version: ObjectVersion
    dataset: Dataset
    producer: str
    as_of: datetime  # UTC
    format: str  # csv, tsv, jsonl, parquet, json or manifest
    judgement: int = 0  # the first; each replay is the next

    @property
    def drop_id(self) -> str:
        """Return the id of the object version."""
        return self.version.drop_id

    @property
    def order(self) -> str:
        """Return the text that sorts like (as_of, LastModified, version id, judgement)."""
        modified = self.version.last_modified.astimezone(UTC)
        replay = f"{REPLAYED}{self.judgement:04}" if self.judgement else ""
        return (
            f"{self.as_of:%Y%m%dT%H%M%S.%fZ}-{modified:%Y%m%dT%H%M%SZ}-{self.version.version_id}"
            f"{replay}"
        )

    @property
    def record_id(self) -> str:
        """Return the id under which what became of this judgement is recorded."""
        return record_id_of(self.drop_id, self.judgement)


@dataclass(frozen=True)
class UnreadableKey:
    """A key that names no drop: why, and what of it could be read."""

    version: ObjectVersion
    reason: str
    message: str
    dataset: str = ""
    producer: str = ""


@dataclass(frozen=True)
class DropPart:
    """A file that waits for the manifest beside it."""

    version: ObjectVersion
    dataset: str
    producer: str

    @property
    def manifest_key(self) -> str:
        """Return where its manifest is to stand."""
        return f"{parts_folder(self.version.key)}{MANIFEST}"


def parts_folder(key: str) -> str:
    """Return the folder of parts that a key lies in, with its slash; empty where in none."""
    parts = key.split("/")
    is_parted = len(parts) == 6 and parts[4].endswith(PARTS_SUFFIX) and parts[4] != PARTS_SUFFIX
    return "/".join(parts[:5]) + "/" if is_parted else ""


def read_key(version: ObjectVersion, judgement: int = 0) -> Drop | DropPart | UnreadableKey:
    """Read what the key says; ``judgement`` is 0, or the number of the replay.

    "In the future" is judged against the version's own LastModified, so that a judgement that is
    repeated days later comes out the same.
    """
    is_parted = bool(parts_folder(version.key))
    parts = version.key.split("/")
    if len(parts) != 5 + is_parted or parts[0] != "drops" or not parts[-1]:
        return UnreadableKey(version, "bad_key", f"The key must have the form {KEY_FORM}.")
    _, dataset_name, producer, as_of_text = parts[:4]
    file_name = parts[-1]
    if _PRODUCER.fullmatch(producer) is None:
        message = "The producer in the key must be letters, digits, '.', '_' or '-', at most 64."
        return UnreadableKey(version, "bad_key", message)
    dataset = DATASETS.get(dataset_name)
    if dataset is None:
        message = f"The dataset in the key must be one of {', '.join(DATASETS)}."
        return UnreadableKey(version, "unknown_dataset", message, "", producer)
    as_of = _instant(as_of_text)
    if as_of is None:
        message = f"as_of in the key must be an ISO 8601 date or instant: {KEY_FORM}."
        return UnreadableKey(version, "bad_key", message, dataset.name, producer)
    if as_of > version.last_modified + FURTHEST_AHEAD:
        message = "as_of in the key is more than 24 hours ahead of the file's arrival."
        return UnreadableKey(version, "as_of_in_future", message, dataset.name, producer)
    if is_parted and file_name != MANIFEST:
        return DropPart(version, dataset.name, producer)
    form = MANIFEST_FORM if is_parted else form_of(file_name, dataset)
    if form is None:
        message = endings_sentence(dataset)
        return UnreadableKey(version, "format_mismatch", message, dataset.name, producer)
    return Drop(version, dataset, producer, as_of, form, judgement)


def form_of(file_name: str, dataset: Dataset) -> str | None:
    """Return the format that a file's name says, None where it is none of the dataset's."""
    suffix = _SUFFIX.fullmatch(file_name)
    form = suffix["format"].lower() if suffix else ""
    return form if form in dataset.formats else None


def endings_sentence(dataset: Dataset) -> str:
    """Say how the name of a dataset's file may end."""
    endings = ", ".join(f".{each}" for each in dataset.formats)
    return f"A file of {dataset.name} ends in {endings}, plain or with .gz or .zst after it."


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=UTC)
        instant = instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return instant if instant >= EARLIEST else None
