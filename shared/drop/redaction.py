"""Noun drop: a dropped file, or one of rejected rows, without the rows of one audience.

Rows keep their physical lines: where one is left out, a blank line stands, which is no row.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TextIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from shared.campaign.events import CampaignEvent
from shared.drop.candidates import Candidate
from shared.drop.delimited_headers import DELIMITERS
from shared.drop.erased_rows import erased_lines, names_erased
from shared.drop.inflation import BLOCK, InflatedBytes, inflated_blocks
from shared.drop.refusals import RefusedFileError
from shared.erasure.erasures import only
from shared.policy.policies import Limits

WIDEST = 8 << 10  # bytes of an id, however it is encoded


def write_redacted(candidate: Candidate, audience_id: str, into: Path) -> int:
    """Write a file again, plain and in UTF-8, without an audience; return how many rows named it.

    Raises:
        RefusedFileError: the file cannot be read to its end.
    """
    if candidate.form == "parquet":
        return _write_parquet(candidate, audience_id, into)
    has_columns = bool(candidate.dataset.columns)
    lines = _rows(candidate, audience_id) if has_columns else _documents(candidate, audience_id)
    with into.open("w", encoding="utf-8", newline="") as file:
        at = _write_header(candidate, file) if has_columns and candidate.form != "jsonl" else 1
        named = 0
        for line, text, is_named in lines:
            named += is_named
            if text:
                written = text.rstrip("\r\n")
                file.write("\n" * (line - at) + written + "\n")
                at = line + written.count("\n") + 1
    return named


def mentions(path: Path, limits: Limits, audience_id: str) -> bool:
    """Say whether a file that cannot be read may hold an id, in any encoding that is read here."""
    sought = {audience_id.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")}
    sought.add(_escaped(audience_id).encode())
    return any(
        each in window
        for blocks in (_raw(path), _inflated(path, limits))
        for window in _windows(blocks)
        for each in sought
    )


def _write_header(candidate: Candidate, file: TextIO) -> int:
    """Write a table's header, and return the line that follows it."""
    header = candidate.delimited().header
    said = "" if header.delimiter in DELIMITERS else f"sep={header.delimiter}\n"
    file.write(said + header.text.rstrip("\r\n") + "\n")
    return 3 if said else 2


def _rows(candidate: Candidate, audience_id: str) -> Iterator[tuple[int, str, bool]]:
    """Yield (line, text, whether it names the audience) of each row; such a row has no text."""
    erased = only(audience_id)
    for rows in candidate.rows():
        gone = set(erased_lines(rows, candidate.dataset, erased).tolist())
        exact = np.array([record.line for record in rows.records], dtype=np.int64)
        faulty = [lines for _, lines in rows.faults]
        every = np.unique(np.concatenate([rows.lines, exact, *faulty]))
        for line, text in rows.texts(every):
            is_gone = line in gone or (audience_id in text and names_erased(text, erased))
            yield line, "" if is_gone else text, is_gone


def _documents(candidate: Candidate, audience_id: str) -> Iterator[tuple[int, str, bool]]:
    """Yield campaigns without the audience; a line that names it and is none has no text."""
    erased = only(audience_id)
    for block in candidate.blocks():
        for index in range(len(block.starts)):
            text, line = block.text(index), block.first_line + index
            if audience_id not in text and _escaped(audience_id) not in text:
                yield line, text, False
                continue
            try:
                event = CampaignEvent.model_validate_json(text)
            except ValidationError:
                yield line, "", True
                continue
            left = event.without(erased)
            yield line, text if left == event else left.model_dump_json(), left != event


def _write_parquet(candidate: Candidate, audience_id: str, into: Path) -> int:
    erased, named = only(audience_id), 0
    with ExitStack() as stack:
        writer: pq.ParquetWriter | None = None
        for batch, rows in candidate.parquet_batches():
            gone = np.isin(rows.lines, erased_lines(rows, candidate.dataset, erased))
            named += int(gone.sum())
            left = pa.Table.from_batches([batch]).filter(pa.array(~gone))
            if writer is None:
                plain = pa.schema([pa.field(f.name, _plain(f.type)) for f in batch.schema])
                writer = stack.enter_context(pq.ParquetWriter(into, plain, compression="zstd"))
            writer.write_table(left.cast(writer.schema))
    return named


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _escaped(audience_id: str) -> str:
    return json.dumps(audience_id)[1:-1]


def _raw(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _inflated(path: Path, limits: Limits) -> Iterator[bytes]:
    """Yield the content as far as it can be inflated."""
    with suppress(RefusedFileError):
        yield from inflated_blocks(path, limits, InflatedBytes(limits))


def _windows(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield blocks with the end of the one before, so that no id is cut in two."""
    before = b""
    for block in blocks:
        yield before + block
        before = (before + block)[-WIDEST:]
