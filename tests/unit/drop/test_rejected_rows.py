"""Files of rejected rows: corrected and dropped as they are, they make the table whole."""

import csv
import io
import json
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shared.drop.candidates import Candidate
from shared.drop.datasets import DATASETS
from shared.drop.rejected_rows import write_rejected_rows
from shared.policy.policies import Limits
from tests.unit.drop.judging import Judged, judged

AUDIENCES = ["a", "=cmd()", "-5", "'=x", "Rock, heavy", 'the "late"', "@é", "+1", "z", "y", "x"]
SOUND = [
    {"audience_id": audience, "track_id": f"t{number}", "score": number / 4}
    for audience in AUDIENCES
    for number in range(4)
]
Row = dict[str, Any]


def rejected_file(path: Path, form: str, dataset: str = "scores") -> tuple[Judged, Path]:
    judgement = judged(path, dataset, form)
    into = path.with_name(f"rejected.{form}")
    candidate = Candidate(path, DATASETS[dataset], form, Limits())
    many = write_rejected_rows(candidate, judgement.rejections, into)
    assert many > 0
    return judgement, into


def write(path: Path, form: str, rows: list[Row]) -> None:
    if form == "parquet":
        pq.write_table(pa.Table.from_pylist(rows, PARQUET), path)
        return
    if form == "jsonl":
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
        return
    delimiter = "\t" if form == "tsv" else ","
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(SOUND[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


PARQUET = pa.schema(
    [("audience_id", pa.string()), ("track_id", pa.string()), ("score", pa.float64())]
)


def corrected(path: Path, form: str, right: dict[tuple[str, str], float]) -> None:
    """Put the right score into every row that has a reason, as a person would."""
    if form == "parquet":
        rows = pq.read_table(path).to_pylist()
        for row in rows:
            if row["oasis_reason"]:
                row["score"] = right[row["audience_id"], row["track_id"]]
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif form == "jsonl":
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        for row in rows:
            if row["oasis_reason"]:
                row["score"] = right[row["audience_id"], row["track_id"]]
        write(path, form, rows)
    else:
        delimiter = "\t" if form == "tsv" else ","
        with path.open(newline="") as file:
            found = list(csv.DictReader(file, delimiter=delimiter))
        plain = {guard(a): a for a in AUDIENCES}
        for text_row in found:
            if text_row["oasis_reason"]:
                key = plain[text_row["audience_id"]], text_row["track_id"]
                text_row["score"] = str(right[key])
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, list(found[0]), delimiter=delimiter)
            writer.writeheader()
            writer.writerows(found)


def guard(audience_id: str) -> str:
    return {"=cmd()": "'=cmd()", "'=x": "''=x", "@é": "'@é"}.get(audience_id, audience_id)


def key_of(row: Row) -> tuple[str, str, float]:
    return row["audience_id"], row["track_id"], row["score"]


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl", "parquet"])
@pytest.mark.parametrize("seed", range(8))
def test_corrected_and_dropped_as_it_is_it_makes_the_table_whole(
    tmp_path: Path, form: str, seed: int
) -> None:
    random = Random(seed)
    rows = random.sample(SOUND, len(SOUND))
    right = {(row["audience_id"], row["track_id"]): row["score"] for row in rows}
    wrong = random.sample(range(len(rows)), random.randrange(1, 9))
    damaged = [{**row, "score": 7.5} if i in wrong else row for i, row in enumerate(rows)]
    path = tmp_path / f"drop.{form}"
    write(path, form, damaged)

    first, again = rejected_file(path, form)
    corrected(again, form, right)
    second = judged(again, "scores", form)

    table = {row["audience_id"]: [] for row in rows}
    for judgement in (first, second):
        for audience_id in {row["audience_id"] for row in judgement.rows}:
            table[audience_id] = [r for r in judgement.rows if r["audience_id"] == audience_id]
    assert first.rows_rejected == len(wrong)
    assert second.status == "accepted"
    assert sorted(key_of(r) for rows in table.values() for r in rows) == sorted(map(key_of, rows))


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_it_holds_every_row_of_each_audience_that_lost_one_and_no_other(
    tmp_path: Path, form: str
) -> None:
    rows = [{**row, "score": 9.0} if row["track_id"] == "t2" else row for row in SOUND[:8]]
    path = tmp_path / f"drop.{form}"
    write(path, form, [*rows, *SOUND[16:24]])

    _, again = rejected_file(path, form)
    second = judged(again, "scores", form)

    assert {row["audience_id"] for row in second.rows} == {"a", "=cmd()"}
    assert (second.rows_accepted, second.rows_rejected) == (6, 2)
    assert second.rejections.counts() == {"score_out_of_range": 2}


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_what_was_not_corrected_is_rejected_again_and_its_file_does_not_grow(
    tmp_path: Path, form: str
) -> None:
    path = tmp_path / f"drop.{form}"
    write(path, form, [{**row, "score": 9.0 if row["track_id"] == "t0" else 1.0} for row in SOUND])

    _, once = rejected_file(path, form)
    first = once.read_text()
    once.rename(tmp_path / f"once.{form}")
    _, twice = rejected_file(tmp_path / f"once.{form}", form)

    assert sorted(twice.read_text().splitlines()) == sorted(first.splitlines())


def test_rows_of_another_width_bring_the_rows_of_their_audience_along(tmp_path: Path) -> None:
    path = tmp_path / "drop.csv"
    path.write_text(
        'audience_id,track_id,score\n"Rock, heavy",t1,0.5\nb,t1,0.5\n'
        "Rock, heavy,t2,0.5\nc,t1\nc,t2,1\n"
    )

    _, again = rejected_file(path, "csv")

    assert list(csv.reader(io.StringIO(again.read_text()))) == [
        ["oasis_reason", "audience_id", "track_id", "score"],
        ["", "Rock, heavy", "t1", "0.5"],
        ["too_many_fields", "Rock", " heavy", "t2", "0.5"],
        ["too_few_fields", "c", "t1"],
        ["", "c", "t2", "1"],
    ]


def test_formulas_cannot_run_and_numbers_stay_numbers(tmp_path: Path) -> None:
    path = tmp_path / "drop.csv"
    path.write_text('audience_id,track_id,score\n=1+1,"@t",-3\n"-x ""y""",+t,200\n')

    _, again = rejected_file(path, "csv")

    rows = list(csv.reader(io.StringIO(again.read_text())))[1:]
    assert rows == [
        ["score_out_of_range", "'=1+1", "'@t", "-3"],
        ["score_out_of_range", '\'-x "y"', "'+t", "200"],
    ]


def test_lines_that_are_no_json_are_kept_and_a_broken_object_can_be_mended(tmp_path: Path) -> None:
    path = tmp_path / "drop.jsonl"
    path.write_text('{"audience_id":"a","track_id":"t","score":1}\n{"audience_id":"b",\n[1]\n{}\n')

    _, again = rejected_file(path, "jsonl")

    assert again.read_text().splitlines() == [
        '{"oasis_reason":"bad_json","audience_id":"b",',
        '{"oasis_reason":"not_an_object","oasis_line":"[1]"}',
        '{"oasis_reason":"id_missing"}',
    ]


def test_of_datasets_replaced_row_by_row_only_rejected_rows_come_back(tmp_path: Path) -> None:
    path = tmp_path / "drop.csv"
    path.write_text("audience_id,parent_id\na,p\nb,\nc,p\n")

    _, again = rejected_file(path, "csv", "audiences")

    assert again.read_text().splitlines() == [
        "oasis_reason,audience_id,parent_id",
        "parent_id_missing,b,",
    ]


def test_campaigns_come_back_with_their_reason_and_are_read_without_it(tmp_path: Path) -> None:
    path = tmp_path / "drop.jsonl"
    sound = {"campaign_id": "c1", "version": 1, "licensor_id": "l", "name": "n", "track_ids": ["t"],
             "status": "active", "starts_at": "2026-01-05T00:00:00Z",
             "ends_at": "2026-02-05T00:00:00Z", "goal_exposures": 5}  # fmt: skip
    path.write_text(json.dumps({**sound, "status": "asleep"}) + "\n")

    _, again = rejected_file(path, "jsonl", "campaigns")
    mended = json.loads(again.read_text())
    again.write_text(json.dumps({**mended, "status": "active"}) + "\n")

    assert mended["oasis_reason"] == "status_not_known"
    assert judged(again, "campaigns", "jsonl").status == "accepted"
