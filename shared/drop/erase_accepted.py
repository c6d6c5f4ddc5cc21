"""Noun drop: taking one audience out of accepted data."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from shared.campaign.events import CampaignEvent
from shared.drop.accepted_keys import read_accepted_key
from shared.drop.datasets import CAMPAIGNS, DATASETS, SCORES
from shared.drop.erased_rows import audience_columns
from shared.drop.load_store import LoadTable
from shared.erasure.erasures import only
from shared.erasure.objects import StoredVersion, VersionedBucket
from shared.erasure.removals import Removal
from shared.erasure.tables import rows_of, write_without

NAMING = tuple(d for d in DATASETS.values() if audience_columns(d) or d is CAMPAIGNS)


def accepted_holding(audience_id: str, accepted: VersionedBucket) -> Iterator[StoredVersion]:
    """Yield each version of accepted data that names the audience."""
    for dataset in NAMING:
        for _, versions in accepted.versions(f"{dataset.name}/"):
            for version in versions:
                with TemporaryDirectory() as folder:
                    path = accepted.fetch(version, Path(folder) / "rows")
                    if _rows(path, version.key, audience_id):
                        yield version


def erase_from_accepted(
    audience_id: str,
    holding: Iterable[StoredVersion],
    *,
    accepted: VersionedBucket,
    loads: LoadTable,
    is_dry: bool,
) -> Iterator[Removal]:
    """Write accepted data again without the audience, and remove the versions that name it.

    Rows of scores keep their places, since runs under way know rows by them. What is still being
    written to the table was read before, and may bring the audience back: it is said. Safe to run
    twice.
    """
    for version in holding:
        with TemporaryDirectory() as folder:
            path, into = accepted.fetch(version, Path(folder) / "rows"), Path(folder) / "left"
            rows = _rows(path, version.key, audience_id)
            if not is_dry and version.is_latest:
                _write(path, into, version.key, audience_id)
                accepted.replace(version, into)
            elif not is_dry:
                accepted.remove(version)
        place, progress = f"accepted {_dataset(version.key)}", loads.find(version.key)
        yield Removal(place, objects=1, rows=rows)
        if progress is not None and not progress.is_complete:
            yield Removal(place, left=f"{version.key} is still being written to the table.")


def holding_drops(holding: Iterable[StoredVersion]) -> frozenset[str]:
    """Return the ids of the drops that accepted data came from."""
    return frozenset(read_accepted_key(version.key).drop_id for version in holding)


def _dataset(key: str) -> str:
    return key.partition("/")[0]


def _rows(path: Path, key: str, audience_id: str) -> int:
    dataset = DATASETS[_dataset(key)]
    if dataset is CAMPAIGNS:
        return sum(line != left for line, left in _campaigns(path, audience_id))
    return rows_of(path, audience_columns(dataset), audience_id)


def _write(path: Path, into: Path, key: str, audience_id: str) -> None:
    dataset = DATASETS[_dataset(key)]
    if dataset is CAMPAIGNS:
        into.write_text("".join(f"{left}\n" for _, left in _campaigns(path, audience_id)))
        return
    columns, keeps_places = audience_columns(dataset), dataset is SCORES
    write_without(path, into, columns, audience_id, keeps_places=keeps_places)


def _campaigns(path: Path, audience_id: str) -> Iterator[tuple[str, str]]:
    """Yield each line of a file of campaigns, and what it is without the audience."""
    for line in path.read_text().splitlines():
        event = CampaignEvent.model_validate_json(line)
        left = event.without(only(audience_id))
        yield line, line if left == event else left.model_dump_json()
