"""Noun drop: the file of a drop, or all that its manifest names, fetched and checked."""

from dataclasses import replace
from pathlib import Path

from shared.drop.candidates import Candidate
from shared.drop.drops import MANIFEST_FORM, Drop, ObjectVersion
from shared.drop.manifests import Manifest, ManifestPart, read_manifest
from shared.drop.refusals import RefusedFileError
from shared.drop.store import DropBucket
from shared.policy.policies import Limits
from shared.request.budgets import TimeBudget


def candidate_of(
    drop: Drop,
    path: Path,
    folder: Path,
    *,
    limits: Limits,
    drops: DropBucket,
    budget: TimeBudget | None,
) -> tuple[Candidate, Manifest | None]:
    """Return what is to be judged, and the manifest where the drop has parts.

    ``path`` is the dropped file or manifest; parts are fetched into ``folder``, where the files go
    that reading needs. A part is the newest version that has the bytes the manifest tells: so a
    retry judges the same bytes.

    Raises:
        RefusedFileError: bad_manifest, part_missing, part_differs, file_too_large or time_limit.
    """
    if drop.format != MANIFEST_FORM:
        whole = Candidate(path, drop.dataset, drop.format, limits, scratch=folder, budget=budget)
        return whole, None
    manifest, form = read_manifest(path, drop.dataset)
    above = drop.version.key.rpartition("/")[0] + "/"
    found: dict[str, list[ObjectVersion]] = {}
    for version in (*drops.versions(above), *drops.redacted(above)):
        found.setdefault(version.key.removeprefix(above), []).append(version)
    _check_presence(manifest, found, limits)
    fetched = [_fetched(part, found[part.name], folder, drops, budget) for part in manifest.parts]
    paths, rows_told = zip(*fetched, strict=True)
    first = Candidate(paths[0], drop.dataset, form, limits, scratch=folder, budget=budget)
    return replace(first, further=paths[1:], rows_told=rows_told), manifest


def _check_presence(
    manifest: Manifest, found: dict[str, list[ObjectVersion]], limits: Limits
) -> None:
    missing = [part.name for part in manifest.parts if part.name not in found]
    if missing:
        message = f"{len(missing):,} parts are not there, the first of them {missing[0]}."
        raise RefusedFileError(
            "part_missing", f"{message} Put them beside the manifest, then the manifest again."
        )
    size = sum(found[part.name][0].size for part in manifest.parts)
    if size > limits.max_bytes:
        message = f"The parts have {size:,} bytes, more than {limits.max_bytes:,}."
        raise RefusedFileError("file_too_large", f"{message} Make several drops of them.")


def _fetched(
    part: ManifestPart,
    versions: list[ObjectVersion],
    folder: Path,
    drops: DropBucket,
    budget: TimeBudget | None,
) -> tuple[Path, int]:
    """Return a part as a file, and how many rows it has: erased ones are told, and not there."""
    for version in versions:
        with drops.fetched(version, folder, budget) as (path, sha256):
            if sha256 == part.sha256:
                return path.rename(folder / part.name), part.rows - version.rows_erased
    raise RefusedFileError(
        "part_differs",
        f"The bytes of part {part.name} are not those that the manifest tells (SHA-256). "
        "Put the part again, then the manifest.",
    )
