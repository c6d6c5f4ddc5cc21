"""Noun export: taking one audience out of exports."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from shared.erasure.objects import StoredVersion, VersionedBucket
from shared.erasure.removals import Removal
from shared.erasure.tables import rows_of, write_without
from shared.export.exports import MANIFEST
from shared.export.schema import EXPORT_PREFIX
from shared.export.store import ExportBucket

PLACE = "exports"
COLUMNS = ("audience_id",)


def erase_from_exports(
    audience_id: str, *, objects: VersionedBucket, exports: ExportBucket, is_dry: bool
) -> Iterator[Removal]:
    """Write each file of an export that names the audience again without it.

    The manifest tells the rows and bytes that are left; it is written before the file that it
    tells of goes, so that an interrupted erasure is seen by whoever counts. Safe to run twice. An
    export without a manifest is still being written: it is left, and said.
    """
    for key, versions in objects.versions(EXPORT_PREFIX):
        if not key.endswith(f"/{MANIFEST}"):
            for version in versions:
                yield _erase(audience_id, version, objects, exports, is_dry=is_dry)


def _erase(
    audience_id: str,
    version: StoredVersion,
    objects: VersionedBucket,
    exports: ExportBucket,
    *,
    is_dry: bool,
) -> Removal:
    with TemporaryDirectory() as folder:
        path, into = objects.fetch(version, Path(folder) / "rows"), Path(folder) / "left"
        rows = rows_of(path, COLUMNS, audience_id)
        if rows and not is_dry and version.is_latest:
            write_without(path, into, COLUMNS, audience_id, keeps_places=False)
            export_id = version.key.removeprefix(EXPORT_PREFIX).partition("/")[0]
            if not _tell(export_id, version.key, rows, into.stat().st_size, exports):
                return Removal(PLACE, left=f"Export {export_id} is not whole yet.")
            objects.replace(version, into)
        elif rows and not is_dry:
            objects.remove(version)
    return Removal(PLACE, objects=int(rows > 0), rows=rows)


def _tell(export_id: str, key: str, gone: int, size: int, exports: ExportBucket) -> bool:
    """Write what a file has left into the manifest; say whether there is one."""
    manifest = exports.manifest(export_id)
    if manifest is None:
        return False
    files = tuple(
        replace(file, rows=file.rows - gone, bytes=size) if file.key == key else file
        for file in manifest.files
    )
    exports.put_manifest(replace(manifest, files=files, rows=sum(file.rows for file in files)))
    return True
