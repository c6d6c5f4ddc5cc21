"""Files made to take a function down: small as they come, large as they are read."""

import gzip
import io
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.fuzz.seed_files import CAMPAIGN, SeedFile

HEADER = b"audience_id,track_id,score\n"
BATCH = 1 << 17  # rows of a Parquet file that a reader takes at once
LONG = 12_000  # bytes of an id that no row of text would be refused for


def hostile_files() -> dict[str, Callable[[], SeedFile]]:
    """Return what makes each file, by name."""
    return {
        "one dictionary value for every track": lambda: _repeated(track_id=LONG),
        "one dictionary value for every audience": lambda: _repeated(audience_id=LONG),
        "one dictionary value in a column nobody reads": lambda: _repeated(note=LONG),
        "one title in a dictionary": _titles,
        "one prefix for every track": lambda: _repeated(
            track_id=LONG, many=BATCH // 4, encoding="DELTA_BYTE_ARRAY"
        ),
        "one value of 100 MB": lambda: _repeated(track_id=100_000_000, many=3),
        "one list of 20 million": _long_list,
        "thousands of columns": _wide,
        "columns in columns without end": _deep,
        "one row group of 5M rows": _many_rows,
        "3M rows of Parquet with nothing in them": lambda: _nulls(3_000_000),
        "Parquet in zstd without end": lambda: _scores("a.parquet.zst", _zstd(bytes(900 << 20))),
        "2M equal rows": lambda: _scores("a.csv", HEADER + b"a,t,0.5\n" * 2_000_000),
        "700k rows of one pair": lambda: _scores("a.csv", HEADER + _pairs(700_000)),
        "one audience of 2M rows": lambda: _scores("a.csv", HEADER + _tracks(2_000_000)),
        "one audience of 4M rows": lambda: _scores("a.csv.gz", _gzip(HEADER + _tracks(4_000_000))),
        "400k rejected rows": lambda: _scores("a.csv", HEADER + _rejected(400_000)),
        "every row has fields too many": lambda: _scores("a.csv", HEADER + b"a,b,c,d\n" * 300_000),
        "lines of nothing but commas": lambda: _scores("a.csv", HEADER + _commas(60)),
        "rows with doubled quotes": lambda: _scores("a.csv", HEADER + _quoted(120_000)),
        "empty objects": lambda: _scores("a.jsonl", b"{}\n" * 60_000),
        "objects with escapes": lambda: _scores("a.jsonl", _escaped(100_000)),
        "blank lines without end": lambda: _scores("a.jsonl", b"\n" * 30_000_000),
        "one line without end": lambda: _scores("a.csv", HEADER + bytes(200 << 20)),
        "gzip bomb of CSV": lambda: _scores("a.csv.gz", _gzip(HEADER + b"a,t,0.5\n" * 50_000_000)),
        "zstd bomb of CSV": lambda: _scores("a.csv.zst", _zstd(HEADER + b"a,t,0.5\n" * 50_000_000)),
        "zstd bomb of JSON": lambda: _scores("a.jsonl.zst", _zstd(b"{}\n" * 100_000_000)),
        "a zstd bomb that is no bomb by its ratio": _slow_bomb,
        "campaigns without end": _campaigns,
    }


def _scores(name: str, body: bytes) -> SeedFile:
    return SeedFile("scores", name, body)


def _gzip(plain: bytes) -> bytes:
    return gzip.compress(plain, 1, mtime=0)


def _zstd(plain: bytes) -> bytes:
    return bytes(pa.compress(plain, "zstd", asbytes=True))


def _written(table: pa.Table, **how: Any) -> bytes:
    body = io.BytesIO()
    pq.write_table(table, body, row_group_size=len(table), **how)
    return body.getvalue()


def _same(text: str, many: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(many, np.int32)), [text])


def _repeated(
    *,
    audience_id: int = 1,
    track_id: int = 1,
    note: int = 1,
    many: int = BATCH,
    encoding: str = "",
) -> SeedFile:
    columns = {
        "audience_id": _same("a" * audience_id, many),
        "track_id": _same("t" * track_id, many),
        "score": np.full(many, 0.5),
        "note": _same("n" * note, many),
    }
    table = pa.table(columns)
    if not encoding:
        return _scores("a.parquet", _written(table, compression="zstd"))
    text = pa.concat_tables(
        table.slice(at, 4096).cast(pa.schema({**dict.fromkeys(columns, pa.string()),
        "score": pa.float64()})) for at in range(0, many, 4096)
    )  # fmt: skip
    body = io.BytesIO()
    encodings = dict.fromkeys(("audience_id", "track_id", "note"), encoding)
    how = {"use_dictionary": False, "column_encoding": encodings, "compression": "zstd"}
    pq.write_table(text, body, **how)
    return _scores("a.parquet", body.getvalue())


