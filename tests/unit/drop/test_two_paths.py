"""Bulk reading and exact reading of one file come to one judgement, however it is cut."""

import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.drop.judging import Judged, judged

AUDIENCES = ["a", "b", "listener-1", " c ", "Björk", "Bj\u00f6rk", "", "audience_id", "=x", "é" * 9]
TRACKS = ["t1", "t2", "spotify:track:0000001", "x y", "NA", "\u200bz", "track_id", "t" * 1025, "'t"]
SCORES = [
    *("0.5", "1", "0", "-0", ".5", "1.", "+0.5", "1e-3", "0,5", "1.2", "85", "", "NULL", "nan"),
    *("-inf", "1e999", "0x1", "1_0", "\u0660", "score", " 0.25 ", "55%", "true", "0.5\t"),
]
FIELDS = {"audience_id": AUDIENCES, "track_id": TRACKS, "score": SCORES}
QUOTED = [
    lambda field: field,
    lambda field: f'"{field}"',
    lambda field: f' "{field}"',
    lambda field: '"' + field.replace('"', '""') + '"x',
    lambda field: f'"{field}',
    lambda field: f'"{field}\n"',
    lambda field: f"\ufeff{field}",
]


def outcome(judgement: Judged) -> tuple[Any, ...]:
    rows = [] if judgement.table is None else judgement.table.to_pylist()
    return (
        judgement.status,
        judgement.reason,
        judgement.reason_line,
        judgement.rows_accepted,
        list(judgement.rejections),
        sorted(map(repr, rows)),
    )


def outcomes(data: bytes, dataset: str, form: str, readings: list[dict[str, Any]]) -> list[Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drop"
        path.write_bytes(data)
        return [outcome(judged(path, dataset, form, **reading)) for reading in readings]


CUTS: list[dict[str, Any]] = [
    {"in_bulk": in_bulk, "block_bytes": block_bytes, "parts": parts}
    for in_bulk in (True, False)
    for block_bytes, parts in ((1 << 20, 1), (40, 1), (1 << 20, 4))
]


def assert_one_judgement(data: bytes, dataset: str, form: str) -> None:
    found = outcomes(data, dataset, form, CUTS)

    bulk, exact = found[:3], found[3:]
    assert bulk == exact
    # Where a file has two reasons to be refused, the first block that shows one decides.
    assert len({each[0] for each in bulk}) == 1
    if bulk[0][0] != "rejected" or bulk[0][1] == "all_rows_rejected":
        assert bulk[0] == bulk[1] == bulk[2]


def row_texts(random: Random, delimiter: str) -> str:
    header = [*FIELDS, "x"][: random.choice((3, 3, 4))]
    random.shuffle(header)
    lines = [delimiter.join(header)]
    for _ in range(random.randrange(1, 30)):
        sound = random.random() < 0.7
        fields = []
        for name in header:
            values = FIELDS.get(name, ["", "x"])
            field = values[0] if sound else random.choice(values)
            field = f"{field}{random.randrange(9)}" if sound and name != "score" else field
            quoted = (
                QUOTED[0] if random.random() < 0.8 else random.choice(QUOTED[: 3 if sound else 7])
            )
            fields.append(quoted(field))
        if not sound and random.random() < 0.3:
            fields = random.choice((fields[:-1], [*fields, "z"], [], [" "], ["\u00a0"], header))
        lines.append(delimiter.join(fields))
    return random.choice(("\n", "\n", "\r\n", "\r")).join(lines) + random.choice(("", "\n", "\n\r"))


@pytest.mark.parametrize("seed", range(400))
def test_delimited_files_of_every_spelling(seed: int) -> None:
    random = Random(seed)
    form, delimiter = random.choice((("csv", ","), ("csv", ","), ("csv", ";"), ("tsv", "\t")))
    text = row_texts(random, delimiter)

    assert_one_judgement(text.encode(), "scores", form)


def damaged(data: bytes, random: Random) -> bytes:
    body = bytearray(data)
    for _ in range(random.randrange(1, 6)):
        at = random.randrange(len(body))
        what = random.randrange(4)
        if what == 0:
            body[at] = random.choice(b'",;\t\n\r\0 "\xff\xc3{}\\:')
        elif what == 1:
            del body[at : at + random.randrange(1, 12)]
        elif what == 2:
            body[at:at] = body[random.randrange(len(body)) :][: random.randrange(1, 40)]
        else:
            body[at:at] = random.choice((b'"', b"\n", b'""', b",", b"\r", "\u00a0".encode()))
        if not body:
            return b"x"
    return bytes(body)


CSV = "".join(
    f"{q}listener-{i // 4:03}{q},track-{i % 7},{(i % 11) / 10},é\n"
    for i in range(60)
    for q in ('"' if i % 3 else "",)
)
JSON = "".join(
    f'{{"audience_id":"listener-{i // 4}","track_id":"track-{i % 7}","score":{(i % 11) / 10}}}\n'
    for i in range(60)
)
TRACK_ROWS = "".join(f'track-{i},artist,label,"T{i}, é",SE|NO,2020,true\n' for i in range(40))
BASES = {
    "scores csv": ("scores", "csv", "audience_id,track_id,score,x\n" + CSV),
    "scores jsonl": ("scores", "jsonl", JSON),
    "tracks csv": (
        "tracks",
        "csv",
        "track_id,artist_id,licensor_id,title,markets,release_date,blocked\n" + TRACK_ROWS,
    ),
    "delivery csv": (
        "delivery",
        "csv",
        "date,campaign_id,context,exposures,audience_id\n"
        + "".join(f"2026-01-{i % 28 + 1:02},c{i % 5},radio,{i},\n" for i in range(60)),
    ),
}


@pytest.mark.parametrize("seed", range(150))
@pytest.mark.parametrize("base", BASES)
def test_damaged_files(base: str, seed: int) -> None:
    dataset, form, text = BASES[base]

    assert_one_judgement(damaged(text.encode(), Random(seed)), dataset, form)


JSON_VALUES = st.sampled_from(
    ['"a"', '"b"', "1", "0.5", "1.5", "-0", "null", "true", '"0.5"', "NaN", "1e999", "[1]",
     '{"x":1}', '"\\u0041"', '""', '" a "', "9007199254740993", '"\u200b"', '"{"', '"q\\"q"']
)  # fmt: skip


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.lists(
        st.one_of(
            st.lists(
                st.tuples(
                    st.sampled_from(["audience_id", "track_id", "score", "stddev", "x"]),
                    JSON_VALUES,
                ),
                max_size=6,
            ).map(lambda pairs: "{" + ",".join(f'"{k}":{v}' for k, v in pairs) + "}"),
            st.sampled_from(["", " ", "{", "[1]", "7", '{"audience_id":"a"}{"x":1}']),
            st.just('{"audience_id":"a","track_id":"t","score":0.5}'),
        ),
        max_size=12,
    )
)
def test_json_lines_of_every_spelling(lines: list[str]) -> None:
    assert_one_judgement("\n".join(lines).encode(), "scores", "jsonl")


