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
from shared.drop.erased_rows import ERASED, erased_lines, names_erased
from shared.drop.formula_guards import guarded
from shared.drop.lost_keys import LostKeys
from shared.drop.raw_rows import RawRows
from shared.drop.rejections import Rejections
from shared.erasure.columns import compact

LINE_KEY = "oasis_line"
_OLD_REASON = re.compile(rf'\{{\s*"{REASON_COLUMN}"\s*:\s*"[a-z_]*"\s*,?')


def write_rejected_rows(candidate: Candidate, rejections: Rejections, into: Path) -> int:
    """Write the file of a drop whose rejected rows are these, and return how many rows it has.

    No row that names an erased audience is among them.
    """
    rejections = rejections.but(ERASED)
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
        for reason, text in _chosen(rows, lost, rejections, candidate):
            yield with_reason(reason, text)


def _json_lines(candidate: Candidate, rejections: Rejections) -> Iterator[str]:
    """Yield nothing for a header, then the rows, with the reason as the first key of each."""
    lost = LostKeys(candidate, rejections)
    yield ""
    for rows in candidate.rows():
        for code, text in _chosen(rows, lost, rejections, candidate):
            reason = json.dumps(code)
            bare = _OLD_REASON.sub("{", text.strip(), count=1)
            if bare.startswith("{"):
                rest = bare[1:].lstrip()
                comma = "" if rest.startswith("}") else ","
                yield f'{{"{REASON_COLUMN}":{reason}{comma}{rest}\n'
            else:
                wrapped = json.dumps(bare, ensure_ascii=False)
                yield f'{{"{REASON_COLUMN}":{reason},"{LINE_KEY}":{wrapped}}}\n'


def _chosen(
    rows: RawRows, lost: LostKeys, rejections: Rejections, candidate: Candidate
) -> Iterator[tuple[str, str]]:
    """Yield (reason code, text) of those of these rows that belong into the file."""
    chosen = _present(rows, lost.chosen(rows), candidate)
    texts = (text for _, text in rows.texts(chosen))
    for reason, text in zip(rejections.reasons_of(chosen), texts, strict=True):
        if not (reason and candidate.erased and names_erased(text, candidate.erased)):
            yield reason, text


def _present(rows: RawRows, chosen: NDArray[np.int64], candidate: Candidate) -> NDArray[np.int64]:
    """Return those of the chosen lines that name no erased audience."""
    if not candidate.erased:
        return chosen
    return np.setdiff1d(chosen, erased_lines(rows, candidate.dataset, candidate.erased))


def _write_parquet(candidate: Candidate, rejections: Rejections, into: Path) -> int:
    """Write the declared columns; others are ignored on reading, and may be of any size."""
    lost = LostKeys(candidate, rejections)
    many = 0
    writer: pq.ParquetWriter | None = None
    for batch, rows in candidate.parquet_batches():
        chosen = _present(rows, lost.chosen(rows), candidate)
        if not len(chosen):
            continue
        taken = batch.take(pa.array(chosen - rows.lines[0]))
        columns = dict(zip(taken.schema.names, map(compact, taken.columns), strict=True))
        columns[REASON_COLUMN] = pa.array(rejections.reasons_of(chosen), pa.string())
        table = pa.table(columns)
        writer = writer or pq.ParquetWriter(into, table.schema, compression="zstd")
        writer.write_table(table.cast(writer.schema))
        many += table.num_rows
    if writer:
        writer.close()
    return many


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"
