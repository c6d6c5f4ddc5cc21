"""`oasis demo`: its input, generated or from a folder, with dates shifted to today."""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq

from oasis.campaign import read_campaigns
from oasis.console import CommandError
from oasis.demo.sample import write_sample
from shared.campaign.campaigns import Campaign
from shared.policy.policies import open_policy

TODAY_IN_THE_FOLDER = date(2026, 1, 12)
SCORES_PER_AUDIENCE = 1000  # cohorts of a small catalogue have scores of all of it
FILES = {
    "tracks": ("tracks.csv",),
    "audiences": ("audiences.csv", "audiences.csv.gz"),
    "supply": ("supply.csv",),
    "scores": ("scores.csv", "scores_cohorts.csv", "scores_listeners.parquet"),
}


@dataclass(frozen=True)
class DemoData:
    """Files to drop as (dataset, path), in order, and the campaigns to send."""

    files: tuple[tuple[str, Path], ...]
    campaigns: tuple[Campaign, ...]


def sample_data(folder: Path, today: date) -> DemoData:
    """Generate the sample into a folder."""
    write_sample(folder, today)
    return _data_in(folder, folder, timedelta(0))


def folder_data(source: Path, scratch: Path, today: date) -> DemoData:
    """Take a folder of files in Oasis' formats, with 2026-01-12 shifted to today.

    Files that hold dates are written anew to ``scratch``; the others are dropped as they are.

    Raises:
        CommandError: a file that the demo needs is missing.
    """
    shift = today - TODAY_IN_THE_FOLDER
    scratch.mkdir(parents=True, exist_ok=True)
    supply = source / "supply.csv"
    if supply.is_file():
        _write_shifted(supply, scratch / "supply.csv", shift)
    return _data_in(source, scratch, shift)


def _data_in(source: Path, scratch: Path, shift: timedelta) -> DemoData:
    files: list[tuple[str, Path]] = [("policy", _write_policy(scratch))]
    for dataset, names in FILES.items():
        folder = scratch if dataset == "supply" else source
        found = [folder / name for name in names if (folder / name).is_file()]
        if not found:
            raise CommandError(f"{source} has no {' or '.join(names)}; the demo needs {dataset}.")
        files.extend((dataset, path) for path in found)
    campaigns = source / "campaigns.jsonl"
    if not campaigns.is_file():
        raise CommandError(f"{source} has no campaigns.jsonl.")
    moved = tuple(
        replace(c, starts_at=c.starts_at + shift, ends_at=c.ends_at + shift)
        for c in read_campaigns(campaigns.read_text())
    )
    return DemoData(tuple(files), moved)


def _write_policy(folder: Path) -> Path:
    path = folder / "policy.json"
    policy = open_policy().model_copy(update={"max_scores_per_audience": SCORES_PER_AUDIENCE})
    path.write_text(policy.model_dump_json(indent=1) + "\n")
    return path


def _write_shifted(source: Path, target: Path, shift: timedelta) -> None:
    with source.open(newline="") as file, target.open("w", newline="") as out:
        reader = csv.DictReader(file)
        writer = csv.DictWriter(out, reader.fieldnames or ())
        writer.writeheader()
        for row in reader:
            writer.writerow({**row, "date": (date.fromisoformat(row["date"]) + shift).isoformat()})


@dataclass(frozen=True)
class Listener:
    """Whom the demo asks for; ``track_ids`` are tracks that it has scores of."""

    audience_id: str
    parent_id: str
    market: str
    track_ids: tuple[str, ...]


def listeners_of(data: DemoData, *, most: int) -> list[Listener]:
    """Return the first listeners of the last file of scores that belong to a cohort."""
    scores = [path for dataset, path in data.files if dataset == "scores"][-1]
    audiences = next(path for dataset, path in data.files if dataset == "audiences")
    belongs = {row["audience_id"]: row for row in _rows(audiences)}
    tracks: dict[str, list[str]] = {}
    for row in _rows(scores):
        if row["audience_id"] in belongs:
            if row["audience_id"] not in tracks and len(tracks) == most:
                break
            tracks.setdefault(row["audience_id"], []).append(row["track_id"])
    return [
        Listener(a, belongs[a]["parent_id"], belongs[a]["market"], tuple(t))
        for a, t in tracks.items()
    ]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if path.suffix == ".parquet":
        for batch in pq.ParquetFile(path).iter_batches():
            yield from batch.to_pylist()
        return
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", newline="") as file:
        yield from csv.DictReader(file)
