"""`oasis check`: the files that it reads beside the one it judges, and what cannot be judged."""

import io
import json
import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.unit.oasis.test_check import SOUND, check

KEYS = {
    "status",
    "reason",
    "reason_line",
    "rows_parsed",
    "rows_accepted",
    "rows_rejected",
    "rejected",
    "message",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.csv"
    path.write_text(SOUND)
    return path


def parquet(**columns: Any) -> bytes:
    body = io.BytesIO()
    pq.write_table(pa.table(columns), body)
    return body.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv", b"track_id\nt1\n"),
        ("t.csv", b"Track ID;title\nt1;x\nt1;y\n"),
        ("t.csv", b"track_id,artist_id,licensor_id\nt1,,\n"),
        ("t.csv", b"track_id,release_date\nt1,yesterday\n"),
        ("t.jsonl", b'{"track_id":"t1"}\n'),
        ("t.parquet", parquet(track_id=["t1"])),
        ("t.parquet", parquet(track_id=["t1", None], artist_id=[None, "a"])),
    ],
)
def test_a_catalogue_needs_the_ids_of_tracks_alone(
    file: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    tracks = tmp_path / name
    tracks.write_bytes(content)

    result = check(file, "--catalogue", str(tracks), "--json")

    assert json.loads(result.stdout)["rejected"] == [{"line": 3, "code": "unknown_track"}]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.csv", b"track_id\n", "names no track"),
        ("t.csv", b"", "names no track"),
        ("t.jsonl", b"\n", "names no track"),
        ("t.parquet", parquet(track_id=pa.array([], pa.string())), "names no track"),
        ("t.csv", b"artist_id\na\n", "There is no column track_id"),
        ("t.csv", b"track_id,title\n,x\n", "All 1 rows were rejected"),
        ("t.xlsx", b"track_id\nt1\n", "ends in .csv"),
    ],
)
def test_a_catalogue_without_tracks_is_said_in_a_sentence(
    file: Path, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    tracks = tmp_path / name
    tracks.write_bytes(content)

    spoken = check(file, "--catalogue", str(tracks))
    written = check(file, "--catalogue", str(tracks), "--json")

    assert spoken.exit_code == written.exit_code == 1
    assert said in spoken.stderr
    assert json.loads(written.stdout)["reason"] == "bad_catalogue"
    assert said in json.loads(written.stdout)["message"]


@pytest.mark.parametrize("link", [None, os.symlink, os.link])
def test_the_file_that_is_judged_is_not_written_over(file: Path, tmp_path: Path, link: Any) -> None:
    before = SOUND + "c,t,7\n"
    file.write_text(before)
    target = tmp_path / "same.csv" if link else file
    if link:
        link(file, target)

    result = check(file, "--rejected", str(target))

    assert result.exit_code == 1
    assert "Name another file" in result.stderr
    assert file.read_text() == before


def test_the_catalogue_is_not_written_over_either(file: Path, tmp_path: Path) -> None:
    tracks = tmp_path / "t.csv"
    tracks.write_text("track_id\nt1\n")

    result = check(file, "--catalogue", str(tracks), "--rejected", str(tracks))

    assert result.exit_code == 1
    assert tracks.read_text() == "track_id\nt1\n"


@pytest.mark.parametrize(
    ("name", "options", "dataset", "reason"),
    [
        ("missing.csv", (), "scores", "unreadable"),
        (".", (), "scores", "unreadable"),
        ("a.csv", (), "horoscopes", "unknown_dataset"),
        ("a.csv", ("--catalogue", "missing.csv"), "scores", "unreadable"),
        ("a.csv", ("--policy", "a.csv"), "scores", "invalid_policy"),
        ("a.csv", ("--rejected", "a.csv"), "scores", "rejected_rows_over_input"),
    ],
)
def test_what_cannot_be_checked_is_told_under_the_same_keys(
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    options: tuple[str, ...],
    dataset: str,
    reason: str,
) -> None:
    monkeypatch.chdir(file.parent)

    result = check(Path(name), "--json", *options, dataset=dataset)

    said = json.loads(result.stdout)
    assert result.exit_code == 1
    assert said.keys() == KEYS
    assert (said["status"], said["reason"]) == ("rejected", reason)
    assert said["message"]


def test_rejected_rows_that_cannot_be_written_are_told_once(file: Path, tmp_path: Path) -> None:
    file.write_text(SOUND + "c,t,7\n")

    result = check(file, "--json", "--rejected", str(tmp_path))

    assert result.exit_code == 1
    assert json.loads(result.stdout)["reason"] == "unreadable"
