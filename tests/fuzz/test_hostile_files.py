"""Files made to take the function down end in one receipt each, under the limits of production."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz.hostile_files import hostile_files
from tests.fuzz.test_fuzzed_drops import MOST_MB, MOST_S, PROCESSES

pytestmark = pytest.mark.promise("R7")

ENDS = {
    "one value of 100 MB": "decompression_limit",
    "columns in columns without end": "corrupt",
    "Parquet in zstd without end": "decompression_limit",
    "one audience of 4M rows": "too_many_rows_of_one_key",
    "blank lines without end": "no_rows",
    "one line without end": "line_too_long",
    "gzip bomb of CSV": "decompression_limit",
    "zstd bomb of CSV": "decompression_limit",
    "zstd bomb of JSON": "time_limit",
    "campaigns without end": "file_too_large",
}
WHOLE = {
    "one title in a dictionary",
    "one row group of 5M rows",
    "one audience of 2M rows",
    "rows with doubled quotes",
    "objects with escapes",
    "a zstd bomb that is no bomb by its ratio",
}


def written(name: str, folder: Path) -> tuple[str, Path]:
    file = hostile_files()[name]()
    path = folder / file.name
    path.write_bytes(file.body)
    return file.dataset, path


def judged(maker: ProcessPoolExecutor, name: str, folder: Path) -> dict[str, Any]:
    dataset, path = maker.submit(written, name, folder).result()
    command = [sys.executable, "-m", "tests.fuzz.judge_hostile", dataset, str(path)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(path.with_suffix(".json").read_text())
    path.unlink()
    return found


@pytest.fixture(scope="module")
def judgements(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[dict[str, Any]]]]:
    """Judge the files of all tests that were chosen, two at a time."""
    chosen = [item for item in request.session.items if item.path == request.path]
    names = [item.callspec.params["name"] for item in chosen if isinstance(item, pytest.Function)]
    # Made in a process of its own: the memory of the one that starts another counts as its.
    with (
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as maker,
        ThreadPoolExecutor(PROCESSES) as runs,
    ):
        yield {n: runs.submit(judged, maker, n, tmp_path_factory.mktemp("file")) for n in names}


@pytest.mark.parametrize("name", hostile_files())
def test_a_hostile_file_ends_in_one_receipt_in_bounded_memory_and_time(
    judgements: dict[str, Future[dict[str, Any]]], name: str
) -> None:
    found = judgements[name].result()

    (receipt,) = found["receipts"]
    print(f"{name}: {found['peak_mb']:.0f} MB, {found['took_s']:.1f} s, {receipt['sentence']}")
    assert found["peak_mb"] < MOST_MB
    assert found["took_s"] < MOST_S
    assert receipt["reason"] == ENDS.get(name, receipt["reason"])
    assert (name in ENDS) <= (receipt["status"] == "rejected")
    assert (name in WHOLE) == (receipt["status"] == "accepted")
