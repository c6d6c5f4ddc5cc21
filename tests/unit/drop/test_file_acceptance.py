"""Whole files of every format, judged from their bytes."""

import gzip
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shared.drop.text_blocks import text_blocks
from tests.unit.drop.judging import Judged, judged

HEADER = "audience_id,track_id,score\n"
Judge = Callable[..., Judged]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    def written(
        data: str | bytes, dataset: str = "scores", form: str = "csv", **limits: int
    ) -> Judged:
        path = tmp_path / "drop"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return judged(path, dataset, form, limits=limits)

    return written


def parquet(**columns: Any) -> bytes:
    body = io.BytesIO()
    pq.write_table(pa.table(columns), body)
    return body.getvalue()


def rejected(judgement: Judged) -> list[tuple[int, str]]:
    return judgement.rejected


def rows(judgement: Judged) -> list[dict[str, Any]]:
    return judgement.rows


SOUND = [
    ("csv", HEADER + "a,t,0.5\nb,t,1\n"),
    ("csv", "Track ID;SCORE;x;Audience-Id\nt;0,5;;a\nt;1;;b\n"),
    ("tsv", "audience_id\ttrack_id\tscore\na\tt\t0,5\nb\tt\t1\n"),
    ("csv", "sep=|\naudience_id|track_id|score\na|t|.5\nb|t|1.\n"),
    ("csv", (HEADER + "a,t,0.5\nb,t,1").encode("utf-16")),
    ("csv", b"\xef\xbb\xbf" + (HEADER + '"a",t,0.5\n\n  \nb , t,+1e0').encode()),
    ("csv", gzip.compress((HEADER + "a,t,0.5\n").encode()) + gzip.compress(b"b,t,1\n")),
    ("csv", (HEADER + "a,t,0.5\nb,t,1\n").replace("\n", "\r")),
    (
        "jsonl",
        '{"audience_id":"a","track_id":"t","score":0.5,"x":[1]}\n\n'
        '{"score":1,"audience_id":"b","track_id":"t"}\n',
    ),
    ("parquet", parquet(score=[0.5, 1.0], audience_id=["a", "b"], track_id=["t", "t"])),
    (
        "parquet",
        gzip.compress(
            parquet(
                audience_id=pa.array(["a", "b"]).dictionary_encode(),
                track_id=pa.array(["t", "t"], pa.large_string()),
                score=pa.array([0.5, 1.0], pa.float32()),
            )
        ),
    ),
]


@pytest.mark.parametrize(("form", "data"), SOUND)
def test_the_same_rows_are_read_from_every_format(
    judge: Judge, form: str, data: str | bytes
) -> None:
    judgement = judge(data, form=form)

    assert judgement.status == "accepted"
    assert rows(judgement) == [
        {"audience_id": "a", "track_id": "t", "score": 0.5},
        {"audience_id": "b", "track_id": "t", "score": 1.0},
    ]


REFUSED = [
    ("gzip cut short", gzip.compress(HEADER.encode() * 9)[:-9], "csv", "truncated", None),
    (
        "gzip with a wrong checksum",
        gzip.compress(HEADER.encode())[:-8] + b"\0" * 8,
        "csv",
        "corrupt",
        None,
    ),
    ("bytes after gzip", gzip.compress(HEADER.encode()) + b"junk", "csv", "corrupt", None),
    ("gzip in gzip", gzip.compress(gzip.compress(b"x")), "csv", "format_mismatch", None),
    ("Parquet cut short", parquet(a=[1])[:-9], "parquet", "truncated", None),
    ("Parquet with a broken footer", b"PAR1" + b"\xff" * 40 + b"PAR1", "parquet", "corrupt", None),
    ("only Parquet's magic", b"PAR1", "parquet", "corrupt", None),
    ("JSON named CSV", '{"audience_id":"a"}\n', "csv", "format_mismatch", None),
    ("a header over several lines", '"audience_id\n,track_id,score\n', "csv", None, None),
    ("UTF-16 without a mark", HEADER.encode("utf-16-le"), "csv", "bad_encoding", 1),
    ("an odd number of UTF-16 bytes", HEADER.encode("utf-16") + b"a", "csv", "bad_encoding", None),
    (
        "a quote that swallows two rows, closed later",
        HEADER + 'a,t,0.5\n"b,t,0.5\nc,t,0.5\nd",t,0.5\n',
        "csv",
        "unterminated_quote",
        3,
    ),
    (
        "a second header in another order",
        HEADER + "a,t,0.5\ntrack_id,audience_id,score\nt,b,0.5\n",
        "csv",
        "format_mismatch",
        3,
    ),
    ("decimal points and commas", HEADER.replace(",", ";") + "a;t;0,5\nb;t;0.5\n", "csv",
     "mixed_decimal_marks", 3),
    ("nested ids", parquet(audience_id=[["a"]], track_id=["t"], score=[0.5]), "parquet",
     "nested_column", None),
    ("integer ids", parquet(audience_id=[1], track_id=["t"], score=[0.5]), "parquet",
     "wrong_type", None),
    ("boolean scores", parquet(audience_id=["a"], track_id=["t"], score=[True]), "parquet",
     "wrong_type", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "form", "reason", "line"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED]
)
def test_damage_that_may_hide_rows_refuses_the_file(
    judge: Judge, data: str | bytes, form: str, reason: str | None, line: int | None
) -> None:
    judgement = judge(data, form=form)

    assert judgement.status == "rejected"
    assert judgement.rows_accepted == 0
    assert judgement.table is None
    if reason is not None:
        assert (judgement.reason, judgement.reason_line) == (reason, line)


