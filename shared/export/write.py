"""Noun export: writing one part of an export."""

import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from shared.export.exports import COLUMNS, file_key
from shared.export.plan_edges import PlanEdges, ShownEdges
from shared.export.rows import first_of_each
from shared.export.store import ExportBucket
from shared.export.terms import TERMS, ExportTerms
from shared.lookup.holdouts import is_held_out
from shared.plan.edges import pieces
from shared.plan.forecasts import positions_in
from shared.plan.problem_rows import ProblemRows
from shared.plan.rounds import shard_name
from shared.plan.score_store import AcceptedScores
from shared.plan.serving import ServingPlan
from shared.plan.shards import Shard
from shared.plan.store import PlanBucket
from shared.plan.work_store import WorkStore
from shared.score.rows import unpack_rows

ROWS_OF_GROUP = 1 << 18  # of a file, about


@dataclass(frozen=True)
class PartFigures:
    """What one part holds."""

    exposures: NDArray[np.float64]  # (campaigns) of its rows, before throttles
    contexts: tuple[str, ...]  # (files)
    rows: NDArray[np.int64]  # (files)
    bytes: NDArray[np.int64]  # (files)


def part_name(part: int) -> str:
    """Return the name under which what a part holds stands in the work of its export."""
    return f"part-{part}"


def write_part(
    export_id: str,
    plan_id: str,
    part: int,
    *,
    scores: AcceptedScores,
    plans: PlanBucket,
    work: WorkStore,
    exports: ExportBucket,
) -> int:
    """Write the files of one part of an export, one a context, and return how many rows they have.

    Safe to run twice: the same part gives the same files.
    """
    shard = work.get(export_id, shard_name(part), Shard)
    terms = work.get(export_id, TERMS, ExportTerms)
    plan = plans.serving(plan_id)
    edges = PlanEdges(plan, shard.rows.context.names, shard.rows.market.names)
    namer = _Namer(plan_id, plan, terms)
    files = _Files()
    exposures = np.zeros(len(plan.campaigns))
    first = 0
    for names, packed in scores.named_blocks(shard.places):
        for piece in pieces(len(names)):
            named = names[piece]
            rows = shard.rows.of_scores(first, first + len(named))
            found = edges.shown(rows, unpack_rows(packed[piece]))
            exposures += found.exposures
            for context, table in namer.tables(rows, named, found):
                files.write(context, table)
            first += len(named)
    bodies = files.closed()
    for context, (_, body) in bodies.items():
        exports.put_file(file_key(export_id, context, part), body)
    figures = PartFigures(
        exposures=exposures,
        contexts=tuple(bodies),
        rows=np.array([rows for rows, _ in bodies.values()], dtype=np.int64),
        bytes=np.array([len(body) for _, body in bodies.values()], dtype=np.int64),
    )
    work.put(export_id, part_name(part), figures)
    return int(figures.rows.sum())


class _Namer:
    """Turns edges into rows that people and other systems can read."""

    def __init__(self, plan_id: str, plan: ServingPlan, terms: ExportTerms) -> None:
        silent = frozenset(terms.suppressed)
        self._plan_id, self._plan, self._terms = plan_id, plan, terms
        self._campaign_ids = pa.array([c.campaign_id for c in plan.campaigns], pa.string())
        self._is_silent = np.array([c.campaign_id in silent for c in plan.campaigns], dtype=bool)
        self._holds_out = np.array([c.holdout_share > 0 for c in plan.campaigns], dtype=bool)
        self._track_ids = pa.array(terms.track_ids, pa.string())

    def tables(
        self, rows: ProblemRows, names: pa.Array, edges: ShownEdges
    ) -> Iterator[tuple[str, pa.Table]]:
        """Yield what is not silenced or held out, by context; what several rows say, once."""
        kept = np.flatnonzero(first_of_each(rows)[edges.row] & ~self._is_silent[edges.campaign])
        kept = kept[~self._held_out(names, rows.score[edges.row[kept]], edges.campaign[kept])]
        row, campaign = edges.row[kept], edges.campaign[kept]
        track = positions_in(self._terms.track_hash, edges.track_hash[kept])
        table = pa.table(
            [
                names.take(pa.array(rows.score[row])),
                pa.array(rows.market.names, pa.string()).take(pa.array(rows.market.code[row])),
                self._track_ids.take(pa.array(track)),
                pa.array(edges.score[kept]),
                self._campaign_ids.take(pa.array(campaign)),
                pa.array([self._plan_id], pa.string()).take(pa.array(np.zeros_like(row))),
            ],
            schema=COLUMNS,
        )
        code = rows.context.code[row]
        for context in np.unique(code).tolist():
            yield rows.context.names[context], table.filter(pa.array(code == context))

    def _held_out(
        self, names: pa.Array, audience: NDArray[np.int64], campaign: NDArray[np.int32]
    ) -> NDArray[np.bool_]:
        """Return which edges the lookup would hold out, asked for that audience first: (edges)."""
        plan, salt = self._plan, self._plan.holdout_salt
        held = np.zeros(len(audience), dtype=np.bool_)
        if plan.holdout_share > 0:
            seen, place = np.unique(audience, return_inverse=True)
            ids = names.take(pa.array(seen)).to_pylist()
            held |= np.array([is_held_out(plan.holdout_share, salt, a) for a in ids], bool)[place]
        for edge in np.flatnonzero(self._holds_out[campaign] & ~held).tolist():
            of = plan.campaigns[campaign[edge]]
            audience_id = names[int(audience[edge])].as_py()
            held[edge] = is_held_out(of.holdout_share, salt, audience_id, of.campaign_id)
        return held


class _Files:
    """Parquet files in the making, one a context."""

    def __init__(self) -> None:
        self._bodies: dict[str, io.BytesIO] = defaultdict(io.BytesIO)
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._waiting: dict[str, list[pa.Table]] = defaultdict(list)
        self._rows: dict[str, int] = defaultdict(int)

    def write(self, context: str, table: pa.Table) -> None:
        """Add rows; they wait until there are enough for a row group."""
        self._waiting[context].append(table)
        self._rows[context] += table.num_rows
        if sum(each.num_rows for each in self._waiting[context]) >= ROWS_OF_GROUP:
            self._flush(context)

    def closed(self) -> dict[str, tuple[int, bytes]]:
        """Return how many rows each context's file has, and the file; contexts in their order."""
        for context in list(self._waiting):
            self._flush(context)
        for writer in self._writers.values():
            writer.close()
        return {c: (self._rows[c], self._bodies[c].getvalue()) for c in sorted(self._writers)}

    def _flush(self, context: str) -> None:
        waiting = self._waiting.pop(context, [])
        if not waiting:
            return
        if context not in self._writers:
            self._writers[context] = pq.ParquetWriter(
                self._bodies[context], COLUMNS, compression="zstd"
            )
        self._writers[context].write_table(pa.concat_tables(waiting))
