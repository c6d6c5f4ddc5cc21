"""Noun drop: taking one audience out of the files that producers dropped."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory

from shared.drop.candidates import Candidate
from shared.drop.datasets import DATASETS
from shared.drop.drops import MANIFEST_FORM, Drop, DropPart, ObjectVersion, form_of, read_key
from shared.drop.judgements import ACCEPTED, REJECTED
from shared.drop.record_store import DropRecord, DropTable
from shared.drop.redacted_copies import Dropped, copy_key, metadata_of, read_metadata
from shared.drop.redaction import mentions, write_redacted
from shared.drop.refusals import RefusedFileError
from shared.drop.schema import REDACTED_PREFIX
from shared.drop.store import DropBucket
from shared.erasure.objects import StoredVersion, VersionedBucket
from shared.erasure.removals import Removal
from shared.policy.policies import Limits

DROPPED, COPIES = "dropped files", "redacted copies of dropped files"
NOTHING = Removal(DROPPED)


def erase_from_drops(
    audience_id: str,
    holding: frozenset[str],
    *,
    limits: Limits,
    drops: DropBucket,
    judged: set[str],
    records: DropTable,
    is_dry: bool,
) -> Iterator[Removal]:
    """Put a copy without the audience in the place of each judged version that names it.

    ``holding`` are the drops whose accepted rows name it: a version all of whose rows were accepted
    is read only if it is one of them. ``judged`` are the drops that had their receipt before
    accepted data was looked at; any other is left, and said. Safe to run twice:
    the copy is there before the version goes.
    """
    bucket = VersionedBucket(drops.name)
    for version in drops.versions():
        drop = read_key(version)
        is_part = isinstance(drop, DropPart)
        if version.drop_id not in judged and not is_part:
            yield replace(NOTHING, left=f"{version.key} is not judged yet.")
            continue
        record = records.find(version.drop_id)
        is_whole = record is not None and record.status == ACCEPTED
        if is_whole and version.drop_id not in holding:
            continue
        yield _erase(audience_id, drop, record, bucket, limits, is_dry=is_dry)
    for _, copies in bucket.versions(REDACTED_PREFIX):
        for copy in copies:
            yield _erase_copy(audience_id, copy, bucket, limits, is_dry=is_dry)


def candidate_at(key: str, path: Path, limits: Limits) -> Candidate | None:
    """Return how a file is read by what its key says; None where it says nothing of use."""
    parts = key.split("/")
    dataset = DATASETS.get(parts[1]) if len(parts) > 2 else None
    form = form_of(parts[-1], dataset) if dataset else None
    return Candidate(path, dataset, form, limits) if dataset and form else None


def _erase(
    audience_id: str,
    drop: object,
    record: DropRecord | None,
    bucket: VersionedBucket,
    limits: Limits,
    *,
    is_dry: bool,
) -> Removal:
    version: ObjectVersion = drop.version  # type: ignore[attr-defined]
    if isinstance(drop, Drop) and drop.format == MANIFEST_FORM:
        return NOTHING
    stored = StoredVersion(version.key, version.version_id, False, version.size)
    with TemporaryDirectory() as folder:
        path, into = bucket.fetch(stored, Path(folder) / "drop"), Path(folder) / "copy"
        candidate = candidate_at(version.key, path, limits)
        try:
            rows = write_redacted(candidate, audience_id, into) if candidate else None
        except RefusedFileError as error:
            if record and record.status != REJECTED and mentions(path, limits, audience_id):
                left = f"{version.key} is {record.status} and cannot be read now: {error.message}"
                return replace(NOTHING, left=left)
            rows = None
        if rows is None:
            return _remove_unread(audience_id, path, stored, bucket, limits, is_dry=is_dry)
        if rows and not is_dry:
            with path.open("rb") as file:
                sha256 = file_digest(file, "sha256").hexdigest()
            about = metadata_of(Dropped(version.last_modified, sha256, rows))
            bucket.put(copy_key(version.key, version.version_id), into, about)
            bucket.remove(stored)
    return replace(NOTHING, objects=int(rows > 0), rows=rows)


def _remove_unread(
    audience_id: str,
    path: Path,
    stored: StoredVersion,
    bucket: VersionedBucket,
    limits: Limits,
    *,
    is_dry: bool,
) -> Removal:
    """Remove a file whole that nothing was accepted of, if the id stands anywhere in it."""
    if not mentions(path, limits, audience_id):
        return NOTHING
    if not is_dry:
        bucket.remove(stored)
    return Removal("dropped files that cannot be read, removed whole", objects=1)


def _erase_copy(
    audience_id: str, copy: StoredVersion, bucket: VersionedBucket, limits: Limits, *, is_dry: bool
) -> Removal:
    with TemporaryDirectory() as folder:
        path, into = bucket.fetch(copy, Path(folder) / "drop"), Path(folder) / "copy"
        key = copy.key.removeprefix(REDACTED_PREFIX).rpartition("/")[0]
        candidate = candidate_at(key, path, limits)
        assert candidate is not None  # noqa: S101
        rows = write_redacted(candidate, audience_id, into)
        if rows and not is_dry and copy.is_latest:
            dropped = read_metadata(bucket.metadata(copy))
            erased = dropped.rows_erased + rows
            bucket.replace(copy, into, metadata_of(replace(dropped, rows_erased=erased)))
        elif rows and not is_dry:
            bucket.remove(copy)
    return Removal(COPIES, objects=int(rows > 0), rows=rows)
