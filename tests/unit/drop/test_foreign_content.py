"""Files whose content is not what their names say, and what only looks so."""

import bz2
import lzma
from pathlib import Path

import pytest

from tests.unit.drop.judging import judged_both_ways

HEADER = "audience_id,track_id,score"
ROW = '{"audience_id":"%s","track_id":"t","score":0.5}'
A, B, C = (ROW % name for name in "abc")
PRETTY = '{\n "audience_id": "a",\n "track_id": "t",\n "score": 0.5\n}'


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("<table><tr><td>audience_id</td></tr></table>\n", "a web page or XML"),
        ("<head><title>x</title></head>\n<body>Login</body>\n", "a web page or XML"),
        ("<!-- saved -->\n<html><body>Login</body></html>", "a web page or XML"),
        ("<Error><Code>AccessDenied</Code></Error>\n", "a web page or XML"),
        (f"[\n {A}\n]\n", "JSON"),
        (f"[ {A}]", "JSON"),
        ('[["a","t",0.5]]', "JSON"),
        (b"ORC\n\3\0\0" + b"\n\3\0\0" * 50, "an ORC file"),
        (bz2.compress(HEADER.encode()), "bzip2, which is not read: use gzip or zstd"),
        (bz2.compress(b""), "bzip2, which is not read: use gzip or zstd"),
        (lzma.compress(HEADER.encode()), "xz, which is not read: use gzip or zstd"),
        (b"PK\5\6" + b"\0" * 18, "an empty zip file"),
        (b"SQLite format 3\0" + b"\0" * 500, "a SQLite database"),
    ],
)
def test_what_a_file_is_instead_of_csv_is_said(
    tmp_path: Path, data: str | bytes, said: str
) -> None:
    judgement = judged_both_ways(tmp_path, data)

    assert judgement.reason == "format_mismatch"
    assert judgement.message == f"The name says csv, and the content is {said}."


@pytest.mark.parametrize("name", ["ORC", "BZh9", "PK", "Object"])
def test_a_column_may_be_called_what_other_formats_begin_with(tmp_path: Path, name: str) -> None:
    assert judged_both_ways(tmp_path, f"{name},{HEADER}\nx,a,t,0.5\n").status == "accepted"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (f"[{A},\n{B},\n{C}\n]\n", "one JSON array"),
        (f"[{A}\n,{B}\n]\n", "one JSON array"),
        (f"[{A},\n{B}", "one JSON array"),
        (f"\n[ \r\n\n{A},\r\n{B}\r\n]\r\n", "one JSON array"),
        (f"[\r{A},\r{B}\r]\r", "one JSON array"),
        (f"[\n{PRETTY},\n{PRETTY}\n]", "one JSON array"),
        (f'{{"data":[\n{A},\n{B}\n]}}\n', "JSON over several lines"),
        (f'{{"status":"ok",\n"rows":[{A},\n{B}]}}\n', "JSON over several lines"),
        (f"{PRETTY}\n{PRETTY}\n", "JSON over several lines"),
        ('{"audience_id":"a",\n"track_id":"t","score":0.5}', "JSON over several lines"),
        (f"{HEADER}\na,t,0.5\n", "a table with separators"),
        (f"\n{HEADER.replace(',', ';').upper()};x\na;t;0,5\n", "a table with separators"),
    ],
)
@pytest.mark.parametrize("block_bytes", [1 << 20, 40])
def test_what_is_no_json_lines_is_refused_whole(
    tmp_path: Path, data: str, said: str, block_bytes: int
) -> None:
    judgement = judged_both_ways(tmp_path, data, form="jsonl", block_bytes=block_bytes)

    assert judgement.reason == "format_mismatch"
    assert said in judgement.message


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('"hello, world"', "not_an_object"),
        ("1,2", "bad_json"),
        ("// exported by x, 2026", "bad_json"),
        ("[1,2]", "not_an_object"),
        (f"[{A},{B}]", "not_an_object"),
        ('"track_id":"t","score":0.5}', "bad_json"),
        ('{"audience_id":"a","track', "bad_json"),
        ('{"audience_id":"a",', "bad_json"),
        ('{"audience_id":"a","track_id":"t","score":', "bad_json"),
        ('{"audience_id":"a","x":[', "bad_json"),
        ("[", "bad_json"),
        ("\x1c" * 600, "bad_json"),
        ("\u2028" + A, "bad_json"),
        ("audience_id", "bad_json"),
    ],
)
def test_a_first_line_that_is_damaged_is_one_rejected_row(
    tmp_path: Path, line: str, code: str
) -> None:
    judgement = judged_both_ways(tmp_path, f"{line}\n{B}\n{C}\n", form="jsonl")

    assert judgement.rejected == [(1, code)]
    assert judgement.rows_accepted == 2


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
@pytest.mark.parametrize(
    ("dataset", "form", "text"),
    [
        ("scores", "jsonl", A),
        ("scores", "csv", f"{HEADER}\na,t,0.5\n"),
        ("campaigns", "jsonl", "{}\n"),
        ("policy", "json", "{}"),
    ],
)
def test_wide_characters_without_their_mark_are_no_known_encoding(
    tmp_path: Path, dataset: str, form: str, text: str, encoding: str
) -> None:
    judgement = judged_both_ways(tmp_path, text.encode(encoding), dataset, form)

    assert (judgement.reason, judgement.reason_line) == ("bad_encoding", 1)


