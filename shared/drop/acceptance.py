"""Noun drop: judging the rows of a file by the rules of its dataset."""

from collections.abc import Iterator
from pathlib import Path

from shared.drop.columns import RowColumns
from shared.drop.datasets import NUMBERS, Dataset, Kind
from shared.drop.delimited import DelimitedFile
from shared.drop.documents import judge_campaigns, judge_policy
from shared.drop.file_rows import Record
from shared.drop.inflation import inflated_blocks, plain_file
from shared.drop.json_lines import json_records
from shared.drop.judgements import Judgement, Rejection, conclude, quoted, refusal
from shared.drop.lines import physical_lines
from shared.drop.parquet import parquet_records
from shared.drop.refusals import RefusedFileError
from shared.drop.values import COMMA_NUMBER, NOT_A_NUMBER, NUMBER, READERS, Fault, read_number
from shared.policy.policies import Limits


def judge_file(path: Path, dataset: Dataset, form: str, limits: Limits) -> Judgement:
    """Judge a file of a dataset; ``form`` is csv, tsv, jsonl, parquet or json.

    The answer depends on the bytes, the dataset and the limits alone.
    """
    try:
        if form == "parquet":
            with plain_file(path, limits) as plain:
                return _judge_rows(parquet_records(plain, dataset), dataset, limits)
        is_document = not dataset.columns
        longest = limits.max_document_line_bytes if is_document else limits.max_line_bytes
        lines = physical_lines(inflated_blocks(path, limits), longest, form)
        if form == "json":
            return judge_policy(_whole_document(lines, longest))
        if is_document:
            return judge_campaigns(lines)
        if form == "jsonl":
            return _judge_rows(json_records(lines, dataset), dataset, limits, texts_are_typed=True)
        file = DelimitedFile(lines, dataset)
        records = file.records()
        if file.delimiter != ",":
            records = _with_decimal_points(records, dataset)
        return _judge_rows(records, dataset, limits)
    except RefusedFileError as error:
        return refusal(error)


def _judge_rows(
    records: Iterator[Record], dataset: Dataset, limits: Limits, *, texts_are_typed: bool = False
) -> Judgement:
    rows = RowColumns(dataset)
    rejections: list[Rejection] = []
    readers = [READERS[c.kind] for c in dataset.columns]
    scale = _ScoreScale(dataset)
    for record in records:
        if len(rows) + len(rejections) >= limits.max_rows:
            raise RefusedFileError(
                "too_many_rows", f"The file has more than {limits.max_rows:,} rows. Send parts."
            )
        if record.fault:
            rejections.append(Rejection(record.line, record.fault))
            continue
        values: list[object] = []
        rejected: Rejection | None = None
        for index, (column, reader) in enumerate(zip(dataset.columns, readers, strict=True)):
            raw = record.values[index]
            value = reader(raw)
            if texts_are_typed and column.kind in NUMBERS and isinstance(raw, str):
                value = NOT_A_NUMBER
            if isinstance(value, Fault):
                if value == "missing" and not column.is_needed:
                    value = None
                elif rejected is None:
                    shown = quoted(dataset, index, raw)
                    rejected = Rejection(record.line, column.code(value), column.name, shown)
            values.append(value)
        scale.count(record)
        if rejected is not None:
            rejections.append(rejected)
        else:
            rows.append(record.line, values)
    scale.check()
    duplicates, stays = rows.duplicates()
    rejections.extend(Rejection(line, code) for line, code in duplicates)
    accepted = int(stays.sum())
    return conclude(rejections, rows_accepted=accepted, table=rows.table(stays))


def _whole_document(lines: Iterator[tuple[int, str]], max_bytes: int) -> str:
    texts, size = [], 0
    for _, text in lines:
        size += len(text.encode())
        if size > max_bytes:
            raise RefusedFileError(
                "file_too_large", f"The document is larger than {max_bytes:,} bytes."
            )
        texts.append(text)
    return "".join(texts)


class _ScoreScale:
    """Notices scores that were written on another scale than [0, 1]."""

    def __init__(self, dataset: Dataset) -> None:
        self._index = next((i for i, c in enumerate(dataset.columns) if c.name == "score"), None)
        self._numbers = self._over_one = 0

    def count(self, record: Record) -> None:
        """Count the score of a row, whatever else is wrong with the row."""
        if self._index is not None:
            number = read_number(record.values[self._index])
            if not isinstance(number, Fault):
                self._numbers += 1
                self._over_one += 1 < number <= 100

    def check(self) -> None:
        """Refuse the file where at least half of its numeric scores are in (1, 100].

        Raises:
            RefusedFileError: score_scale.
        """
        if self._numbers and 2 * self._over_one >= self._numbers:
            raise RefusedFileError(
                "score_scale",
                f"{self._over_one:,} of {self._numbers:,} scores lie between 1 and 100. Scores "
                "are numbers from 0 to 1; divide before writing, nothing is divided here.",
            )


def _with_decimal_points(records: Iterator[Record], dataset: Dataset) -> Iterator[Record]:
    """Read decimal commas as points, as Excel writes them where no comma separates columns.

    Raises:
        RefusedFileError: the file has decimal commas and decimal points (mixed_decimal_marks).
    """
    numbers = [i for i, c in enumerate(dataset.columns) if c.kind in (Kind.UNIT, Kind.AMOUNT)]
    commas = points = 0
    for record in records:
        values = list(record.values)
        for index in numbers if values else ():
            text = str(values[index] or "").strip()
            if COMMA_NUMBER.fullmatch(text):
                commas += 1
                values[index] = text.replace(",", ".")
            elif "." in text and NUMBER.fullmatch(text):
                points += 1
            if commas and points:
                raise RefusedFileError(
                    "mixed_decimal_marks",
                    "The file has numbers with decimal commas and numbers with decimal points. "
                    "Write all of them with points.",
                    record.line,
                )
        yield Record(record.line, tuple(values), record.fault)
