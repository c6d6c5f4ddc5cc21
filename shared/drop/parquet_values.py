"""Noun drop: what a reader of Parquet takes on trust: encoding, codes, and how long rows are."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shared.drop.refusals import RefusedFileError
from shared.policy.policies import Limits


def check_values(batch: pa.RecordBatch, first_row: int) -> None:
    """Check what the reader takes on trust: encoding, offsets and the codes of dictionaries.

    Raises:
        RefusedFileError: text is no UTF-8 (bad_encoding).
        pa.ArrowInvalid: anything else is wrong.
    """
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            column.validate(full=True)
        except pa.ArrowInvalid as error:
            if "UTF8" not in str(error):
                raise
            raw = column.cast(pa.binary()).to_pylist()
            row = first_row + next(i for i, value in enumerate(raw) if not _is_utf8(value))
            raise RefusedFileError(
                "bad_encoding",
                f"Row {row:,} has text in the column {name} that is not UTF-8. Write it again as "
                "UTF-8.",
                row,
            ) from error


def _is_utf8(value: bytes | None) -> bool:
    try:
        return value is None or value.decode() is not None
    except UnicodeDecodeError:
        return False


def text_bytes(batch: pa.RecordBatch, first_row: int, limits: Limits) -> int:
    """Return how many bytes the texts of a batch have in all its rows.

    Raises:
        RefusedFileError: a row is longer than a line of text may be (line_too_long).
    """
    lengths = [found for found in map(_lengths, batch.columns) if found is not None]
    if not lengths:
        return 0
    longest = sum(each.longest for each in lengths)
    if longest > limits.max_line_bytes:
        of_rows = np.sum([each.of_rows() for each in lengths], axis=0)
        too_long = np.flatnonzero(of_rows > limits.max_line_bytes)
        if len(too_long):
            row = first_row + int(too_long[0])
            raise RefusedFileError(
                "line_too_long",
                f"The texts of row {row:,} are longer than {limits.max_line_bytes:,} bytes.",
                row,
            )
    return sum(each.total for each in lengths)


class _Lengths:
    """How long the texts of a column are."""

    def __init__(self, column: pa.Array) -> None:
        self._codes = column.indices if isinstance(column, pa.DictionaryArray) else None
        texts = column if self._codes is None else column.dictionary
        self._lengths = pc.fill_null(pc.binary_length(texts), 0).to_numpy()

    @property
    def longest(self) -> int:
        """Return the length of the longest, whether any row has it or not."""
        return int(self._lengths.max(initial=0))

    @property
    def total(self) -> int:
        """Return how long all rows are together."""
        return int(self.of_rows().sum())

    def of_rows(self) -> NDArray[np.int64]:
        """Return the length of each row's text, shape (rows)."""
        known: NDArray[np.int64] = np.append(self._lengths, 0).astype(np.int64)
        if self._codes is None:
            return known[:-1]
        of_rows: NDArray[np.int64] = known[self._codes.fill_null(len(known) - 1).to_numpy()]
        return of_rows


def _lengths(column: pa.Array) -> _Lengths | None:
    found = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    is_text = pa.types.is_string(found) or pa.types.is_large_string(found)
    return _Lengths(column) if is_text else None
