"""Noun drop: the file of rejected rows, for the producer to correct and drop as it is.

It has the producer's own format, with every row of each audience that lost one, and a column
``oasis_reason`` which is empty on sound rows and ignored on reading. Of datasets whose rows are
replaced one by one, rejected rows alone are enough. The file is read again for it.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from shared.drop.candidates import Candidate
from shared.drop.datasets import REASON_COLUMN
from shared.drop.formula_guards import guarded
from shared.drop.inflation import plain_file
from shared.drop.lost_keys import LostKeys
from shared.drop.parted_lines import STRIDE
from shared.drop.rejections import Rejections

LINE_KEY = "oasis_line"
_OLD_REASON = re.compile(rf'\{{\s*"{REASON_COLUMN}"\s*:\s*"[a-z_]*"\s*,?')


def write_rejected_rows(candidate: Candidate, rejections: Rejections, into: Path) -> int:
    """Write the file of a drop whose rejected rows are these, and return how many rows it has."""
    if candidate.form == "parquet":
        return _write_parquet(candidate, rejections, into)
    lines = _delimited_lines if candidate.form in ("csv", "tsv") else _json_lines
    many = 0
    with into.open("w", encoding="utf-8", newline="") as file:
        for many, text in enumerate(lines(candidate, rejections)):  # noqa: B007
            file.write(text)
    return many


def _delimited_lines(candidate: Candidate, rejections: Rejections) -> Iterator[str]:
    """Yield the header and the rows; the reason stands first, where no field too many hides it."""
    lost = LostKeys(candidate, rejections)
    header = candidate.delimited().header
    delimiter = header.delimiter
    has_reasons = header.names[0] == REASON_COLUMN

    def with_reason(reason: str, text: str) -> str:
        rest = text.partition(delimiter)[2] if has_reasons else guarded(text, delimiter)
        return f"{reason}{delimiter}{_ended(rest)}"

    said = f"sep={delimiter}\n" if delimiter not in ",;\t|" else ""
    yield said + with_reason(REASON_COLUMN, header.text)
    for rows in candidate.rows():
        for line, text in rows.texts(lost.chosen(rows)):
            yield with_reason(rejections.reason_of(line), text)


def _json_lines(candidate: Candidate, rejections: Rejections) -> Iterator[str]:
    """Yield nothing for a header, then the rows, with the reason as the first key of each."""
    lost = LostKeys(candidate, rejections)
    yield ""
    for rows in candidate.rows():
        for line, text in rows.texts(lost.chosen(rows)):
            reason = json.dumps(rejections.reason_of(line))
            bare = _OLD_REASON.sub("{", text.strip(), count=1)
            if bare.startswith("{"):
                rest = bare[1:].lstrip()
                comma = "" if rest.startswith("}") else ","
                yield f'{{"{REASON_COLUMN}":{reason}{comma}{rest}\n'
            else:
                wrapped = json.dumps(bare, ensure_ascii=False)
                yield f'{{"{REASON_COLUMN}":{reason},"{LINE_KEY}":{wrapped}}}\n'


def _write_parquet(candidate: Candidate, rejections: Rejections, into: Path) -> int:
    lost = LostKeys(candidate, rejections)
    chosen = [lost.chosen(rows) for rows in candidate.rows()]
    wanted: NDArray[np.int64] = np.concatenate(chosen) if chosen else np.zeros(0, dtype=np.int64)
    many = 0
    writer: pq.ParquetWriter | None = None
    for batch, first_row in _batches(candidate):
        rows = np.arange(first_row, first_row + batch.num_rows)
        here = rows[np.isin(rows, wanted)]
        table = pa.Table.from_batches([batch]).take(pa.array(here - first_row))
        if REASON_COLUMN in table.column_names:
            table = table.drop_columns([REASON_COLUMN])
        reasons = pa.array([rejections.reason_of(line) for line in here.tolist()], pa.string())
        table = table.append_column(REASON_COLUMN, reasons).replace_schema_metadata(None)
        writer = writer or pq.ParquetWriter(into, table.schema, compression="zstd")
        writer.write_table(table)
        many += table.num_rows
    if writer:
        writer.close()
    return many


def _batches(candidate: Candidate) -> Iterator[tuple[pa.RecordBatch, int]]:
    """Yield the batches of all parts, and the number of the first row of each."""
    for number, file in enumerate(candidate.files):
        row = number * STRIDE + 1
        with plain_file(file.path, file.limits) as plain:
            for batch in pq.ParquetFile(plain).iter_batches():
                yield batch, row
                row += batch.num_rows


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"
