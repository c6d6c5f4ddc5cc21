"""A folder of files as input of the demo: 2026-01-12 becomes today."""

import csv
import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from oasis.console import CommandError
from oasis.demo.dataset import DemoData, folder_data, listeners_of

TODAY = date(2026, 3, 4)
CAMPAIGN = {
    "campaign_id": "c1",
    "version": 1,
    "licensor_id": "licensor-1",
    "name": "One",
    "track_ids": ["track-1"],
    "status": "active",
    "starts_at": "2026-01-10T00:00:00Z",
    "ends_at": "2026-01-13T06:00:00Z",
    "goal_exposures": 10,
}
FILES = {
    "tracks.csv": "track_id,artist_id,licensor_id,release_date\ntrack-1,a,licensor-1,2026-01-12\n",
    "audiences.csv": "audience_id,parent_id,market\nlistener-1,cohort-1,SE\n",
    "supply.csv": (
        "audience_id,context,date,expected_slots\n"
        "cohort-1,radio,2026-01-11,1\ncohort-1,radio,2026-01-12,2\ncohort-1,radio,2026-02-01,3\n"
    ),
    "scores.csv": "audience_id,track_id,score\nlistener-1,track-1,0.5\n",
    "campaigns.jsonl": json.dumps(CAMPAIGN) + "\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one row of each dataset."""
    source = tmp_path / "source"
    source.mkdir()
    for name, text in FILES.items():
        (source / name).write_text(text)
    return source


def taken(folder: Path) -> DemoData:
    """Take the folder on the fourth of March."""
    return folder_data(folder, folder.parent / "scratch", TODAY)


def test_the_twelfth_of_january_becomes_today_in_the_forecast(folder: Path) -> None:
    data = taken(folder)

    supply = dict(data.files)["supply"]
    with supply.open(newline="") as file:
        rows = [(row["date"], row["expected_slots"]) for row in csv.DictReader(file)]
    assert rows == [("2026-03-03", "1"), ("2026-03-04", "2"), ("2026-03-24", "3")]


def test_the_period_of_a_campaign_moves_by_as_many_days(folder: Path) -> None:
    (campaign,) = taken(folder).campaigns

    assert campaign.starts_at == datetime(2026, 3, 2, tzinfo=UTC)
    assert campaign.ends_at == datetime(2026, 3, 5, 6, tzinfo=UTC)


def test_files_without_dates_are_dropped_as_they_are_and_the_folder_stays_as_it_was(
    folder: Path,
) -> None:
    data = taken(folder)

    files = dict(data.files)
    assert [dataset for dataset, _ in data.files] == [
        "policy",
        "tracks",
        "audiences",
        "supply",
        "scores",
    ]
    assert files["tracks"] == folder / "tracks.csv"
    assert files["scores"] == folder / "scores.csv"
    assert {path.name: path.read_text() for path in folder.iterdir()} == FILES


def test_listeners_are_those_of_the_last_file_of_scores(folder: Path) -> None:
    (folder / "audiences.csv").unlink()
    with gzip.open(folder / "audiences.csv.gz", "wt") as file:
        file.write(FILES["audiences.csv"])

    (listener,) = listeners_of(taken(folder), most=9)

    assert (listener.audience_id, listener.parent_id, listener.market) == (
        "listener-1",
        "cohort-1",
        "SE",
    )
    assert listener.track_ids == ("track-1",)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_that_the_demo_needs_and_does_not_find_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()

    with pytest.raises(CommandError, match=name):
        taken(folder)
