"""The demo's generated input: always the same, sound, and of the size that it says."""

import csv
import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from oasis.campaign import read_campaigns
from oasis.demo.dataset import listeners_of, sample_data
from oasis.demo.sample import write_sample
from tests.unit.drop.judging import Judged, judged

TODAY = date(2026, 3, 4)
ROWS = {
    "tracks.csv": 700,
    "audiences.csv": 1_960,
    "supply.csv": 28 * 40 * 2,
    "scores.csv": 2_000 * 40,
    "campaigns.jsonl": 40,
}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample of one day."""
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder, TODAY)
    return folder


def judgement_of(path: Path) -> Judged:
    """Judge a file of the sample."""
    return judged(path, path.stem, path.suffix[1:])


@pytest.mark.parametrize(("name", "rows"), ROWS.items())
def test_every_file_of_the_sample_is_accepted_whole(sample: Path, name: str, rows: int) -> None:
    judgement = judgement_of(sample / name)

    assert (judgement.status, judgement.rows_accepted) == ("accepted", rows)
    assert judgement.rejections.counts() == {}


def test_the_sample_of_a_day_is_always_the_same(sample: Path, tmp_path: Path) -> None:
    write_sample(tmp_path, TODAY)

    assert {path.name for path in tmp_path.iterdir()} == set(ROWS)
    for name in ROWS:
        assert (tmp_path / name).read_bytes() == (sample / name).read_bytes()


def test_every_audience_of_the_sample_has_forty_scores(sample: Path) -> None:
    with (sample / "scores.csv").open(newline="") as file:
        counts = Counter(row["audience_id"] for row in csv.DictReader(file))

    assert len(counts) == 2_000
    assert set(counts.values()) == {40}


def test_every_campaign_of_the_sample_is_live_today_and_has_its_licensors_own_tracks(
    sample: Path,
) -> None:
    with (sample / "tracks.csv").open(newline="") as file:
        licensor_of = {row["track_id"]: row["licensor_id"] for row in csv.DictReader(file)}
    noon = datetime(2026, 3, 4, 12, tzinfo=UTC)

    campaigns = read_campaigns((sample / "campaigns.jsonl").read_text())

    assert len({c.campaign_id for c in campaigns}) == 40
    for campaign in campaigns:
        assert campaign.starts_at <= noon < campaign.ends_at
        assert {licensor_of[t] for t in campaign.track_ids} == {campaign.licensor_id}


def test_the_forecast_of_the_sample_covers_today_and_every_campaign_to_its_end(
    sample: Path,
) -> None:
    with (sample / "supply.csv").open(newline="") as file:
        days = {date.fromisoformat(row["date"]) for row in csv.DictReader(file)}

    campaigns = read_campaigns((sample / "campaigns.jsonl").read_text())

    assert min(days) < TODAY
    assert max(days) >= max(c.ends_at for c in campaigns).date()


def test_the_sample_is_dropped_policy_first_and_asked_about_for_its_own_listeners(
    tmp_path: Path,
) -> None:
    data = sample_data(tmp_path, TODAY)

    datasets = [dataset for dataset, _ in data.files]
    assert datasets == ["policy", "tracks", "audiences", "supply", "scores"]
    assert judged(data.files[0][1], "policy", "json").status == "accepted"
    assert len(data.campaigns) == 40
    listeners = listeners_of(data, most=3)
    assert [len(listener.track_ids) for listener in listeners] == [40, 40, 40]
    assert all(listener.parent_id.startswith("cohort-") for listener in listeners)
    assert all(listener.market for listener in listeners)


def test_campaign_lines_of_the_sample_are_events_as_publishers_send_them(sample: Path) -> None:
    first = json.loads((sample / "campaigns.jsonl").read_text().splitlines()[0])

    assert first["version"] == 1
    assert first["starts_at"].endswith("Z")
