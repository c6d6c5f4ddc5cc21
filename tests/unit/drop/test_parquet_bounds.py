"""Parquet files are read in bounded memory: what their pages say, not what the footer does."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shared.drop.candidates import Candidate
from shared.drop.datasets import SCORES
from shared.drop.parquet_pages import column_chunks
from shared.drop.rejected_rows import write_rejected_rows
from shared.policy.policies import Limits
from tests.unit.drop.judging import Judged, judged

Judge = Callable[..., Judged]
ROWS = 300


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    def written(data: bytes, dataset: str = "scores", **limits: int) -> Judged:
        path = tmp_path / "drop"
        path.write_bytes(data)
        return judged(path, dataset, "parquet", limits=limits)

    return written


def parquet(how: dict[str, Any] | None = None, **columns: Any) -> bytes:
    body = io.BytesIO()
    pq.write_table(pa.table(columns), body, **(how or {}))
    return body.getvalue()


def scores(**columns: Any) -> dict[str, Any]:
    sound = {
        "audience_id": [f"a{i // 9}" for i in range(ROWS)],
        "track_id": [f"track-{i}" for i in range(ROWS)],
        "score": [i / ROWS for i in range(ROWS)],
    }
    return {**sound, **columns}


ENCODINGS = ["PLAIN", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY", ""]
TEXTS = ("audience_id", "track_id")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_every_encoding_of_text_is_read(judge: Judge, encoding: str, version: str) -> None:
    how: dict[str, Any] = {"data_page_version": version, "row_group_size": 70}
    if encoding:
        how |= {"use_dictionary": False, "column_encoding": dict.fromkeys(TEXTS, encoding)}

    judgement = judge(parquet(how, **scores()))

    assert judgement.status == "accepted"
    assert judgement.rows == pa.table(scores()).to_pylist()


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("compression", ["none", "zstd"])
def test_pages_tell_what_the_footer_does(tmp_path: Path, version: str, compression: str) -> None:
    path = tmp_path / "drop"
    columns = scores(track_id=["é" * 3000 if i % 7 else None for i in range(ROWS)])
    how = {"data_page_version": version, "data_page_size": 4000, "row_group_size": 90}
    path.write_bytes(parquet({**how, "compression": compression}, **columns))
    metadata = pq.read_metadata(path)

    with path.open("rb") as file:
        chunks = [list(column_chunks(file, metadata, column)) for column in range(3)]

    for column, found in enumerate(chunks):
        assert [chunk.first_row for chunk in found] == [1, 91, 181, 271]
        for chunk in found:
            told = metadata.row_group(chunk.group).column(column)
            sizes = sum(page.size for page in chunk.pages)
            assert 0 <= told.total_uncompressed_size - sizes <= 200 * len(chunk.pages)


def test_a_footer_that_tells_fewer_rows_than_pages_hold_is_corrupt(judge: Judge) -> None:
    data = parquet(**scores())
    size = int.from_bytes(data[-8:-4], "little")
    told, fewer = b"\x16\xd8\x04", b"\x16\xd6\x04"  # 300 and 299, as Thrift writes them
    footer = data[-8 - size :]
    assert footer.count(told) >= 5

    every = judge(data[: -8 - size] + footer.replace(told, fewer))
    first = judge(data[: -8 - size] + footer.replace(told, fewer, 1))

    assert [(each.status, each.reason) for each in (every, first)] == [("rejected", "corrupt")] * 2


@pytest.mark.parametrize("column", ["audience_id", "track_id"])
@pytest.mark.parametrize("is_coded", [True, False])
def test_a_row_longer_than_a_line_may_be_refuses_the_file(
    judge: Judge, column: str, is_coded: bool
) -> None:
    ids = scores()[column]
    ids[100] = "x" * 70_000

    judgement = judge(parquet({"use_dictionary": is_coded}, **scores(**{column: ids})))

    assert (judgement.status, judgement.reason) == ("rejected", "line_too_long")
    assert judgement.reason_line == 101


def test_an_id_too_long_rejects_its_rows_alone_however_often_it_stands(judge: Judge) -> None:
    tracks = ["x" * 2000 if i % 3 == 0 else f"track-{i}" for i in range(ROWS)]

    judgement = judge(parquet(**scores(track_id=tracks)))

    assert judgement.rejected == [(i + 1, "id_too_long") for i in range(0, ROWS, 3)]
    assert [row["track_id"] for row in judgement.rows] == [t for t in tracks if len(t) < 99]


def test_equal_texts_count_as_often_as_they_stand(judge: Judge) -> None:
    audiences = [f"a{i:03}" for i in range(ROWS)]
    data = parquet(**scores(audience_id=audiences, track_id=["x" * 1000] * ROWS))

    assert judge(data, max_bytes=ROWS * 1100).reason == ""
    assert judge(data, max_bytes=ROWS * 900).reason == "decompression_limit"


def test_a_page_that_memory_has_no_room_for_is_not_read(judge: Judge) -> None:
    page = {"use_dictionary": False, "data_page_size": 1 << 30, "compression": "zstd"}
    columns = {"track_id": [f"{i:099}" for i in range(700_000)], "score": [0.5] * 700_000}
    data = parquet({**page, "max_rows_per_page": 1 << 30}, **columns, audience_id=["a"] * 700_000)

    assert judge(data).reason == "decompression_limit"


def test_parts_of_which_one_has_long_values_have_one_file_of_rejected_rows(tmp_path: Path) -> None:
    paths = (tmp_path / "one.parquet", tmp_path / "two.parquet")
    wrong = [7.0, *scores()["score"][1:]]
    long = ["y" * 600, *(f"other-{i}" for i in range(1, ROWS))]
    paths[0].write_bytes(parquet(**scores(score=wrong)))
    paths[1].write_bytes(parquet(**scores(audience_id=["b"] * ROWS, track_id=long, score=wrong)))
    parts = {"further": paths[1:], "rows_told": (ROWS, ROWS)}
    candidate = Candidate(paths[0], SCORES, "parquet", Limits(), **parts)
    rejections = judged(paths[0], "scores", "parquet", **parts).judgement.rejections

    write_rejected_rows(candidate, rejections, tmp_path / "rejected")

    rows = pq.read_table(tmp_path / "rejected").to_pylist()
    assert len(rows) == 9 + ROWS
    assert [row["track_id"] for row in rows if row["oasis_reason"]] == ["track-0", "y" * 600]
