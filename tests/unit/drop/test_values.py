"""Values of columns: ids, numbers and days, in every format."""

import io
import unicodedata
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shared.id.ids import has_invisible
from tests.unit.drop.judging import judged_both_ways

HEADER = "audience_id,track_id,score"
OBJECT = '{"audience_id":"%s","track_id":"t","score":%s}\n'


def test_what_unicode_calls_control_no_break_or_no_text_is_invisible() -> None:
    characters = [chr(code) for code in range(0x110000)]

    refused = [
        c
        for c in characters
        if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")
        or unicodedata.decomposition(c).startswith("<noBreak>")
    ]

    assert all(map(has_invisible, refused))


IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180e\u200b\u200d\u2060\u206f\u3164\ufe00"
    "\ufe0f\ufeff\uffa0\ufff9\ufffb\U0001d173\U0001d17a\U000e0001\U000e0100\U000e0fff"
)
WIDE = "\u1680\u2000\u2003\u2009\u205f\u3000"


def test_ids_hold_no_character_without_width_but_spaces_that_have_one(tmp_path: Path) -> None:
    ids = [f"a{c}b{i}" for i, c in enumerate(IGNORABLE + WIDE)]

    judgement = judged_both_ways(
        tmp_path, f"{HEADER}\n" + "".join(f"{each},t,0.5\n" for each in ids)
    )

    assert judgement.rejected == [(i + 2, "id_invisible_char") for i in range(len(IGNORABLE))]
    assert [row["audience_id"] for row in judgement.rows] == ids[len(IGNORABLE) :]


def test_texts_in_json_are_no_scores_and_show_no_scale(tmp_path: Path) -> None:
    texts = "".join(OBJECT % (f"a{i}", f'"{i + 5}"') for i in range(5))

    some = judged_both_ways(tmp_path, texts + OBJECT % ("b", "0.5"), form="jsonl")
    alone = judged_both_ways(tmp_path, texts, form="jsonl")

    assert some.rejected == [(line, "score_not_a_number") for line in range(1, 6)]
    assert alone.reason == "all_rows_rejected"


@pytest.mark.parametrize(
    ("scores", "reason"),
    [
        (["0.5", "55"], "score_scale"),
        (["0.5", "55", "nan", "inf", "x", ""], "score_scale"),
        (["0.5", "55", "1e999"], None),
        (["0.5", "55", "-3"], None),
        (["55", "0.5", "100.5"], None),
    ],
)
def test_a_scale_is_seen_in_half_of_the_numbers(
    tmp_path: Path, scores: list[str], reason: str | None
) -> None:
    rows = [f"a{i},t,{score}" for i, score in enumerate(scores)]

    judgement = judged_both_ways(tmp_path, "\n".join([HEADER, *rows]))

    assert judgement.reason == (reason or "")


def test_days_beyond_the_calendar_are_no_dates(tmp_path: Path) -> None:
    far = 1 << 30
    days = [pa.array([0, far, -far, None], pa.int32()).cast(pa.date32())]
    days.append(days[0].dictionary_encode())
    days.append(
        pa.array([0, (1 << 31) * 86_400_000, -(1 << 60), None], pa.int64()).cast(pa.date64())
    )
    for column in days:
        body = io.BytesIO()
        table = {"audience_id": list("abcd"), "context": ["radio"] * 4, "date": column}
        pq.write_table(pa.table({**table, "expected_slots": [1.0] * 4}), body)

        judgement = judged_both_ways(tmp_path, body.getvalue(), "supply", "parquet")

        assert [row["date"] for row in judgement.rows] == [date(1970, 1, 1)]
        assert judgement.rejected == [
            (2, "date_not_a_date"),
            (3, "date_not_a_date"),
            (4, "date_missing"),
        ]


@pytest.mark.parametrize(
    ("written", "is_date"),
    [
        *((text, True) for text in ("2020", "2020-12", "2020-02-29", "0001", " 1999-12-31 ", "")),
        *((text, False) for text in ("2020-13", "2020-00", "2020-02-30", "2021-02-29", "0000")),
        *((text, False) for text in ("0000-01-01", "20", "2020-1", "2020-01-01\u00a0", "202001")),
    ],
)
def test_release_dates_are_years_months_and_days_that_exist(
    tmp_path: Path, written: str, is_date: bool
) -> None:
    header = "track_id,artist_id,licensor_id,release_date"

    judgement = judged_both_ways(tmp_path, f"{header}\nt,a,l,{written}\nu,a,l,2020\n", "tracks")

    assert judgement.rejected == ([] if is_date else [(2, "release_date_not_a_date")])


def test_only_ascii_spaces_round_a_date_or_a_context_are_none_of_it(tmp_path: Path) -> None:
    rows = ["a, radio , 2026-01-05 ,5", "b,radio\u00a0,2026-01-05,5", "c,radio,\t2026-01-05,5"]

    judgement = judged_both_ways(
        tmp_path, "\n".join(["audience_id,context,date,expected_slots", *rows]), "supply"
    )

    assert judgement.rejected == [(3, "context_not_known"), (4, "date_not_a_date")]
