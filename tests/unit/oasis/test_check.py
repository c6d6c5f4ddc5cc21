"""`oasis check`: the function's own judgement, without any cloud."""

import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from oasis.command import app

SOUND = "audience_id,track_id,score\na,t1,0.5\nb,t2,1\n"


def check(path: Path, *options: str, dataset: str = "scores") -> Result:
    return CliRunner().invoke(app, ["check", str(path), "--dataset", dataset, *options])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.csv"
    path.write_text(SOUND)
    return path


def test_a_sound_file_is_accepted_with_exit_status_0(file: Path) -> None:
    result = check(file)

    assert result.exit_code == 0
    assert "Accepted all 2 rows." in result.stdout


def test_json_has_the_promised_keys_and_nothing_else(file: Path) -> None:
    file.write_text(SOUND + "c,t,7\n")

    result = check(file, "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "status": "partial",
        "reason": "",
        "reason_line": None,
        "rows_parsed": 3,
        "rows_accepted": 2,
        "rows_rejected": 1,
        "rejected": [{"line": 4, "code": "score_out_of_range"}],
        "message": "Accepted 2 of 3 rows; 1 rejected: 1 \u00d7 score_out_of_range (first: line 4, "
        "column score, value 7).",
    }


def test_a_name_that_says_no_format_is_refused_as_the_function_would(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text(SOUND)

    result = check(path, "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["reason"] == "format_mismatch"
    assert "ends in .csv" in json.loads(result.stdout)["message"]


def test_limits_are_those_of_the_policy_named(file: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text('{"limits": {"max_bytes": 10}}')

    result = check(file, "--policy", str(policy), "--json")

    assert json.loads(result.stdout)["reason"] == "file_too_large"


def test_what_is_no_policy_is_said_in_a_sentence(file: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text('{"limits": {"max_bytes": -1}}')

    result = check(file, "--policy", str(policy))

    assert result.exit_code == 1
    assert "is no policy: limits.max_bytes" in result.stderr.replace("\n", " ")


def test_what_a_producer_wrote_is_not_read_as_markup(file: Path) -> None:
    file.write_text("audience_id,track_id,score\na,t,0.5\n")
    odd = file.rename(file.with_name("a[red].csv"))

    assert "a[red].csv" in check(odd).output


def test_a_refused_file_has_exit_status_1_and_its_reason(file: Path) -> None:
    file.write_text("a,t1,0.5\n")

    result = check(file, "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["reason"] == "missing_column"


def test_tracks_that_the_catalogue_does_not_know_are_rejected(file: Path, tmp_path: Path) -> None:
    tracks = tmp_path / "tracks.csv.gz"
    tracks.write_bytes(gzip.compress(b"track_id,artist_id,licensor_id\nt1,a,l\n"))

    result = check(file, "--catalogue", str(tracks), "--json")

    assert json.loads(result.stdout)["rejected"] == [{"line": 3, "code": "unknown_track"}]


def test_limits_come_from_the_policy_that_is_given(file: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text('{"limits": {"max_rows": 1}}')

    result = check(file, "--policy", str(policy), "--json")

    assert json.loads(result.stdout)["reason"] == "too_many_rows"


def test_rejected_rows_are_written_where_asked(file: Path, tmp_path: Path) -> None:
    file.write_text(SOUND + "c,t,7\n")

    check(file, "--rejected", str(tmp_path / "again.csv"))

    assert (tmp_path / "again.csv").read_text().splitlines()[1] == "score_out_of_range,c,t,7"


@pytest.mark.parametrize(
    ("name", "dataset", "said"),
    [
        ("a.csv", "horoscopes", "is no dataset"),
        ("missing.csv", "scores", "is not a file"),
    ],
)
def test_what_cannot_be_checked_is_said_in_a_sentence(
    tmp_path: Path, name: str, dataset: str, said: str
) -> None:
    if name != "missing.csv":
        (tmp_path / name).write_text(SOUND)

    result = check(tmp_path / name, dataset=dataset)

    assert result.exit_code == 1
    assert said in result.stderr
