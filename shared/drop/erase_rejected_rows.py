"""Noun drop: taking one audience out of the files of rejected rows."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from shared.drop.candidates import Candidate
from shared.drop.datasets import DATASETS
from shared.drop.receipt_store import RECEIPTS_PREFIX
from shared.drop.redaction import write_redacted
from shared.erasure.objects import VersionedBucket
from shared.erasure.removals import Removal
from shared.policy.policies import Limits

PLACE = "files of rejected rows"
REJECTED_PREFIX = "rejected/"


class _Judged(msgspec.Struct):
    """What is needed of a receipt."""

    dataset: str


def erase_from_rejected_rows(
    audience_id: str, *, limits: Limits, receipts: VersionedBucket, is_dry: bool
) -> Iterator[Removal]:
    """Write each file of rejected rows that names the audience again, without it.

    Safe to run twice. A file whose receipt is not there yet is left, and said.
    """
    for key, versions in receipts.versions(REJECTED_PREFIX):
        judgement, _, form = key.removeprefix(REJECTED_PREFIX).rpartition(".")
        receipt = receipts.read(f"{RECEIPTS_PREFIX}{judgement}.json")
        if receipt is None:
            yield Removal(PLACE, left=f"{key} has no receipt yet.")
            continue
        dataset = DATASETS[msgspec.json.decode(receipt, type=_Judged).dataset]
        for version in versions:
            with TemporaryDirectory() as folder:
                path, into = receipts.fetch(version, Path(folder) / "rows"), Path(folder) / "left"
                rows = write_redacted(Candidate(path, dataset, form, limits), audience_id, into)
                if rows and not is_dry and version.is_latest:
                    receipts.replace(version, into)
                elif rows and not is_dry:
                    receipts.remove(version)
            yield Removal(PLACE, objects=int(rows > 0), rows=rows)
