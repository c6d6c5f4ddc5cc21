"""Noun plan: removing the summary of deliveries where it names one audience."""

import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from shared.erasure.objects import VersionedBucket
from shared.erasure.removals import Removal
from shared.plan.delivery_store import SUMMARY_KEY

AUDIENCE = "audience_id"


def erase_standing(
    audience_id: str, *, accepted: VersionedBucket, is_dry: bool
) -> Iterator[Removal]:
    """Remove each version of the summary that names the audience; the next reader reads all drops.

    Comes after accepted data, so that no summary is made of what names it. Safe to run twice.
    """
    for key, versions in accepted.versions(SUMMARY_KEY):
        for version in versions:
            body = accepted.read(key, version.version_id)
            if body is not None and audience_id in _names(body):
                if not is_dry:
                    accepted.remove(version)
                yield Removal("summaries of delivery", objects=1, rows=1)


def _names(body: bytes) -> set[str]:
    """Return the audiences that a summary holds, also where no row has them any more."""
    column = pq.read_table(io.BytesIO(body), columns=[AUDIENCE]).column(AUDIENCE)
    return {
        name
        for chunk in column.chunks
        for name in (chunk.dictionary if pa.types.is_dictionary(chunk.type) else chunk).to_pylist()
    }