PARQUET_VALUES: dict[str, Callable[[Random], Any]] = {
    "audience_id": lambda r: r.choice([*AUDIENCES, None, "a", "b", "c", "d"]),
    "track_id": lambda r: r.choice([*TRACKS, None, *(f"t{i}" for i in range(9))]),
    "score": lambda r: r.choice([0.5, 0.25, 1.0, 0.0, -0.0, 1.5, None, float("nan"), float("inf")]),
}


@pytest.mark.parametrize("seed", range(60))
def test_parquet_files_in_any_number_of_parts_and_as_dictionaries(seed: int) -> None:
    random = Random(seed)
    columns = {
        name: pa.array([value(random) for _ in range(40)]) for name, value in PARQUET_VALUES.items()
    }
    bodies = []
    for encode in (False, True):
        arrays = {
            n: c.dictionary_encode() if encode and n != "score" else c for n, c in columns.items()
        }
        body = io.BytesIO()
        pq.write_table(pa.table(arrays), body, row_group_size=random.choice((7, 100)))
        bodies.append(body.getvalue())

    found = [
        each
        for body in bodies
        for each in outcomes(body, "scores", "parquet", [{"parts": 1}, {"parts": 4}])
    ]

    assert all(each == found[0] for each in found)


@pytest.mark.parametrize("again", ["a,t9,0.5", "a,t0,0.5", "a,t0,0.75"])
def test_a_key_that_comes_back_after_its_rows_were_handed_on_is_noticed(again: str) -> None:
    runs = [f"{audience},t{i},0.5" for audience in "abcdefgh" for i in range(6)]
    data = "\n".join(["audience_id,track_id,score", *runs, *[again] * 2, ""]).encode()

    readings = [{"parts": 1}, {"parts": 4}, {"parts": 4, "block_bytes": 64}]
    found = outcomes(data, "scores", "csv", readings)

    assert found[0] == found[1] == found[2]
    assert found[0][0] == "partial"


@pytest.mark.parametrize("lines", [2, 3, 9])
def test_a_text_of_several_lines_may_reach_into_the_next_blocks(lines: int) -> None:
    title = "\n".join(f"line {number} of it" for number in range(lines))
    rows = [f'track-{i},"{title}",artist,label' if i % 3 else f"track-{i},T,a,l" for i in range(20)]
    data = "\n".join(["track_id,title,artist_id,licensor_id", *rows, ""]).encode()

    found = outcomes(data, "tracks", "csv", CUTS)

    assert all(each == found[0] for each in found)
    assert (found[0][0], found[0][3]) == ("accepted", 20)


def test_two_objects_on_a_line_are_no_two_rows() -> None:
    row = '{"audience_id":"a","track_id":"t","score":0.5}'
    data = f"{row}\n{row} {row}\n{row}{{}}\n{row} 7\n[{row}]\n"

    found = outcomes(data.encode(), "scores", "jsonl", CUTS)

    assert all(each == found[0] for each in found)
    assert [(r.line, r.code) for r in found[0][4]] == [
        (2, "bad_json"), (3, "bad_json"), (4, "bad_json"), (5, "not_an_object")
    ]  # fmt: skip
