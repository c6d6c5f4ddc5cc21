"""Noun drop: ASCII decimal numerals in a column of text, read and never repaired."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_NUMERAL = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_COMMA_NUMERAL = r"^[+-]?([0-9]+,[0-9]*|,[0-9]+)([eE][+-]?[0-9]+)?$"
_NOT_FINITE = r"^([+-]?(nan|inf|infinity)|#div/0!)$"
_MISSING = pa.array(["", "NULL", "null", "None", "NA", "N/A", "#N/A", "\\N"])


@dataclass(frozen=True)
class Numerals:
    """What the texts are (rows); each is missing, not finite, no number, or a number.

    A numeral too large for float64 is a number, the largest there is.
    """

    numbers: NDArray[np.float64]  # 0 where there is none
    is_missing: NDArray[np.bool_]
    is_not_finite: NDArray[np.bool_]
    is_no_number: NDArray[np.bool_]
    has_comma: NDArray[np.bool_]
    has_point: NDArray[np.bool_]


def read_numerals(texts: Any, *, allows_comma: bool) -> Numerals:
    """Read a column of text; outer spaces do not count, a null is missing."""
    if pa.types.is_dictionary(texts.type):
        texts = texts.cast(pa.string())
    texts = pc.ascii_trim(texts.fill_null(""), characters=" ")
    is_missing = _flags(pc.is_in(texts, value_set=_MISSING))
    is_not_finite = _flags(pc.match_substring_regex(texts, _NOT_FINITE, ignore_case=True))
    is_number = _flags(pc.match_substring_regex(texts, _NUMERAL))
    has_point = is_number & _flags(pc.match_substring(texts, "."))
    has_comma = np.zeros(len(texts), dtype=bool)
    if allows_comma and not (is_number | is_missing | is_not_finite).all():
        has_comma = _flags(pc.match_substring_regex(texts, _COMMA_NUMERAL))
        texts = pc.if_else(pa.array(has_comma), pc.replace_substring(texts, ",", "."), texts)
        is_number = is_number | has_comma
    numerals = pc.if_else(pa.array(is_number), texts, "0")
    numbers = numerals.cast(pa.float64()).to_numpy(zero_copy_only=False) + 0.0
    largest = np.finfo(np.float64).max
    return Numerals(
        np.clip(numbers, -largest, largest),
        is_missing,
        is_not_finite,
        ~(is_number | is_missing | is_not_finite),
        has_comma,
        has_point,
    )


def _flags(matched: Any) -> NDArray[np.bool_]:
    flags: NDArray[np.bool_] = matched.to_numpy(zero_copy_only=False)
    return flags
