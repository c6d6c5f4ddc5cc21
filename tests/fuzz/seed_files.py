"""Small sound files of every dataset in every format, to be damaged."""

import gzip
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pyarrow as pa
import pyarrow.parquet as pq

from shared.drop.datasets import DATASETS, NUMBERS, Kind

CAMPAIGN = {
    "campaign_id": "c1", "version": 1, "licensor_id": "l1", "name": "Björk", "track_ids": ["t1"],
    "status": "active", "starts_at": "2026-01-05T00:00:00Z", "ends_at": "2026-02-05T00:00:00Z",
    "goal_exposures": 100,
}  # fmt: skip
VALUES = {
    Kind.ID: ("listener-1", "t2", "Björk", "x,y", "00042"),
    Kind.TEXT: ("Song", "", "naïve", '"quoted"', "=1+1"),
    Kind.CONTEXT: ("radio", "mixes", "autoplay", "radio", "mixes"),
    Kind.MARKET: ("SE", "DE", "US", "FR", "GB"),
    Kind.MARKETS: ("SE|DE", "", "US", "FR|GB|SE", "GB"),
    Kind.UNIT: ("0.5", "1", "0", "0.123456789", "1e-3"),
    Kind.AMOUNT: ("12", "0.5", "100000", "7", "0"),
    Kind.DATE: ("2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08", "2026-01-09"),
    Kind.DAY_TEXT: ("2026-01-05", "", "2026", "2026-01", "1999-12-31"),
    Kind.FLAG: ("true", "false", "1", "0", "true"),
}


@dataclass(frozen=True)
class SeedFile:
    """A sound file: its name says its form."""

    dataset: str
    name: str
    plain: bytes
    pack: Callable[[bytes], bytes] = bytes

    @property
    def body(self) -> bytes:
        """Return the file as it is dropped."""
        return self.pack(self.plain)


@cache
def seed_files() -> tuple[SeedFile, ...]:
    """Return every seed, in an order that never changes."""
    found = []
    for name, dataset in DATASETS.items():
        if not dataset.columns:
            continue
        columns = {c.name: VALUES[c.kind] for c in dataset.columns}
        numbers = {c.name for c in dataset.columns if c.kind in NUMBERS}
        texts = {form: _delimited(columns, mark) for form, mark in (("csv", ","), ("tsv", "\t"))}
        semicolons = _delimited(columns, ";").replace(".", ",").encode("utf-8-sig")
        json_lines = _json_lines(columns, numbers)
        files = (
            ("a.csv", texts["csv"].encode(), bytes),
            ("a.tsv", texts["tsv"].encode(), bytes),
            ("b.csv", texts["csv"].encode(), _utf_16),
            ("c.csv", semicolons, bytes),
            ("a.csv.gz", texts["csv"].encode(), _gzip),
            ("a.csv.zst", texts["csv"].encode(), _zstd),
            ("a.jsonl", json_lines, bytes),
            ("a.jsonl.gz", json_lines, _gzip),
            ("a.parquet", _parquet(columns, numbers, "none"), bytes),
            ("b.parquet", _parquet(columns, numbers, "zstd"), bytes),
        )
        found.extend(SeedFile(name, file, plain, pack) for file, plain, pack in files)
    campaigns = "".join(f"{json.dumps(CAMPAIGN | {'campaign_id': f'c{i}'})}\n" for i in range(3))
    found.append(SeedFile("campaigns", "a.jsonl", campaigns.encode()))
    found.append(SeedFile("policy", "a.json", b'{"max_gap": 0.02, "gates": {"max_drift": 0.3}}'))
    return tuple(found)


def _utf_16(plain: bytes) -> bytes:
    return plain.decode(errors="replace").encode("utf-16")


def _gzip(plain: bytes) -> bytes:
    return gzip.compress(plain, mtime=0)


def _zstd(plain: bytes) -> bytes:
    return pa.compress(plain, "zstd", asbytes=True)


def _delimited(columns: dict[str, tuple[str, ...]], mark: str) -> str:
    rows = [tuple(columns), *zip(*columns.values(), strict=True)]
    return "".join(mark.join(_quoted(field, mark) for field in row) + "\r\n" for row in rows)


def _quoted(field: str, mark: str) -> str:
    needs = mark in field or '"' in field
    return '"' + field.replace('"', '""') + '"' if needs else field


def _json_lines(columns: dict[str, tuple[str, ...]], numbers: set[str]) -> bytes:
    rows = zip(*columns.values(), strict=True)
    typed = (
        {n: float(v) if n in numbers else v for n, v in zip(columns, row, strict=True)}
        for row in rows
    )
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in typed).encode()


def _parquet(columns: dict[str, tuple[str, ...]], numbers: set[str], packing: str) -> bytes:
    body = io.BytesIO()
    table = pa.table({n: list(map(float, v)) if n in numbers else v for n, v in columns.items()})
    pq.write_table(table, body, compression=packing, row_group_size=3)
    return body.getvalue()
