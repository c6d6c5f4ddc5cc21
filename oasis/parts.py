"""`oasis drop` of several files, or of all that a producer has: parts and their manifest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

import boto3
from pydantic import ValidationError

from oasis.connection import Connection
from oasis.console import CommandError
from oasis.dropped import DroppedFile, put_object
from shared.drop.candidates import Candidate
from shared.drop.datasets import DATASETS
from shared.drop.drops import MANIFEST, PARTS_SUFFIX, form_of
from shared.drop.manifests import DELTA, FULL, Manifest, ManifestPart
from shared.drop.refusals import RefusedFileError
from shared.policy.policies import Limits


@dataclass(frozen=True)
class Told:
    """What the manifest of a drop says beside its parts."""

    is_full: bool = False
    is_dry_run: bool = False
    model: str = ""


def files_of(path: Path) -> list[Path]:
    """Return the files that a path names: itself, or all of a folder but hidden ones, by name."""
    if path.is_file():
        return [path]
    found = sorted(each for each in path.iterdir() if each.is_file()) if path.is_dir() else []
    shown = [each for each in found if not each.name.startswith((".", "_"))]
    if not shown:
        raise CommandError(f"{path} is neither a file nor a folder with files. Name one of these.")
    return shown


def put_parts(
    connection: Connection,
    files: Sequence[Path],
    *,
    name: str,
    prefix: str,
    dataset: str,
    told: Told,
) -> Iterator[DroppedFile]:
    """Put files as the parts of one drop; yield each as it stands there, the manifest last.

    ``prefix`` is the key above the drop, which is called ``name``.
    """
    client = boto3.client("s3")
    folder = f"{prefix}/{name}{PARTS_SUFFIX}"
    parts = [_part(file, dataset) for file in files]
    for file in files:
        with file.open("rb") as content:
            yield put_object(client, connection.drop_bucket, f"{folder}/{file.name}", content)
    manifest = Manifest(
        parts=tuple(parts),
        mode=FULL if told.is_full else DELTA,
        dry_run=told.is_dry_run,
        model=told.model,
    )
    body = manifest.model_dump_json().encode()
    yield put_object(client, connection.drop_bucket, f"{folder}/{MANIFEST}", body)


def _part(file: Path, dataset: str) -> ManifestPart:
    known = DATASETS[dataset]
    form = form_of(file.name, known)
    if form is None:
        raise CommandError(f"{file.name} is none of {', '.join(known.formats)}. Take it out.")
    try:
        rows = sum(rows.many for rows in Candidate(file, known, form, Limits()).rows())
    except RefusedFileError as error:
        raise CommandError(f"{file.name} would be refused, {error.reason}: {error}") from error
    with file.open("rb") as body:
        sha256 = file_digest(body, "sha256").hexdigest()
    try:
        return ManifestPart(name=file.name, sha256=sha256, rows=rows)
    except ValidationError as error:
        raise CommandError(
            f"{file.name!r} cannot be the name of a part: use letters, digits and any of . _ = -, "
            "at most 200. Rename the file."
        ) from error
