"""Quotes: those over several lines, those that hide rows, and those that RFC 4180 does not have."""

from pathlib import Path

import pytest

from tests.unit.drop.judging import judged_both_ways

HEADER = "audience_id,track_id,score"
NOTED = f"{HEADER},note"
TITLED = "track_id,artist_id,licensor_id,title"


@pytest.mark.parametrize(
    ("rows", "rejected"),
    [
        ('a,t,0.5\n"dz:hu:\nrock",t,0.5\nb,t,0.5\nc,t,x', [(3, "id_invisible_char"),
                                                          (6, "score_not_a_number")]),
        ('a,t,0.5\r\n"dz:hu:\r\nrock",t,0.5\r\nb,t,0.5', [(3, "id_invisible_char")]),
        ('"a\n",t,0.5\na,t,0.5\nb,t,0.5', [(2, "id_invisible_char")]),
        ('a,"t\n1",0.5\na,t,0.5\nb,t,0.5', [(2, "id_invisible_char")]),
        ('a,t,"0.5\n"\na,u,0.5\nb,t,0.5', [(2, "score_not_a_number")]),
        ('a,t,"\n\n0.5"\na,u,0.5\nb,t,0.5', [(2, "score_not_a_number")]),
    ],
)  # fmt: skip
def test_a_line_end_inside_an_id_or_a_score_rejects_its_row(
    tmp_path: Path, rows: str, rejected: list[tuple[int, str]]
) -> None:
    judgement = judged_both_ways(tmp_path, f"{HEADER}\n{rows}\n")

    assert judgement.rows_accepted == 2
    assert judgement.rejected == rejected


@pytest.mark.parametrize(
    ("dataset", "data"),
    [
        ("scores", f'{NOTED}\na,t,0.5,"one, two, three\nfour, five, six"\nb,t,0.5,x\n'),
        ("scores", f'{NOTED}\na,t,0.5,"text\nfour, five, six, seven"\nb,t,0.5,x\n'),
        ("scores", f'note,{HEADER}\n"one,\n,\n,,\n",a,t,0.5\nx,b,t,0.5\n'),
        ("tracks", f'{TITLED}\nt,a,l,"One, two, three, four\nfive"\nu,a,l,x\n'),
        ("tracks", f'{TITLED}\nt,a,l,"One\ntwo, three, four, five\n\nsix"\nu,a,l,x\n'),
        ("tracks", f'{TITLED}\nt,a,l,"A\r\n""B"", C"\nu,a,l,x\n'),
    ],
)
def test_text_over_several_lines_stands_with_its_commas(
    tmp_path: Path, dataset: str, data: str
) -> None:
    assert judged_both_ways(tmp_path, data, dataset).rows_accepted == 2


@pytest.mark.parametrize(
    ("dataset", "data"),
    [
        ("scores", f'{HEADER}\n"b,t,0.5\nc",t,0.5\nd,t,0.5\n'),
        ("scores", f'{HEADER}\n"b,t,0.5\nc,t,0.5\nd",t,0.5\n'),
        ("scores", f'{HEADER}\n"b, t, 0.5\nc", t, 0.5\nd,t,0.5\n'),
        ("scores", f'{HEADER}\nb,"t,0.5\nc,t",0.5\nd,t,0.5\n'),
        ("scores", f'{HEADER}\n"b,t,0.5\nc,t",0.5\nd,t,0.5\n'),
        ("scores", f'{HEADER}\n"b,t,0.5\nc,t,0.5\nd,t,0.5\n'),
        ("scores", f'{HEADER}\n"b"",t,0.5\nc,t,0.5\n'),
        ("scores", f'{NOTED}\na,t,0.5,"x\nb,t,0.5,y\nc,t,0.5,z"\n'),
        ("scores", f'{NOTED}\na,t,0.5,"\nb,t,0.5,"\n'),
        ("scores", f'{NOTED}\na,t,0.5,"x\nb, t, 0.5, y\nc, t, 0.5, z"\n'),
        ("scores", f'{NOTED.replace(",", ";")}\na;t;0,5;"x\nb;t;0,5;y"\n'),
        ("tracks", f'{TITLED}\nt,a,l,"Food\nu,b,l,B"\nv,a,l,C\n'),
    ],
)
def test_a_stray_quote_that_swallows_rows_refuses_the_file(
    tmp_path: Path, dataset: str, data: str
) -> None:
    judgement = judged_both_ways(tmp_path, data, dataset)

    assert (judgement.reason, judgement.reason_line) == ("unterminated_quote", 2)


def test_spaces_before_a_quote_are_outer_spaces(tmp_path: Path) -> None:
    header = 'audience_id, "track_id", "score", "note"\n'
    rows = 'a, "t", "0.5", "x, ""y"""\n  "b, c", "t", 0.25,z\nd, "u,\nv", 0.5,z\n'

    judgement = judged_both_ways(tmp_path, header + rows)

    assert [(row["audience_id"], row["track_id"]) for row in judgement.rows] == [
        ("a", "t"),
        ("b, c", "t"),
    ]
    assert judgement.rejected == [(4, "id_invisible_char")]


@pytest.mark.parametrize("row", ['"rock"x,t,0.5', '"a \\"b\\" c",t,0.5', '"a" ,t,0.5'])
def test_a_quote_that_ends_before_its_field_rejects_the_row(tmp_path: Path, row: str) -> None:
    judgement = judged_both_ways(tmp_path, f"{HEADER}\n{row}\nb,t,0.5\n")

    assert judgement.rejected == [(2, "bad_quote")]
    assert judgement.rows_accepted == 1


def test_quotes_inside_a_field_that_none_opens_are_characters(tmp_path: Path) -> None:
    judgement = judged_both_ways(tmp_path, f'{HEADER}\n7" mix,t,0.5\nthe "late" crowd,t,0.5\n')

    assert [row["audience_id"] for row in judgement.rows] == ['7" mix', 'the "late" crowd']
