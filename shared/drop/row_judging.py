"""Noun drop: which rows of a part of a file are sound, and why the others are not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shared.drop.catalogues import Catalogue, CatalogueCheck
from shared.drop.datasets import NUMBERS, Column, Dataset
from shared.drop.judgements import quoted
from shared.drop.raw_rows import RawRows, Record
from shared.drop.refusals import RefusedFileError
from shared.drop.rejections import SHOWN, RejectionLog
from shared.drop.score_scale import ScoreScale
from shared.drop.sound_values import JudgedColumn, arrow_type, judge_column
from shared.drop.values import NOT_A_NUMBER, READERS, Fault


@dataclass(frozen=True)
class SoundRows:
    """Rows whose every value is sound, with all columns of the dataset."""

    lines: NDArray[np.int64]  # (rows)
    columns: dict[str, pa.Array]  # (rows) each; null where an optional value is not there


class RowJudge:
    """Judges the rows of one file, part by part."""

    def __init__(
        self,
        dataset: Dataset,
        log: RejectionLog,
        catalogue: Catalogue | None,
        *,
        texts_are_typed: bool,
        max_rows: int,
    ) -> None:
        """Rejections go to the log. Typed texts are never numbers, as in JSON."""
        self._dataset, self._log = dataset, log
        is_asked = catalogue is not None and dataset.name == "scores"
        self._catalogue = CatalogueCheck(catalogue) if catalogue and is_asked else None
        self._texts_are_typed = texts_are_typed
        self._scale = ScoreScale()
        self._rows, self._blank, self._max_rows = 0, 0, max_rows

    def sound_rows(self, rows: RawRows) -> SoundRows:
        """Return the sound rows of a part by line, and log the others.

        Raises:
            RefusedFileError: the file has more rows than it may, or as many blank lines
                (too_many_rows).
        """
        self._rows += rows.many
        self._blank += rows.blank
        for many, what in ((self._rows, "rows"), (self._blank, "blank lines")):
            if many > self._max_rows:
                message = f"The file has more than {self._max_rows:,} {what}. Send parts."
                raise RefusedFileError("too_many_rows", message)
        for code, lines in rows.faults:
            self._log.add_many(lines, code)
        plain = self._of_columns(rows.lines, rows.columns)
        odd = self._of_records(rows.records)
        sound = _merged(plain, odd) if len(odd.lines) else plain
        return self._known(sound) if self._catalogue else sound

    def check_whole_file(self) -> None:
        """Look at what only the whole file shows.

        Raises:
            RefusedFileError: score_scale or swapped_columns.
        """
        self._scale.check()
        if self._catalogue:
            self._catalogue.check()

    def _of_columns(
        self, lines: NDArray[np.int64], columns: Sequence[pa.Array | None]
    ) -> SoundRows:
        wrong = np.zeros(len(lines), dtype=bool)
        values: dict[str, pa.Array] = {}
        for index, (column, found) in enumerate(zip(self._dataset.columns, columns, strict=True)):
            if found is None:
                values[column.name] = pa.nulls(len(lines), arrow_type(column))
                continue
            judged = judge_column(column, found)
            if column.name == "score":
                self._scale.count(judged)
            if judged.fault.any():
                self._log_faults(index, column, judged, found, lines, wrong)
                wrong |= judged.fault > 0
            values[column.name] = judged.values
        if not wrong.any():
            return SoundRows(lines, values)
        kept = pa.array(~wrong)
        return SoundRows(lines[~wrong], {n: v.filter(kept) for n, v in values.items()})

    def _log_faults(
        self,
        index: int,
        column: Column,
        judged: JudgedColumn,
        found: pa.Array,
        lines: NDArray[np.int64],
        known: NDArray[np.bool_],
    ) -> None:
        """Log the rows whose first fault stands in this column."""
        for number, name in enumerate(judged.faults):
            rows = np.flatnonzero((judged.fault == number) & ~known) if number else ()
            if not len(rows):
                continue
            shown: tuple[str, ...] = ()
            if column.kind in NUMBERS:
                first = found.take(pa.array(rows[:SHOWN])).to_pylist()
                shown = tuple(quoted(self._dataset, index, value) for value in first)
            self._log.add_many(lines[rows], column.code(name), column.name, shown)

    def _of_records(self, records: Sequence[Record]) -> SoundRows:
        lines: list[int] = []
        kept: list[list[object]] = []
        for record in records:
            if record.fault:
                self._log.add(record.line, record.fault)
                continue
            values = self._values_of(record)
            if values is not None:
                lines.append(record.line)
                kept.append(values)
        by_column = zip(*kept, strict=True) if kept else [()] * len(self._dataset.columns)
        return SoundRows(
            np.array(lines, dtype=np.int64),
            {
                column.name: pa.array(values, arrow_type(column))
                for column, values in zip(self._dataset.columns, by_column, strict=True)
            },
        )

    def _values_of(self, record: Record) -> list[object] | None:
        """Read one row exactly; return None where it is rejected."""
        values: list[object] = []
        is_sound = True
        for index, column in enumerate(self._dataset.columns):
            raw = record.values[index]
            value = READERS[column.kind](raw)
            if self._texts_are_typed and column.kind in NUMBERS and isinstance(raw, str):
                value = NOT_A_NUMBER
            if column.name == "score":
                self._scale.count_one(raw, value)
            if isinstance(value, Fault):
                if value == "missing" and not column.is_needed:
                    value = None
                elif is_sound:
                    shown = quoted(self._dataset, index, raw)
                    self._log.add(record.line, column.code(value), column.name, shown)
                    is_sound = False
            values.append(value)
        return values if is_sound else None

    def _known(self, rows: SoundRows) -> SoundRows:
        """Leave out and log rows whose track the catalogue does not know."""
        assert self._catalogue is not None  # noqa: S101
        known = self._catalogue.known(rows.columns["track_id"], rows.columns["audience_id"])
        if known.all():
            return rows
        self._log.add_many(rows.lines[~known], "unknown_track", "track_id")
        kept = pa.array(known)
        return SoundRows(rows.lines[known], {n: v.filter(kept) for n, v in rows.columns.items()})


def _merged(plain: SoundRows, odd: SoundRows) -> SoundRows:
    if not len(plain.lines):
        return odd
    lines = np.concatenate((plain.lines, odd.lines))
    by_line = np.argsort(lines, kind="stable")
    columns = {}
    for name, values in plain.columns.items():
        found = values.cast(odd.columns[name].type)
        columns[name] = pa.concat_arrays([found, odd.columns[name]]).take(pa.array(by_line))
    return SoundRows(lines[by_line], columns)
