"""Noun drop: rows that name an erased audience: none is accepted, nor handed back as rejected."""

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shared.drop.datasets import Dataset
from shared.drop.lost_keys import likely_keys
from shared.drop.raw_rows import RawRows
from shared.drop.rejections import RejectionLog
from shared.erasure.columns import compact, erased_in
from shared.erasure.erasures import Erasures

ERASED = "audience_erased"
AUDIENCE_COLUMNS = ("audience_id", "parent_id")
_BOUNDS = re.compile(r'[",;|\t{}\[\]\r\n]+')


def audience_columns(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns of a dataset that name audiences."""
    return tuple(c.name for c in dataset.columns if c.name in AUDIENCE_COLUMNS)


def without_erased(
    table: pa.Table, dataset: Dataset, log: RejectionLog, lines: str, erased: Erasures
) -> pa.Table:
    """Leave out and log the rows that name an erased audience; ``lines`` is the column of lines.

    Dictionaries lose it, too: who belongs to whom is read from them.
    """
    for column in audience_columns(dataset) if erased else ():
        found = erased_in(table.column(column).combine_chunks(), erased)
        if found.any():
            log.add_many(table.column(lines).to_numpy()[found], ERASED, column)
            left = table.filter(pa.array(~found)).combine_chunks()
            columns = [compact(each) for each in map(pa.ChunkedArray.combine_chunks, left.columns)]
            table = pa.table(columns, names=left.schema.names)
    return table


def erased_lines(rows: RawRows, dataset: Dataset, erased: Erasures) -> NDArray[np.int64]:
    """Return the lines of raw rows that name an erased audience, rising.

    Of a row that could not be read, anything that may be an id counts.
    """
    found = [np.zeros(0, dtype=np.int64)]
    for column, values in zip(dataset.columns, rows.columns, strict=True):
        if column.name in AUDIENCE_COLUMNS and values is not None and len(values):
            found.append(rows.lines[erased_in(_trimmed(values), erased)])
    odd = [(r.line, r.text or " ".join(map(str, r.values))) for r in rows.records]
    for _, lines in rows.faults:
        odd.extend(rows.texts(lines))
    named = [line for line, text in odd if names_erased(text, erased)]
    found.extend(
        np.array([record.line], dtype=np.int64)
        for record in rows.records
        if record.line not in named and erased_in(_texts(record.values), erased).any()
    )
    found.append(np.array(named, dtype=np.int64))
    return np.unique(np.concatenate(found))


def names_erased(text: str, erased: Erasures) -> bool:
    """Say whether anything in a line of text that may be an id is one of an erased audience."""
    return any(map(erased.has, _likely_ids(text)))


def _likely_ids(text: str) -> Iterator[str]:
    for each in (text, *_BOUNDS.split(text), *likely_keys(text)):
        yield each.strip(" \r\n").encode(errors="replace").decode()


def _texts(values: tuple[object, ...]) -> pa.Array:
    texts = [v.strip(" ").encode(errors="replace").decode() for v in values if isinstance(v, str)]
    return pa.array(texts, pa.string())


def _trimmed(values: pa.Array) -> pa.Array:
    """Return ids as rules read them: without outer spaces."""
    if isinstance(values, pa.DictionaryArray):
        trimmed = _trimmed(values.dictionary)
        return pa.DictionaryArray.from_arrays(values.indices, trimmed)
    return pc.utf8_trim(values.cast(pa.string()), characters=" ")
