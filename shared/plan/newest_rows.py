"""Noun plan: which rows of accepted files count: of equal keys, the last."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def newest_rows(table: pa.Table, key: Sequence[str]) -> NDArray[np.int64]:
    """Return, ascending, the last row of each distinct key; nulls are a value of their own."""
    code = np.zeros(table.num_rows, dtype=np.int64)
    for name in key:
        encoded = table.column(name).combine_chunks().dictionary_encode(null_encoding="encode")
        index = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        _, code = np.unique(code * (len(encoded.dictionary) + 1) + index, return_inverse=True)
    _, first_from_end = np.unique(code[::-1], return_index=True)
    return np.sort(table.num_rows - 1 - first_from_end)
