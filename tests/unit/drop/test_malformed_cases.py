"""The malformed corpus beside the project, each case against what an analyst demands."""

import json
import runpy
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from tests.unit.drop.judging import Judged
from tests.unit.drop.judging import judged as judge

CORPUS = Path(__file__).parents[4] / "shared" / "malformed" / "gen"
CASES = sorted(CORPUS.glob("[0-9]*.py"))
MEGABYTE = 1 << 20

pytestmark = pytest.mark.skipif(
    not CASES, reason="left out: ../shared/malformed is not beside this clone"
)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("malformed")
    for case in CASES:
        subprocess.run([sys.executable, "-B", case, folder], check=True, capture_output=True)
    return folder


def judged(corpus: Path, case: str, **reading: Any) -> tuple[Judged, dict[str, Any]]:
    expected = json.loads((corpus / f"{case}.expect.json").read_text())
    path = corpus / f"{case}{expected['ext']}"
    form = expected["ext"].split(".")[1]
    known = known_tracks() if expected.get("catalogue") else None
    return judge(path, "scores", form, known=known, **reading), expected


def known_tracks() -> list[str]:
    names = runpy.run_path(str(CORPUS / "_lib.py"))
    return sorted(names["KNOWN"])


def ids(judgement: Judged, column: str = "audience_id") -> list[str]:
    return [] if judgement.table is None else judgement.table.column(column).to_pylist()


@pytest.mark.parametrize("in_bulk", [True, False], ids=["bulk", "exact"])
@pytest.mark.parametrize("case", [case.stem for case in CASES])
def test_each_case_ends_as_demanded(corpus: Path, case: str, in_bulk: bool) -> None:
    judgement, expected = judged(corpus, case, in_bulk=in_bulk)

    if expected["file"] == "accept":
        assert judgement.status in ("accepted", "partial")
        assert judgement.rows_accepted == expected["accepted"]
        assert [[r.line, r.code] for r in judgement.rejections] == expected["rejected"]
    else:
        assert judgement.status == "rejected"
        assert judgement.reason == expected["reason"]
        assert judgement.table is None
        if "at" in expected:
            assert judgement.reason_line == expected["at"]
        if "row_reason" in expected:
            assert set(judgement.rejections.counts()) == {expected["row_reason"]}


def test_decimal_commas_are_read_as_written(corpus: Path) -> None:
    judgement, _ = judged(corpus, "01_excel_bom_semicolon")
    baseline, _ = judged(corpus, "65_good_baseline")

    assert judgement.table is not None
    assert judgement.table.column_names[0] == "audience_id"
    assert judgement.table.equals(baseline.table)


@pytest.mark.parametrize(
    "case",
    [
        "02_excel_sep_line",
        "03_crlf_no_final_newline",
        "04_cr_only_old_mac",
        "09_utf16le_bom",
        "13_trailing_delimiter",
        "19_header_spelling",
        "27_column_order",
        "45_gzip_named_csv",
    ],
)
def test_each_spelling_of_the_good_file_gives_its_very_rows(corpus: Path, case: str) -> None:
    judgement, _ = judged(corpus, case)
    baseline, _ = judged(corpus, "65_good_baseline")

    assert judgement.table is not None
    assert judgement.table.equals(baseline.table)


def test_ids_are_stored_as_they_were_written(corpus: Path) -> None:
    quoted, _ = judged(corpus, "05_quoted_commas")
    mojibake, _ = judged(corpus, "12_double_encoded_utf8")
    zeros, expected = judged(corpus, "30_leading_zeros")
    twins, _ = judged(corpus, "37_nfc_nfd_twins")
    blanks, _ = judged(corpus, "35_empty_and_blank_ids")

    assert ids(quoted) == ["Rock, heavy", 'the "late" crowd', "a"]
    assert ids(mojibake) == ["Ballak\u00c3\u00a9 Sissoko", "Ballak\u00e9 Sissoko"]
    assert ids(zeros, "track_id") == expected["ids"]
    assert len(set(ids(twins, "track_id"))) == 2
    assert ids(blanks) == ["dz:hu:rock"]


def test_no_unsound_spelling_of_a_score_is_stored(corpus: Path) -> None:
    judgement, _ = judged(corpus, "22_bad_scores_zoo")

    assert judgement.table is not None
    assert judgement.table.column("score").to_pylist() == [0, 1, 0.5, 0.5, 0.5, 0.5, 1]


def test_json_rows_keep_types_apart(corpus: Path) -> None:
    judgement, _ = judged(corpus, "52_jsonl_zoo")

    assert ids(judgement, "track_id") == ["t1", "t2", "t11"]


def test_a_header_in_the_middle_becomes_no_audience(corpus: Path) -> None:
    judgement, _ = judged(corpus, "15_repeated_header")

    assert "audience_id" not in ids(judgement)


def test_messages_name_what_the_file_is(corpus: Path) -> None:
    assert "Excel" in judged(corpus, "44_xlsx_named_csv")[0].message
    assert "web page" in judged(corpus, "41_html_login_page")[0].message
    assert "Traceback" not in judged(corpus, "43_csv_named_parquet")[0].message


@pytest.mark.parametrize("case", ["48_gzip_bomb", "50_single_line_200mb"])
def test_memory_stays_flat_where_a_file_attacks_it(corpus: Path, case: str) -> None:
    tracemalloc.start()

    judged(corpus, case)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 200 * MEGABYTE if case.startswith("48") else peak < 100 * MEGABYTE