def test_a_quote_that_swallows_rows_in_a_text_column_refuses_the_file(judge: Judge) -> None:
    header = "track_id,title,artist_id,licensor_id\n"

    swallowed = judge(header + 't1,"Food,a,l\nt2,B",a,l\nt3,C,a,l\n', "tracks")
    text = judge(header + 't1,"Fo\r\nod, again",a,l\nt2,B,a,l\n', "tracks")

    assert (swallowed.reason, swallowed.reason_line) == ("unterminated_quote", 2)
    assert text.status == "accepted"


def test_a_lone_carriage_return_never_makes_two_ids_of_one(judge: Judge) -> None:
    judgement = judge(HEADER + "left\rright,t,0.5\nb,t,0.5\n")

    assert [row["audience_id"] for row in rows(judgement)] == ["b"]
    assert [line for line, _ in rejected(judgement)] == [2]


def test_lines_are_physical_where_records_span_several(judge: Judge) -> None:
    data = 'track_id,title,artist_id,licensor_id\n\nt1,"a\nb",x,l\nt2,b,,l\n'

    assert rejected(judge(data, "tracks")) == [(5, "artist_id_missing")]


@pytest.mark.parametrize("size", range(1, 12))
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_lines_are_the_same_however_their_bytes_arrive(size: int, end: str, encoding: str) -> None:
    texts = ["id,ö", "", "a,b", "last"]
    data = end.join(texts).encode(encoding)

    blocks = [data[i : i + size] for i in range(0, len(data), size)]
    found = list(text_blocks(blocks, 64, "csv", block_bytes=size))

    lines = [(b.first_line + i, b.text(i)) for b in found for i in range(len(b.ends))]
    assert [(number, text.rstrip("\r\n")) for number, text in lines] == list(enumerate(texts, 1))


def test_limits_of_lines_rows_and_inflation_refuse_the_file(judge: Judge) -> None:
    long = judge(HEADER + "a" * 100 + ",t,0.5\n", max_line_bytes=64)
    many = judge(HEADER + "a,t,0.5\nb,t,0.5\n", max_rows=1)
    large = judge(gzip.compress(HEADER.encode() * 99), max_inflated_bytes=99)
    bomb = judge(gzip.compress((HEADER + "a,t,0.5\n" * (1 << 18)).encode()))

    assert (long.reason, long.reason_line) == ("line_too_long", 2)
    assert many.reason == "too_many_rows"
    assert large.reason == "decompression_limit"
    assert bomb.reason == "decompression_limit"


def test_equal_rows_stay_once_and_different_ones_have_no_winner(judge: Judge) -> None:
    data = HEADER + "a,t,0.5\na,t,.50\nb,t,0.5\nb,t,0.5\nb,t,0.6\nc,t,0\nc,t,-0\n"

    judgement = judge(data)

    assert [row["audience_id"] for row in rows(judgement)] == ["a", "c"]
    assert rejected(judgement) == [
        (3, "duplicate_key"),
        (4, "conflicting_duplicate"),
        (5, "conflicting_duplicate"),
        (6, "conflicting_duplicate"),
        (8, "duplicate_key"),
    ]


def test_missing_values_of_a_key_are_equal_and_differ_from_any_other(judge: Judge) -> None:
    header = "audience_id,context,date,market,expected_slots\n"
    line = "a,radio,2026-01-05,"

    judgement = judge(header + f"{line},1\n{line}SE,1\n{line},1\n{line},2\n", "supply")

    assert [row["market"] for row in rows(judgement)] == ["SE"]
    assert rejected(judgement) == [(n, "conflicting_duplicate") for n in (2, 4, 5)]


