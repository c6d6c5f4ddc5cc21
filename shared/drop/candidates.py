"""Noun drop: a file that is to be judged, and its rows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from shared.drop.datasets import REASON_COLUMN, Dataset
from shared.drop.decimal_commas import DecimalMarks
from shared.drop.delimited import DelimitedFile
from shared.drop.formula_guards import without_guards
from shared.drop.inflation import InflatedBytes, inflated_blocks, plain_file
from shared.drop.json_lines import JsonLines
from shared.drop.line_shapes import every_line, odd_lines
from shared.drop.parquet import parquet_batches, parquet_header
from shared.drop.parted_lines import STRIDE
from shared.drop.raw_rows import RawRows
from shared.drop.refusals import RefusedFileError
from shared.drop.text_blocks import BLOCK_BYTES, TextBlock, text_blocks
from shared.drop.time_limits import check_time
from shared.erasure.erasures import NOBODY_ERASED, Erasures
from shared.policy.policies import Limits
from shared.request.budgets import TimeBudget


@dataclass(frozen=True)
class Candidate:
    """A file that is to be judged; ``form`` is csv, tsv, jsonl, parquet or json.

    A drop of several parts is one candidate: ``path`` is its first file, ``further`` the others,
    ``rows_told`` how many rows its manifest says each has. Lines of part n count from n `STRIDE`.

    How it is read changes nothing in the judgement: ``in_bulk`` parses lines of plain shape
    together, without it every line is read by the exact rules alone; text is read in blocks of
    about ``block_bytes``; rows go into ``parts`` where their keys do not stand together, as many
    as the file's size asks for unless told. Files that reading needs lie below ``scratch``, or
    where the system has them. A file that is not read within the ``budget`` is refused. Rows that
    name an ``erased`` audience are rejected, and stand in no file of rejected rows.
    """

    path: Path
    dataset: Dataset
    form: str
    limits: Limits
    in_bulk: bool = True
    block_bytes: int = BLOCK_BYTES
    parts: int | None = None
    further: tuple[Path, ...] = ()
    rows_told: tuple[int, ...] = ()
    scratch: Path | None = None
    budget: TimeBudget | None = None
    erased: Erasures = NOBODY_ERASED

    @property
    def files(self) -> tuple["Candidate", ...]:
        """Return each file as a candidate of its own."""
        return tuple(
            replace(self, path=path, further=(), rows_told=())
            for path in (self.path, *self.further)
        )

    @property
    def part_names(self) -> tuple[str, ...]:
        """Return the names of the parts; none where the drop is one file without a manifest."""
        return tuple(file.path.name for file in self.files) if self.rows_told else ()

    def rows(self) -> Iterator[RawRows]:
        """Yield the rows of the file, or of all parts.

        Raises:
            RefusedFileError: rows are hidden, or the file is not what its name says, or there is
                no time to read it.
        """
        inflated = InflatedBytes(self.limits)
        if not self.rows_told:
            yield from self._rows_of_file(inflated)
            return
        for number, (file, told) in enumerate(zip(self.files, self.rows_told, strict=True)):
            found = 0
            try:
                file.check_header_like(self)
                for rows in file._rows_of_file(inflated):
                    found += rows.many
                    yield rows.shifted(number * STRIDE)
            except RefusedFileError as error:
                message = f"Part {file.path.name}: {error.message}"
                raise RefusedFileError(error.reason, message, error.line) from error
            if found != told:
                raise RefusedFileError(
                    "part_rows_differ",
                    f"Part {file.path.name} has {found:,} rows, the manifest says {told:,}.",
                )

    def parquet_batches(self) -> Iterator[tuple[pa.RecordBatch, RawRows]]:
        """Yield the declared columns of all parts under the file's names, and the rows of each.

        Raises:
            RefusedFileError: as ``rows``.
        """
        inflated = InflatedBytes(self.limits)
        for number, file in enumerate(self.files):
            with plain_file(file.path, self.limits, inflated, self.scratch) as plain:
                for batch, rows in parquet_batches(plain, self.dataset, self.limits, inflated):
                    check_time(self.budget)
                    yield batch, rows.shifted(number * STRIDE)

    def check_header_like(self, other: "Candidate") -> None:
        """Refuse a part whose header is not that of another, so that rows of both fit one file.

        Raises:
            RefusedFileError: part_header_differs, or the header cannot be read.
        """
        if self.form == "jsonl" or self.path == other.path:
            return
        if self._header_text() != other._header_text():
            raise RefusedFileError(
                "part_header_differs",
                f"Its columns are not those of {other.path.name}. Write all parts alike.",
            )

    def _header_text(self) -> str:
        if self.form == "parquet":
            inflated = InflatedBytes(self.limits)
            with plain_file(self.path, self.limits, inflated, self.scratch) as plain:
                return parquet_header(plain)
        return self.delimited().header.text.rstrip("\r\n")

    def _rows_of_file(self, inflated: InflatedBytes) -> Iterator[RawRows]:
        for rows in self._all_rows(inflated):
            check_time(self.budget)
            yield rows

    def _all_rows(self, inflated: InflatedBytes) -> Iterator[RawRows]:
        if self.form == "parquet":
            with plain_file(self.path, self.limits, inflated, self.scratch) as plain:
                for _, rows in parquet_batches(plain, self.dataset, self.limits, inflated):
                    yield rows
        elif self.form == "jsonl":
            in_bulk = self.in_bulk and bool(self.dataset.columns)
            yield from JsonLines(self.dataset, in_bulk=in_bulk).rows(self.blocks(inflated))
        else:
            yield from self._delimited_rows(inflated)

    def blocks(self, inflated: InflatedBytes | None = None) -> Iterator[TextBlock]:
        """Yield the text of the file; what it inflates to is counted with what was before it.

        Raises:
            RefusedFileError: it is no text of its form, damaged, or over a limit.
        """
        limits = self.limits
        longest = limits.max_line_bytes if self.dataset.columns else limits.max_document_line_bytes
        blocks = inflated_blocks(self.path, limits, inflated or InflatedBytes(limits))
        for block in text_blocks(blocks, longest, self.form, block_bytes=self.block_bytes):
            check_time(self.budget)
            yield block

    def delimited(self, inflated: InflatedBytes | None = None) -> DelimitedFile:
        """Return the CSV or TSV file, its header read.

        Raises:
            RefusedFileError: the header does not fit, or there is none.
        """
        screen = odd_lines if self.in_bulk else every_line
        return DelimitedFile(self.blocks(inflated), self.dataset, screen)

    def _delimited_rows(self, inflated: InflatedBytes) -> Iterator[RawRows]:
        file = self.delimited(inflated)
        is_guarded = REASON_COLUMN in file.header.names
        marks = DecimalMarks(self.dataset) if file.header.delimiter != "," else None
        for rows in file.rows():
            written = without_guards(rows, self.dataset) if is_guarded else rows
            yield marks.with_points(written) if marks else written
