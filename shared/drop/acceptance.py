"""Noun drop: judging the rows of a file by the rules of its dataset."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from shared.drop.accepted_rows import accept_rows, parts_of
from shared.drop.catalogues import Catalogue
from shared.drop.datasets import Dataset
from shared.drop.decimal_commas import DecimalMarks
from shared.drop.delimited import DelimitedFile
from shared.drop.documents import judge_document
from shared.drop.grouped_rows import GroupedRows, NotGroupedError
from shared.drop.inflation import inflated_blocks, plain_file
from shared.drop.json_lines import JsonLines
from shared.drop.judgements import Judgement, conclude, refusal
from shared.drop.line_shapes import every_line, odd_lines
from shared.drop.parquet import parquet_rows
from shared.drop.partitions import Partitions
from shared.drop.raw_rows import RawRows
from shared.drop.refusals import RefusedFileError
from shared.drop.rejections import RejectionLog
from shared.drop.row_judging import RowJudge
from shared.drop.sinks import RowSink
from shared.drop.text_blocks import BLOCK_BYTES, text_blocks
from shared.policy.policies import Limits


@dataclass(frozen=True)
class Candidate:
    """A file that is to be judged; ``form`` is csv, tsv, jsonl, parquet or json.

    How it is read changes nothing in the judgement: ``in_bulk`` parses lines of plain shape
    together, without it every line is read by the exact rules alone; text is read in blocks of
    about ``block_bytes``; rows go into ``parts`` where their keys do not stand together, as many
    as the file's size asks for unless told.
    """

    path: Path
    dataset: Dataset
    form: str
    limits: Limits
    in_bulk: bool = True
    block_bytes: int = BLOCK_BYTES
    parts: int | None = None

    def rows(self) -> Iterator[RawRows]:
        """Yield the rows of the file.

        Raises:
            RefusedFileError: rows are hidden, or the file is not what its name says.
        """
        if self.form == "parquet":
            with plain_file(self.path, self.limits) as plain:
                yield from parquet_rows(plain, self.dataset, self.limits)
            return
        blocks = text_blocks(
            inflated_blocks(self.path, self.limits),
            self.limits.max_line_bytes,
            self.form,
            block_bytes=self.block_bytes,
        )
        if self.form == "jsonl":
            yield from JsonLines(self.dataset, in_bulk=self.in_bulk).rows(blocks)
            return
        file = DelimitedFile(blocks, self.dataset, odd_lines if self.in_bulk else every_line)
        marks = DecimalMarks(self.dataset) if file.delimiter != "," else None
        for rows in file.rows():
            yield marks.with_points(rows) if marks else rows


def judge_file(
    candidate: Candidate, *, sink: RowSink, catalogue: Catalogue | None = None
) -> Judgement:
    """Judge a file. Accepted rows go to the sink; what it has is void where all are refused.

    The judgement depends on the bytes, the dataset, the limits and the catalogue alone.
    """
    dataset = candidate.dataset
    try:
        if not dataset.columns:
            return judge_document(candidate.path, candidate.form, candidate.limits)
        parts = candidate.parts or parts_of(candidate.path)
        key = dataset.partition_column
        if parts > 1:
            with suppress(NotGroupedError):
                return _judge_rows(candidate, GroupedRows(key), sink, catalogue)
            sink.restart()
        return _judge_rows(candidate, Partitions(key, parts), sink, catalogue)
    except RefusedFileError as error:
        return refusal(error)


def _judge_rows(
    candidate: Candidate,
    store: GroupedRows | Partitions,
    sink: RowSink,
    catalogue: Catalogue | None,
) -> Judgement:
    log = RejectionLog()
    judge = RowJudge(
        candidate.dataset,
        log,
        catalogue,
        texts_are_typed=candidate.form == "jsonl",
        max_rows=candidate.limits.max_rows,
    )
    sound = (judge.sound_rows(rows) for rows in candidate.rows())
    accepted = accept_rows(sound, store, candidate.dataset, sink=sink, log=log)
    judge.check_whole_file()
    return conclude(log.conclude(), rows_accepted=accepted)
