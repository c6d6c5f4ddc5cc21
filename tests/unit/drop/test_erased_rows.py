"""No row of an erased audience is accepted or handed back, in whatever form it comes."""

import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shared.drop.candidates import Candidate
from shared.drop.datasets import DATASETS
from shared.drop.erased_rows import ERASED
from shared.drop.rejected_rows import write_rejected_rows
from shared.erasure.erasures import NOBODY, only
from shared.policy.policies import Limits
from tests.unit.drop.judging import Judged, judged

GONE = 'Ünë, ge"löscht" & 7'
SOUND = [("b", "t1", 0.5), ("c", "t1", 0.25)]
HEADER = ("audience_id", "track_id", "score")
LATE = {
    "audience_id": "a",
    "context": "radio",
    "date": "2026-01-01",
    "expected_slots": 1,
    "parent_id": "p",
    "campaign_id": "c",
    "exposures": 1,
}


def written(form: str, rows: list[tuple[object, ...]]) -> bytes:
    if form == "parquet":
        body = io.BytesIO()
        columns = list(zip(*rows, strict=True))
        types = (pa.string(), pa.string(), pa.float64())
        arrays = [pa.array(c, t) for c, t in zip(columns, types, strict=True)]
        pq.write_table(pa.table(dict(zip(HEADER, arrays, strict=True))), body)
        return body.getvalue()
    if form == "jsonl":
        lines = [json.dumps(dict(zip(HEADER, row, strict=True))) for row in rows]
        return "".join(f"{line}\n" for line in lines).encode()
    mark = "\t" if form == "tsv" else ","
    quoted = [['"' + str(v).replace('"', '""') + '"' for v in row] for row in [HEADER, *rows]]
    return "".join(mark.join(row) + "\n" for row in quoted).encode(
        "utf-16" if mark == "," else "utf-8"
    )


def found(folder: Path, form: str, body: bytes, dataset: str = "scores") -> tuple[Judged, str]:
    """Judge a file while `GONE` is erased; return that and the file of rejected rows."""
    path, into = folder / "drop", folder / "rejected"
    path.write_bytes(body)
    erased = only(GONE)
    judgement = judged(path, dataset, form, erased=erased)
    candidate = Candidate(path, DATASETS[dataset], form, Limits(), erased=erased)
    many = write_rejected_rows(candidate, judgement.rejections, into)
    if not many:
        return judgement, ""
    if form == "parquet":
        return judgement, json.dumps(pq.read_table(into).to_pylist(), ensure_ascii=False)
    return judgement, into.read_text()


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl", "parquet"])
def test_rows_of_an_erased_audience_are_counted_and_stand_nowhere(tmp_path, form):
    rows = [*SOUND, (GONE, "t1", 0.5), (f" {GONE} ", "t2", 0.5)]

    judgement, rejected = found(tmp_path, form, written(form, rows))

    assert judgement.status == "partial"
    assert judgement.judgement.rejections.counts() == {ERASED: 2}
    assert judgement.rows_parsed == 4
    assert {row["audience_id"] for row in judgement.rows} == {"b", "c"}
    assert rejected == ""


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl", "parquet"])
def test_rows_that_are_rejected_for_another_reason_are_not_handed_back_either(tmp_path, form):
    rows = [*SOUND, (GONE, "t1", 0.5), (GONE, "t2", 7.0), ("c", "t2", 7.0)]

    judgement, rejected = found(tmp_path, form, written(form, rows))

    assert judgement.judgement.rejections.counts() == {ERASED: 1, "score_out_of_range": 2}
    assert "score_out_of_range" in rejected
    assert "t2" in rejected
    assert "ge" not in rejected.replace("range", "")


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl", "parquet"])
def test_where_all_rows_are_of_the_erased_the_drop_is_refused(tmp_path, form):
    judgement, rejected = found(tmp_path, form, written(form, [(GONE, "t1", 0.5)]))

    assert (judgement.status, judgement.reason) == ("rejected", "all_rows_rejected")
    assert rejected == ""


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("csv", 'listener-7,t,0.5,"more"\n'),
        ("csv", 't,"listener-7"x,0.5\n'),
        ("csv", "t,0.5,listener-7\n"),
        ("jsonl", '{"audience_id": "listener-7", "track\n'),
        ("jsonl", '["listener-7"]\n'),
    ],
)
def test_a_line_that_cannot_be_read_is_not_handed_back_where_it_may_name_the_erased(
    tmp_path, form, line
):
    head = "" if form == "jsonl" else "audience_id,track_id,score\n"
    sound = (
        '{"audience_id": "b", "track_id": "t", "score": 0.5}\n' if form == "jsonl" else "b,t,1\n"
    )
    other = line.replace("listener-7", "listener-77")
    path, into = tmp_path / "drop", tmp_path / "rejected"
    path.write_text(head + sound + line + other)
    candidate = Candidate(path, DATASETS["scores"], form, Limits(), erased=only("listener-7"))
    judgement = judged(path, "scores", form, erased=candidate.erased)

    many = write_rejected_rows(candidate, judgement.rejections, into)

    assert judgement.rows_rejected == 2
    assert many == 1
    assert "listener-77" in into.read_text()


@pytest.mark.parametrize(
    ("dataset", "column"),
    [
        ("scores", "audience_id"),
        ("audiences", "audience_id"),
        ("audiences", "parent_id"),
        ("supply", "audience_id"),
        ("delivery", "audience_id"),
    ],
)
@pytest.mark.parametrize("parts", [1, 8])
def test_every_dataset_that_names_audiences_leaves_the_erased_out(tmp_path, dataset, column, parts):
    sound = {**LATE, "track_id": "t", "score": 0.5}
    path = tmp_path / "drop"
    rows = [sound, {**sound, column: "gone"}]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))

    judgement = judged(path, dataset, "jsonl", erased=only("gone"), parts=parts)

    assert judgement.rejected == [(2, ERASED)]
    assert [row[column] for row in judgement.rows] == [sound[column]]


def test_a_campaign_loses_an_erased_target_and_never_comes_to_mean_everybody(tmp_path):
    event = {
        "campaign_id": "c",
        "version": 1,
        "licensor_id": "l",
        "name": "n",
        "track_ids": ["t"],
        "status": "active",
        "starts_at": "2026-01-01T00:00:00Z",
        "ends_at": "2026-01-02T00:00:00Z",
        "goal_exposures": 1,
    }
    targets = {"c1": ["gone", "b"], "c2": ["gone"], "c3": []}
    path = tmp_path / "drop"
    path.write_text(
        "".join(
            f"{json.dumps({**event, 'campaign_id': c, 'audience_ids': ids})}\n"
            for c, ids in targets.items()
        )
    )

    judgement = judged(path, "campaigns", "jsonl", erased=only("gone"))

    kept = map(json.loads, judgement.judgement.document.splitlines())
    assert {c["campaign_id"]: c["audience_ids"] for c in kept} == {
        "c1": ["b"],
        "c2": [NOBODY],
        "c3": [],
    }