def test_a_nul_inside_a_line_is_no_sign_of_wide_characters(tmp_path: Path) -> None:
    judgement = judged_both_ways(tmp_path, f"{HEADER}\na\0,t,0.5\nb,t,0.5\n")

    assert judgement.rejected == [(2, "id_invisible_char")]


@pytest.mark.parametrize("block_bytes", [1 << 20, 30])
def test_a_byte_order_mark_further_down_is_a_character_that_nobody_sees(
    tmp_path: Path, block_bytes: int
) -> None:
    rows = "\ufeffa,t,0.5\na,t,0.5\nb,t,0.5\n\ufeffc,t,0.5\n"
    turned = "score,audience_id,track_id\n\ufeff0.5,a,t\n0.5,b,t\n"

    ids = judged_both_ways(tmp_path, f"{HEADER}\n{rows}", block_bytes=block_bytes)
    scores = judged_both_ways(tmp_path, turned, block_bytes=block_bytes)

    assert ids.rejected == [(2, "id_invisible_char"), (5, "id_invisible_char")]
    assert [row["audience_id"] for row in ids.rows] == ["a", "b"]
    assert scores.rejected == [(2, "score_not_a_number")]


@pytest.mark.parametrize("mark", [",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_the_second_of_two_marked_files_brings_a_repeated_header(
    tmp_path: Path, mark: str, encoding: str, quote: str
) -> None:
    header = mark.join(f"{quote}{name}{quote}" for name in HEADER.split(","))
    one, two = (f"\ufeff{header}\r\n{name}{mark}t{mark}0\r\n" for name in "ab")

    judgement = judged_both_ways(tmp_path, (one + two).encode(encoding))

    assert judgement.rejected == [(3, "repeated_header")]
    assert judgement.rows_accepted == 2


def test_keys_of_json_are_spelled_like_names_of_a_header(tmp_path: Path) -> None:
    spelled = '{"Audience ID":"%s"," Track_ID ":"t","SCORE":0.5,"x":1}\n'
    twice = '{"audience_id":"c","track_id":"t","score":0.5,"Score":0.9}\n'

    judgement = judged_both_ways(tmp_path, spelled % "a" + spelled % "b" + twice, form="jsonl")

    assert [row["audience_id"] for row in judgement.rows] == ["a", "b"]
    assert judgement.rejected == [(3, "duplicate_json_key")]