def _titles() -> SeedFile:
    many = BATCH // 4
    columns = {
        "track_id": pa.array(map(str, range(many))),
        "artist_id": _same("a", many),
        "licensor_id": _same("l", many),
        "title": _same("t" * LONG, many),
    }
    return SeedFile("tracks", "a.parquet", _written(pa.table(columns), compression="zstd"))


def _long_list() -> SeedFile:
    one = pa.ListArray.from_arrays([0, 20_000_000], pa.array(np.zeros(20_000_000, np.int8)))
    columns = {"audience_id": ["a"], "track_id": ["t"], "score": [-1.0], "note": one}
    return _scores("a.parquet", _written(pa.table(columns), compression="zstd"))


def _wide() -> SeedFile:
    columns = {"audience_id": ["a"] * 9, "track_id": ["t"] * 9, "score": [-1.0] * 9}
    more = {f"column {number}": [0.5] * 9 for number in range(20_000)}
    return _scores("a.parquet", _written(pa.table(columns | more)))


def _deep() -> SeedFile:
    """A footer whose schema nests 100,000 groups, each ``a`` and one child."""
    group = b"\x35\x02\x18\x01a\x15\x02\x00"
    leaf = b"\x15\x0c\x25\x02\x18\x01b\x00"
    depth = 100_000
    size = bytes([(depth + 2) & 0x7F | 0x80, (depth + 2) >> 7 & 0x7F | 0x80, (depth + 2) >> 14])
    root = b"\x48\x01r\x15\x02\x00"
    footer = b"\x15\x04\x19\xfc" + size + root + group * depth + leaf + b"\x16\x00\x19\x0c\x00"
    body = b"PAR1" + footer + len(footer).to_bytes(4, "little") + b"PAR1"
    return _scores("a.parquet", body)


def _many_rows() -> SeedFile:
    many = 5_000_000
    row = np.arange(many)
    columns = {
        "audience_id": pa.array(row // 100).cast(pa.string()).dictionary_encode(),
        "track_id": pa.array(row % 100).cast(pa.string()).dictionary_encode(),
        "score": (row % 97) / 97,
    }
    return _scores("a.parquet", _written(pa.table(columns), compression="zstd"))


def _nulls(many: int) -> SeedFile:
    columns = dict.fromkeys(("audience_id", "track_id"), pa.nulls(many, pa.string()))
    return _scores("a.parquet", _written(pa.table({**columns, "score": pa.nulls(many)})))


def _digits(many: int) -> np.ndarray[Any, Any]:
    places = 10 ** np.arange(6, -1, -1)
    return (np.arange(many)[:, None] // places % 10 + ord("0")).astype(np.uint8)


def _lines(many: int, before: bytes, after: bytes) -> bytes:
    row = partial(np.broadcast_to, shape=(many,))
    left = [row(byte)[:, None] for byte in np.frombuffer(before, np.uint8)]
    right = [row(byte)[:, None] for byte in np.frombuffer(after, np.uint8)]
    return np.hstack([*left, _digits(many), *right]).tobytes()


def _pairs(many: int) -> bytes:
    return _lines(many, b"a,t,0.", b"\n")


def _tracks(many: int) -> bytes:
    return _lines(many, b"a,", b",0.5\n")


def _rejected(many: int) -> bytes:
    return _lines(many, b"listener-", b",t,x\n")


def _quoted(many: int) -> bytes:
    return _lines(many, b'"""', b'",t,1\n')


def _escaped(many: int) -> bytes:
    return _lines(many, b'{"audience_id":"\\u0041', b'","track_id":"t","score":1}\n')


def _commas(many: int) -> bytes:
    return (b"," * 65_000 + b"\n") * many


def _slow_bomb() -> SeedFile:
    """Text that zstd makes a tenth of: 3M rows of 125k audiences, all of them sound."""
    audience = np.random.default_rng(1).permutation(np.repeat(np.arange(125_000), 24))
    lines = _digits(3_000_000)
    ids = (audience[:, None] // 10 ** np.arange(5, -1, -1) % 10 + ord("0")).astype(np.uint8)
    comma, end = (np.full((len(ids), 1), ord(each), np.uint8) for each in ",\n")
    one = np.full((len(ids), 1), ord("1"), np.uint8)
    return _scores("a.csv.zst", _zstd(HEADER + np.hstack(
        [ids, comma, lines, comma, one, end]).tobytes()))  # fmt: skip


def _campaigns() -> SeedFile:
    line = json.dumps(CAMPAIGN | {"name": "n" * 150}).encode()
    return SeedFile("campaigns", "a.jsonl.gz", _gzip((line + b"\n") * 150_000))
