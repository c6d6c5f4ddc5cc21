"""Judging a file and keeping what was accepted."""

from pathlib import Path
from typing import Any

import pyarrow as pa

from shared.drop.acceptance import judge_file
from shared.drop.candidates import Candidate
from shared.drop.catalogues import Catalogue
from shared.drop.datasets import DATASETS
from shared.drop.judgements import Judgement
from shared.drop.sinks import CollectedRows
from shared.policy.policies import Limits


class Judged:
    """A judgement with the rows that it accepted, None where there are none."""

    def __init__(self, judgement: Judgement, table: pa.Table | None) -> None:
        self.judgement, self.table = judgement, table

    def __getattr__(self, name: str) -> Any:
        return getattr(self.judgement, name)

    @property
    def rejected(self) -> list[tuple[int, str]]:
        return [(row.line, row.code) for row in self.judgement.rejections]

    @property
    def rows(self) -> list[dict[str, Any]]:
        assert self.table is not None
        return list(self.table.to_pylist())


def judged(
    path: Path,
    dataset: str,
    form: str,
    *,
    known: list[str] | None = None,
    limits: dict[str, int] | None = None,
    **reading: Any,
) -> Judged:
    """Judge a file; ``known`` are the tracks of the catalogue, ``reading`` how it is read."""
    sink = CollectedRows(DATASETS[dataset])
    catalogue = Catalogue(pa.array(known, pa.string())) if known is not None else None
    candidate = Candidate(path, DATASETS[dataset], form, Limits(**(limits or {})), **reading)
    judgement = judge_file(candidate, sink=sink, catalogue=catalogue)
    is_refused = judgement.status == "rejected" or not DATASETS[dataset].columns
    return Judged(judgement, None if is_refused else sink.table)


def judged_both_ways(
    folder: Path, data: str | bytes, dataset: str = "scores", form: str = "csv", **reading: Any
) -> Judged:
    """Judge a file in bulk and by exact rules alone; both come to one judgement."""
    path = folder / "drop"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    bulk, exact = (
        judged(path, dataset, form, in_bulk=in_bulk, **reading) for in_bulk in (True, False)
    )
    assert (bulk.status, bulk.reason, bulk.reason_line) == (
        exact.status,
        exact.reason,
        exact.reason_line,
    )
    assert list(bulk.rejections) == list(exact.rejections)
    assert (bulk.table is None) == (exact.table is None)
    assert bulk.table is None or bulk.rows == exact.rows
    return bulk
