"""Compressed files: gzip and zstd, whole or not, and how much they may become."""

import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.unit.drop.judging import Judged, judged

TEXT = b"audience_id,track_id,score\n" + b"".join(b"a,t%d,0.5\n" % i for i in range(5000))
SKIPPABLE = b"\x5a\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"hello"
Judge = Callable[..., Judged]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    def written(data: bytes, form: str = "csv", **limits: int) -> Judged:
        path = tmp_path / "drop"
        path.write_bytes(data)
        return judged(path, "scores", form, limits=limits)

    return written


def zstd(plain: bytes) -> bytes:
    return bytes(pa.compress(plain, "zstd", asbytes=True))


def parquet(**columns: Any) -> bytes:
    body = io.BytesIO()
    pq.write_table(pa.table(columns), body)
    return body.getvalue()


SOUND = {
    "one frame": zstd(TEXT),
    "two frames": zstd(TEXT[:700]) + zstd(TEXT[700:]),
    "an empty frame between": zstd(TEXT[:700]) + zstd(b"") + zstd(TEXT[700:]),
    "a skippable frame first": SKIPPABLE + zstd(TEXT),
    "skippable frames between and behind": SKIPPABLE.join((zstd(TEXT[:9]), zstd(TEXT[9:]), b"")),
}


@pytest.mark.parametrize("data", SOUND.values(), ids=SOUND)
def test_all_frames_of_zstd_are_read(judge: Judge, data: bytes) -> None:
    judgement = judge(data)

    assert (judgement.status, judgement.rows_accepted) == ("accepted", 5000)


DAMAGED = {
    "cut short": (zstd(TEXT)[:-9], "truncated"),
    "cut in its header": (zstd(TEXT)[:6], "truncated"),
    "cut in its second frame": (zstd(TEXT[:700]) + zstd(TEXT[700:])[:-9], "truncated"),
    "cut in a skippable frame": (zstd(TEXT) + SKIPPABLE[:-2], "truncated"),
    "bytes that are others": (zstd(TEXT)[:6] + b"\xff" * 9 + zstd(TEXT)[15:], "corrupt"),
    "bytes behind it": (zstd(TEXT) + b"junk", "corrupt"),
    "zeros behind it": (zstd(TEXT) + bytes(8), "corrupt"),
    "nothing but a skippable frame": (SKIPPABLE, "empty_file"),
    "zstd in zstd": (zstd(zstd(TEXT)), "format_mismatch"),
    "Parquet in zstd named CSV": (zstd(parquet(a=[1])), "format_mismatch"),
}


@pytest.mark.parametrize(("data", "reason"), DAMAGED.values(), ids=DAMAGED)
def test_damage_to_zstd_refuses_the_file(judge: Judge, data: bytes, reason: str) -> None:
    judgement = judge(data)

    assert (judgement.status, judgement.reason) == ("rejected", reason)
    assert judgement.rows_accepted == 0


@pytest.mark.parametrize("before", [b"", SKIPPABLE], ids=["plain", "skippable frame first"])
def test_parquet_in_zstd_is_read(judge: Judge, before: bytes) -> None:
    data = parquet(audience_id=["a"], track_id=["t"], score=[0.5])

    judgement = judge(before + zstd(data), "parquet")

    assert (judgement.status, judgement.rows_accepted) == ("accepted", 1)


def test_zstd_may_inflate_by_its_ratio_and_no_more(judge: Judge) -> None:
    rows = b"audience_id,track_id,score\n" + b"a,t,0.5\n" * 300_000  # 2.4 MB
    packed = zstd(rows)
    ratio = len(rows) / len(packed)

    within = judge(packed, max_zstd_ratio=int(ratio) + 1)
    beyond = judge(packed, max_zstd_ratio=int(ratio) - 1)

    assert within.status == "partial"
    assert (beyond.status, beyond.reason) == ("rejected", "decompression_limit")


@pytest.mark.parametrize("pack", [gzip.compress, zstd], ids=["gzip", "zstd"])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_all_parts_of_a_drop_inflate_to_one_limit(tmp_path: Path, pack: Any, form: str) -> None:
    tracks = [f"t{i}" for i in range(5000)]
    plain = parquet(audience_id=["a"] * 5000, track_id=tracks, score=[0.5] * 5000)
    data = TEXT if form == "csv" else plain
    paths = tuple(tmp_path / f"part-{number}" for number in range(3))
    for path in paths:
        path.write_bytes(pack(data))
    # Parquet in gzip inflates twice: to a file, and its pages to rows.
    once = len(data) * (1 if form == "csv" else 2)

    def of_parts(most: int) -> Judged:
        parts = {"further": paths[1:], "rows_told": (5000,) * 3}
        return judged(paths[0], "scores", form, limits={"max_inflated_bytes": most}, **parts)

    assert of_parts(5 * once).status == "partial"
    assert of_parts(2 * once).reason == "decompression_limit"
