"""Blank lines are no rows, whatever ends them; lines of other characters are."""

import gzip
import time
from pathlib import Path

import pytest

from tests.unit.drop.judging import judged, judged_both_ways

HEADER = "audience_id,track_id,score"
OBJECT = '{"audience_id":"a","track_id":"t","score":0.5}'
CUT = f"{HEADER}\r\na,t,0.5\r\n\r"  # within the end of a last, blank line


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (CUT, "csv"),
        (f"{HEADER}\na,t,0.5\n\r", "csv"),
        (f"{HEADER}\r\n\r\r\na,t,0.5\n \t\r\n \r", "csv"),
        (CUT.replace(",", "\t"), "tsv"),
        (CUT.encode("utf-16"), "csv"),
        (gzip.compress(CUT.encode()), "csv"),
        (f'{HEADER}\n"a",t,"0.5"\r\n\r', "csv"),
        (f"{OBJECT}\r\n\r", "jsonl"),
        (f" \t \r\n{OBJECT}\n\t\r", "jsonl"),
    ],
)
def test_a_line_of_spaces_tabs_and_carriage_returns_is_blank(
    tmp_path: Path, data: str | bytes, form: str
) -> None:
    judgement = judged_both_ways(tmp_path, data, form=form)

    assert judgement.status == "accepted"
    assert judgement.rows == [{"audience_id": "a", "track_id": "t", "score": 0.5}]


@pytest.mark.parametrize("tail", ["\n\r", "\r\n\r", "\n\r\r", "\n \r", "\r"])
def test_a_header_over_blank_lines_has_no_rows(tmp_path: Path, tail: str) -> None:
    assert judged_both_ways(tmp_path, HEADER + tail).reason == "no_rows"


@pytest.mark.parametrize("odd", "\u00a0\f\v\x85\u2028\u3000\x1f\u200b\x1a\0", ids=ascii)
def test_a_line_of_any_other_character_is_a_row(tmp_path: Path, odd: str) -> None:
    table = judged_both_ways(tmp_path, f"{HEADER}\na,t,0.5\n{odd}\nb,t,0.5\n")
    objects = judged_both_ways(tmp_path, f"{OBJECT}\n{odd}\n", form="jsonl")

    assert table.rejected == [(3, "too_few_fields")]
    assert objects.rejected == [(2, "bad_json")]


def test_tabs_are_empty_fields_where_they_separate_columns(tmp_path: Path) -> None:
    data = f"{HEADER}\na,t,0.5\n,,\n \n"

    commas = judged_both_ways(tmp_path, data)
    tabs = judged_both_ways(tmp_path, data.replace(",", "\t"), form="tsv")

    assert commas.rejected == tabs.rejected == [(3, "id_missing")]


@pytest.mark.parametrize("data", ["\n" * 20_000_000, f"{HEADER}\n" + " \n" * 3_000_000], ids=len)
def test_many_blank_lines_are_passed_in_little_time(tmp_path: Path, data: str) -> None:
    path = tmp_path / "drop"
    path.write_text(data)
    began = time.process_time()

    judgement = judged(path, "scores", "csv")

    assert judgement.reason in ("empty_file", "no_rows")
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("data", "form"), [(f"{HEADER}\na,t,0.5\n", "csv"), (f"{OBJECT}\n", "jsonl")]
)
def test_blank_lines_are_bounded_as_rows_are(tmp_path: Path, data: str, form: str) -> None:
    limits = {"max_rows": 3}

    few = judged_both_ways(tmp_path, data + "\n" * 3, form=form, limits=limits)
    many = judged_both_ways(tmp_path, data + "\n" * 4, form=form, limits=limits)

    assert few.status == "accepted"
    assert (many.reason, many.message) == (
        "too_many_rows",
        "The file has more than 3 blank lines. Send parts.",
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
@pytest.mark.parametrize("block_bytes", [1 << 20, 16])
def test_the_end_of_a_line_does_not_count_against_its_limit(
    tmp_path: Path, end: str, block_bytes: int
) -> None:
    limits = {"max_line_bytes": 64}
    line = "a" * 58 + ",t,0.5"

    exact = judged_both_ways(
        tmp_path, f"{HEADER}\n{line}{end}", limits=limits, block_bytes=block_bytes
    )
    longer = judged_both_ways(
        tmp_path, f"{HEADER}\nb{line}{end}", limits=limits, block_bytes=block_bytes
    )

    assert exact.status == "accepted"
    assert (longer.reason, longer.reason_line) == ("line_too_long", 2)
