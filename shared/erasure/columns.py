"""Noun erasure: who was erased, of a whole column of ids."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shared.erasure.erasures import Erasures


def erased_in(audience_ids: pa.Array, erased: Erasures) -> NDArray[np.bool_]:
    """Return which of these ids were erased, shape (ids); each distinct one is hashed once.

    No null is.
    """
    if not erased:
        return np.zeros(len(audience_ids), dtype=np.bool_)
    if not isinstance(audience_ids, pa.DictionaryArray):
        audience_ids = audience_ids.cast(pa.string()).dictionary_encode()
    names = audience_ids.dictionary.to_pylist()
    found = np.array([*map(erased.has, names), False], dtype=np.bool_)
    of_rows: NDArray[np.bool_] = found[audience_ids.indices.fill_null(len(names)).to_numpy()]
    return of_rows


def compact(column: pa.Array) -> pa.Array:
    """Return a column whose dictionary holds nothing that no row has."""
    if not isinstance(column, pa.DictionaryArray):
        return column
    used = column.indices.dictionary_encode()
    return pa.DictionaryArray.from_arrays(used.indices, column.dictionary.take(used.dictionary))
