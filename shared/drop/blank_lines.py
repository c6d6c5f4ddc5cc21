"""Noun drop: blank lines, which are no rows.

A blank line holds nothing but spaces, tabs that separate no columns, and its end. Every other
character, also one that nobody sees, is content that a row of that line is judged by.
"""

import numpy as np
from numpy.typing import NDArray

from shared.drop.text_blocks import TextBlock

_BLANK = " \t\r\n"


def is_blank(text: str, delimiter: str = "") -> bool:
    """Say whether a line is blank."""
    return not text.strip(_BLANK.replace(delimiter, ""))


def blank_lines(block: TextBlock, delimiter: str = "") -> NDArray[np.bool_]:
    """Return which lines are blank, shape (lines)."""
    is_nothing = np.zeros(256, dtype=bool)
    is_nothing[list(_BLANK.replace(delimiter, "").encode())] = True
    blank: NDArray[np.bool_] = is_nothing[block.bytes[block.starts]]
    lengths = block.ends - block.starts
    longer = blank & (lengths > 1)
    if longer.any():
        sizes = lengths[longer]
        content = is_nothing[block.bytes[np.repeat(longer, lengths)]]
        blank[longer] = np.logical_and.reduceat(content, np.cumsum(sizes) - sizes)
    return blank