def test_columns_of_supply_have_rules_of_their_own(judge: Judge) -> None:
    data = (
        "audience_id,context,date,market,expected_slots\n"
        "a,radio,2026-01-05,SE,2.5\n"
        "a,Radio,2026-01-05,SE,1\n"
        "a,mixes,2026-02-30,SE,1\n"
        "a,mixes,05.01.2026,SE,1\n"
        "a,mixes,2026-01-05,se,1\n"
        "a,mixes,2026-01-06,SE,-1\n"
        "a,mixes,2026-01-06,SE,1e999\n"
        "a,mixes,2026-01-06,SE,1e300\n"
        "a,mixes,2026-01-06,SE,\n"
        "a,,2026-01-06,SE,1\n"
    )

    judgement = judge(data, "supply")

    assert rows(judgement) == [
        {
            "audience_id": "a",
            "context": "radio",
            "date": date(2026, 1, 5),
            "market": "SE",
            "expected_slots": 2.5,
        }
    ]
    assert rejected(judgement) == [
        (3, "context_not_known"),
        (4, "date_not_a_date"),
        (5, "date_not_a_date"),
        (6, "market_not_known"),
        (7, "expected_slots_out_of_range"),
        (8, "expected_slots_out_of_range"),
        (9, "expected_slots_out_of_range"),
        (10, "expected_slots_missing"),
        (11, "context_missing"),
    ]


def test_optional_columns_may_be_absent_or_empty(judge: Judge) -> None:
    data = "track_id,artist_id,licensor_id,markets,blocked\nt,a,l,SE|NO,true\nu,a,l,,\n"

    judgement = judge(data, "tracks")

    assert [(row["markets"], row["blocked"], row["title"]) for row in rows(judgement)] == [
        ("SE|NO", True, None),
        (None, None, None),
    ]


def test_parquet_dates_and_flags_keep_their_meaning(judge: Judge) -> None:
    supply = parquet(
        audience_id=["a"],
        context=["radio"],
        date=pa.array([date(2026, 1, 5)], pa.date32()),
        expected_slots=pa.array([3], pa.int32()),
    )

    judgement = judge(supply, "supply", "parquet")

    assert rows(judgement)[0]["date"] == date(2026, 1, 5)
    assert rows(judgement)[0]["expected_slots"] == 3.0


def test_text_that_is_no_text_rejects_its_row_alone(judge: Judge) -> None:
    data = (
        '{"track_id":"t","artist_id":"a","licensor_id":"l","title":"\\ud800"}\n'
        '{"track_id":"\\ud800","artist_id":"a","licensor_id":"l"}\n'
        '{"track_id":"u","artist_id":"a","licensor_id":"l","title":"\\ud83d\\ude00"}\n'
    )

    judgement = judge(data, "tracks", "jsonl")

    assert rejected(judgement) == [(1, "title_not_text"), (2, "id_invisible_char")]
    assert rows(judgement)[0]["title"] == "\U0001f600"


def test_json_that_nests_without_end_is_a_rejected_row(judge: Judge) -> None:
    judgement = judge("[" * 60_000 + "\n", form="jsonl")

    assert judgement.reason == "all_rows_rejected"
    assert rejected(judgement) == [(1, "bad_json")]


def test_lines_that_csv_refuses_are_judged_all_the_same(judge: Judge) -> None:
    odd = judge(HEADER + 'a,t,0.5\nb,t\r,x,0.5\r\nc,t,0.5\nd,t\r,0.5\ne,t,"0".5\n')
    assert (odd.status, len(odd.rows)) == ("partial", 2)
    assert rejected(odd) == [
        (3, "too_many_fields"),
        (5, "id_invisible_char"),
        (6, "bad_quote"),
    ]
    header = judge("audience_id,track_id\r,score\na,t,0.5\n")
    assert (header.status, header.reason) == ("rejected", "missing_column")


def test_parquet_text_that_is_no_utf8_refuses_the_file_and_names_the_row(judge: Judge) -> None:
    for kind in (pa.string(), pa.dictionary(pa.int32(), pa.string())):
        ids = pa.array([b"a", b"b\xff", b"c"], pa.binary()).view(pa.string())
        column = ids.dictionary_encode() if pa.types.is_dictionary(kind) else ids
        scores = parquet(audience_id=column, track_id=["t"] * 3, score=[0.5] * 3)
        refused = judge(scores, form="parquet")
        assert (refused.status, refused.reason, refused.reason_line) == (
            "rejected",
            "bad_encoding",
            2,
        )
        assert "Row 2 has text in the column audience_id" in refused.message


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("audience_id,track_ids,score", "Found audience_id, track_ids, score. Is track_ids meant?"),
        ("audience_id,score,who", "Found audience_id, score and 1 that no column is called."),
        ("a,b,c", "None of the 3 fields of the header is the name of a column."),
    ],
)
def test_a_missing_column_is_told_with_what_was_found(judge: Judge, header: str, said: str) -> None:
    judgement = judge(header + "\na,t,0.5\n")

    assert judgement.reason == "missing_column"
    assert "; expected audience_id, track_id, score." in (judgement.message)
    assert said in judgement.message
