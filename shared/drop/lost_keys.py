"""Noun drop: the audiences that lost a row, and the rows of theirs that stayed."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shared.drop.candidates import Candidate
from shared.drop.loose_fields import loose_fields
from shared.drop.raw_rows import RawRows, Record
from shared.drop.rejections import Rejections


class LostKeys:
    """Keys by which a later drop replaces rows whole, as far as they can be read."""

    def __init__(self, candidate: Candidate, rejections: Rejections) -> None:
        """Read the file for the keys of its rejected rows."""
        self._candidate, self._rejections = candidate, rejections
        self._index = next(
            (
                i
                for i, c in enumerate(candidate.dataset.columns)
                if c.name == candidate.dataset.replaced_whole_by
            ),
            None,
        )
        keys = self._keys() if self._index is not None else iter(())
        self._keys_lost = pa.array(sorted(set(keys)), pa.string())

    @property
    def keys(self) -> pa.Array:
        """Return the keys that lost a row, as far as they can be read; some may be no keys."""
        return self._keys_lost

    def chosen(self, rows: RawRows) -> NDArray[np.int64]:
        """Return the lines of rejected rows and of rows of lost keys, rising."""
        wanted = [rows.lines[self._is_rejected(rows.lines)]]
        exact = np.array([record.line for record in rows.records], dtype=np.int64)
        faulty = [lines for _, lines in rows.faults]
        wanted.extend(lines[self._is_rejected(lines)] for lines in (exact, *faulty))
        if self._index is not None and len(self._keys_lost):
            wanted.append(rows.lines[self._is_lost(_trimmed(rows, self._index))])
            texts = pa.array([_key_text(r, self._index) for r in rows.records], pa.string())
            wanted.append(exact[self._is_lost(texts)])
        return np.unique(np.concatenate(wanted))

    def _keys(self) -> Iterator[str]:
        assert self._index is not None  # noqa: S101
        for rows in self._candidate.rows():
            mask = pa.array(self._is_rejected(rows.lines))
            yield from _trimmed(rows, self._index).filter(mask).to_pylist()
            unread: list[str] = []
            for record in rows.records:
                if record.fault:
                    unread.append(record.text)
                elif self._is_rejected(np.array([record.line]))[0]:
                    yield _key_text(record, self._index)
            for _, lines in rows.faults:
                unread.extend(text for _, text in rows.texts(lines))
            for text in unread:
                yield from _likely_keys(text)

    def _is_rejected(self, lines: NDArray[np.int64]) -> NDArray[np.bool_]:
        rejected = self._rejections.lines
        at = np.searchsorted(rejected, lines)
        found = at < len(rejected)
        found[found] = rejected[at[found]] == lines[found]
        return found

    def _is_lost(self, keys: pa.Array) -> NDArray[np.bool_]:
        return np.asarray(pc.is_in(keys, value_set=self._keys_lost))


def _trimmed(rows: RawRows, index: int) -> pa.Array:
    """Return the keys of plain rows without outer spaces, empty where there are none."""
    found = rows.columns[index]
    if found is None:
        return pa.array([""] * len(rows.lines), pa.string())
    return pc.utf8_trim(found.cast(pa.string()).fill_null(""), characters=" ")


def _key_text(record: Record, index: int) -> str:
    value = record.values[index] if record.values else None
    return value.strip(" ") if isinstance(value, str) else ""


def _likely_keys(text: str) -> Iterator[str]:
    """Yield what may be the key of a row that could not be read: any field, any run of the first.

    An id with commas that nobody quoted stands in several fields.
    """
    for delimiter in (",", ";", "\t", "|"):
        fields = loose_fields(text, delimiter)
        if len(fields) > 1:
            yield from (field.strip(" ") for field in fields)
            for end in range(2, len(fields)):
                yield delimiter.join(fields[:end]).strip(" ")
