"""Noun drop: the audiences that lost a row, and the rows of theirs that stayed.

Audiences stand by their 64-bit hash: there may be as many of them as a file has rejected rows.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shared.drop.candidates import Candidate
from shared.drop.loose_fields import loose_fields
from shared.drop.raw_rows import RawRows, Record
from shared.drop.refusals import RefusedFileError
from shared.drop.rejections import Rejections
from shared.drop.values import MAX_ID_BYTES
from shared.score.hash_columns import id_hashes

MOST_KEYS = 1 << 24
MOST_FIELDS = 256  # of a line that could not be read, which may be keys
MOST_PIECES = 32  # into which delimiters that nobody quoted may cut one key


class LostKeys:
    """Keys by which a later drop replaces rows whole, as far as they can be read."""

    def __init__(self, candidate: Candidate, rejections: Rejections) -> None:
        """Read the file for the keys of its rejected rows.

        Raises:
            RefusedFileError: they are too many (too_many_rejected_rows), or there is no time.
        """
        self._rejections = rejections
        self._index = next(
            (
                i
                for i, c in enumerate(candidate.dataset.columns)
                if c.name == candidate.dataset.replaced_whole_by
            ),
            None,
        )
        self._hashes = np.zeros(0, dtype=np.uint64)
        if self._index is not None:
            self._hashes = self._read(candidate, self._index)

    def holds(self, keys: pa.Array) -> NDArray[np.bool_]:
        """Return which of these keys lost a row, shape (keys)."""
        return self._are_lost(id_hashes(keys))

    def chosen(self, rows: RawRows) -> NDArray[np.int64]:
        """Return the lines of rejected rows and of rows of lost keys, rising."""
        wanted = [rows.lines[self._is_rejected(rows.lines)]]
        exact = np.array([record.line for record in rows.records], dtype=np.int64)
        faulty = [lines for _, lines in rows.faults]
        wanted.extend(lines[self._is_rejected(lines)] for lines in (exact, *faulty))
        if self._index is not None and len(self._hashes):
            wanted.append(rows.lines[self._are_lost(_hashes(rows, self._index))])
            texts = [_key_text(record, self._index) for record in rows.records]
            wanted.append(exact[self._are_lost(id_hashes(pa.array(texts, pa.string())))])
        return np.unique(np.concatenate(wanted))

    def _read(self, candidate: Candidate, index: int) -> NDArray[np.uint64]:
        found, many = [self._hashes], 0
        for rows in candidate.rows():
            read = _hashes(rows, index)[self._is_rejected(rows.lines)]
            others = id_hashes(pa.array(self._of_records(rows, index), pa.string()))
            found.extend((np.unique(read), np.unique(others)))
            many += len(found[-1]) + len(found[-2])
            if many > MOST_KEYS // 4:
                found = [np.unique(np.concatenate(found))]
                many = 0
                if len(found[0]) > MOST_KEYS:
                    raise RefusedFileError(
                        "too_many_rejected_rows",
                        "Too many audiences lost a row. Correct what writes them.",
                    )
        return np.unique(np.concatenate(found))

    def _of_records(self, rows: RawRows, index: int) -> list[str]:
        """Return the keys, or what may be the keys, of rejected rows that are no columns."""
        keys: list[str] = []
        unread = [record.text for record in rows.records if record.fault]
        sound = [record for record in rows.records if not record.fault]
        rejected = self._is_rejected(np.array([record.line for record in sound], dtype=np.int64))
        keys.extend(
            _key_text(record, index)
            for record, is_so in zip(sound, rejected.tolist(), strict=True)
            if is_so
        )
        for _, lines in rows.faults:
            unread.extend(text for _, text in rows.texts(lines))
        for text in unread:
            keys.extend(likely_keys(text))
        return keys

    def _is_rejected(self, lines: NDArray[np.int64]) -> NDArray[np.bool_]:
        return _are_among(lines, self._rejections.lines)

    def _are_lost(self, hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
        return _are_among(hashes, self._hashes)


def _are_among(values: NDArray[np.generic], known: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Return which values are among known ones, which rise, shape (values)."""
    if not len(known):
        return np.zeros(len(values), dtype=bool)
    at = np.minimum(np.searchsorted(known, values), len(known) - 1)
    found: NDArray[np.bool_] = known[at] == values
    return found


def _hashes(rows: RawRows, index: int) -> NDArray[np.uint64]:
    """Return the hashes of the keys of plain rows, without outer spaces; no key is empty text."""
    found = rows.columns[index]
    if found is None:
        found = pa.nulls(len(rows.lines), pa.string())
    if isinstance(found, pa.DictionaryArray):
        known = np.append(_of_texts(found.dictionary), _of_texts(pa.array([""])))
        hashes: NDArray[np.uint64] = known[found.indices.fill_null(len(known) - 1).to_numpy()]
        return hashes
    return _of_texts(found)


def _of_texts(texts: pa.Array) -> NDArray[np.uint64]:
    filled = texts.cast(pa.string()).fill_null("")
    return id_hashes(pc.utf8_trim(filled, characters=" "))


def _key_text(record: Record, index: int) -> str:
    value = record.values[index] if record.values else None
    return value.strip(" ") if isinstance(value, str) and _is_text(value) else ""


def _is_text(value: str) -> bool:
    return value.isascii() or not any("\ud800" <= each <= "\udfff" for each in value)


def likely_keys(text: str) -> Iterator[str]:
    """Yield what may be the key of a row that could not be read: any field, any run of the first.

    An id with commas that nobody quoted stands in several fields.
    """
    for delimiter in (",", ";", "\t", "|"):
        if delimiter not in text:
            continue
        fields = loose_fields(text, delimiter)[:MOST_FIELDS]
        if len(fields) > 1:
            yield from (field.strip(" ") for field in fields if len(field) <= MAX_ID_BYTES)
            for end in range(2, min(len(fields), MOST_PIECES)):
                run = delimiter.join(fields[:end])
                if len(run) > MAX_ID_BYTES:
                    break
                yield run.strip(" ")
