"""Files that name canaries, good and damaged in every way that a file of rows is."""

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from tests.faults.privacy.canaries import CANARIES
from tests.integration.journeys import TODAY

Rows = list[list[str]]  # the first is the header
NIGHT = [str(TODAY), "radio"]
DATASETS: dict[str, Callable[[str], Rows]] = {
    "scores": lambda a: [["audience_id", "track_id", "score"], [a, "track-0", "0.5"]],
    "audiences": lambda a: [["audience_id", "parent_id", "share"], [a, "cohort-1", "1"]],
    "supply": lambda a: [
        ["audience_id", "context", "date", "expected_slots"],
        [a, "radio", str(TODAY), "9"],
    ],
    "delivery": lambda a: [
        ["audience_id", "campaign_id", "date", "context", "exposures"],
        [a, "c-all", *NIGHT, "1"],
    ],
}


def good_rows(dataset: str) -> Rows:
    """Return a row of each canary, under the header."""
    return [DATASETS[dataset]("")[0], *(DATASETS[dataset](each)[1] for each in CANARIES)]


def damaged_files(dataset: str) -> Iterator[tuple[str, bytes]]:
    """Yield files by name, each naming every canary, each wrong in a way of its own."""
    header, *rows = good_rows(dataset)
    text = written([header, *rows])
    yield "no-header.csv", written(rows)
    yield "canary-for-a-header.csv", written([[CANARIES[0], *header[1:]], *rows])
    yield "twice.csv", written([header, *rows, *rows])
    yield "conflicting.csv", written([header, *rows, *([*row[:-1], "0.25"] for row in rows)])
    for at in range(1, len(header)):
        # Slipped: the id stands in another column, and something else in its own.
        yield f"slipped-{at}.csv", written([header, *_moved(rows, at)])
        yield f"typed-{at}.jsonl", _lines(header, _moved(rows, at))
    yield "short.csv", written([header, *(row[:1] for row in rows)])
    yield "long.csv", written([header, *([*row, row[0]] for row in rows)])
    yield "quoted.csv", written([header]) + "".join(f'"{r[0]}"x,1\n' for r in rows).encode()
    yield "open-quote.csv", text + f'"{CANARIES[0]},t,0.5\n'.encode()
    yield "invisible.csv", written([header, *([f"{r[0]}\u200b", *r[1:]] for r in rows)])
    yield "not-utf-8.csv", text + CANARIES[1].encode("utf-16-le") + b"\xff,t,0.5\n"
    yield "nul.csv", text.replace(b"\n", b"\0\n")
    yield "cut.csv.gz", gzip.compress(text)[:-9]
    yield "no.csv.zst", text
    yield "percent.csv", written([header, *([*row[:-1], "77"] for row in rows)])
    yield (
        "odd-keys.jsonl",
        b"".join(
            json.dumps({row[0]: row[0], **dict(zip(header, row, strict=True))}).encode() + b"\n"
            for row in rows
        ),
    )
    yield "key-twice.jsonl", f'{{"{CANARIES[0]}": 1, "{CANARIES[0]}": 2}}\n'.encode()
    yield "broken.jsonl", f'{{"audience_id": "{CANARIES[0]}", \n"{CANARIES[1]}"\n'.encode()
    yield "an-array.jsonl", json.dumps(list(CANARIES)).encode()
    yield "mistaken.txt", text
    yield "nested.parquet", _parquet({"audience_id": [dict.fromkeys(CANARIES, 1)]}, header)
    yield "typed.parquet", _parquet({header[-1]: list(CANARIES)}, header)
    yield "columns.parquet", _parquet({each: [each] for each in CANARIES}, [])
    yield "damaged.parquet", _damaged(header, rows)


def written(rows: Rows) -> bytes:
    """Return rows as CSV."""
    body = io.StringIO()
    csv.writer(body, lineterminator="\n").writerows(rows)
    return body.getvalue().encode()


def _moved(rows: Rows, at: int) -> Rows:
    moved = []
    for row in rows:
        other = list(row)
        other[0], other[at] = "sound", row[0]
        moved.append(other)
    return moved


def _lines(header: list[str], rows: Rows) -> bytes:
    objects = (dict(zip(header, row, strict=True)) for row in rows)
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in objects).encode()


def _parquet(columns: Mapping[str, Sequence[object]], header: Sequence[str]) -> bytes:
    many = max(map(len, columns.values()))
    others = {name: ["1"] * many for name in header if name not in columns}
    body = io.BytesIO()
    pq.write_table(pa.table({**others, **columns}), body)
    return body.getvalue()


def _damaged(header: list[str], rows: Rows) -> bytes:
    columns = dict(zip(header, map(list, zip(*rows, strict=True)), strict=True))
    body = _parquet(columns, header)
    return body[:60] + b"\xff" * 20 + body[80:]
