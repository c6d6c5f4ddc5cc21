"""Noun drop: which lines of a delimited file have the plain shape that bulk parsing is safe for.

A plain line holds one record: no carriage return but before its LF, no NUL, quotes only round whole
fields, none doubled, and no byte-order mark at its begin, which Arrow takes off.
"""

from codecs import BOM_UTF8

import numpy as np
from numpy.typing import NDArray

from shared.drop.text_blocks import LF, TextBlock

CR, QUOTE = 13, 34


def odd_lines(block: TextBlock, delimiter: str) -> NDArray[np.bool_]:
    """Return which lines are not plain, shape (lines)."""
    odd = np.zeros(len(block.ends), dtype=bool)
    data = block.data
    if b"\0" in data:
        odd[_lines_of(block, np.flatnonzero(block.bytes == 0))] = True
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        returns = np.flatnonzero(block.bytes == CR)
        follows = np.append(block.bytes, LF)[returns + 1]
        odd[_lines_of(block, returns[follows != LF])] = True
    if b'"' in data:
        odd |= _oddly_quoted(block, delimiter)
    if BOM_UTF8 in data:
        marks = np.lib.stride_tricks.sliding_window_view(block.bytes, len(BOM_UTF8))
        begins = block.starts[block.starts < len(marks)]
        odd[: len(begins)] |= (marks[begins] == tuple(BOM_UTF8)).all(axis=1)
    return odd


def every_line(block: TextBlock, _: str) -> NDArray[np.bool_]:
    """Return that no line is plain, so that each is read one by one, shape (lines)."""
    return np.ones(len(block.ends), dtype=bool)


def separator_counts(block: TextBlock, delimiter: str) -> NDArray[np.int64]:
    """Return how many delimiters stand outside quotes in each plain line, shape (lines)."""
    found = np.flatnonzero(block.bytes == ord(delimiter))
    line = _lines_of(block, found)
    if b'"' in block.data:
        quotes = np.flatnonzero(block.bytes == QUOTE)
        before = np.searchsorted(quotes, found) - np.searchsorted(quotes, block.starts[line])
        line = line[before % 2 == 0]
    return np.bincount(line, minlength=len(block.ends))


def _oddly_quoted(block: TextBlock, delimiter: str) -> NDArray[np.bool_]:
    quotes = np.flatnonzero(block.bytes == QUOTE)
    line = _lines_of(block, quotes)
    odd: NDArray[np.bool_] = np.bincount(line, minlength=len(block.ends)) % 2 == 1
    rank = np.arange(len(quotes)) - np.searchsorted(quotes, block.starts[line])
    padded = np.concatenate(([LF], block.bytes, [LF])).astype(np.uint8)
    opens = rank % 2 == 0
    before, after = padded[quotes], padded[quotes + 2]
    is_edge = np.zeros(256, dtype=bool)
    is_edge[[LF, ord(delimiter)]] = True
    wrong = np.where(opens, ~is_edge[before], ~is_edge[after] & (after != CR))
    odd[line[wrong]] = True
    return odd


def _lines_of(block: TextBlock, at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the index of the line in which each byte stands."""
    return np.searchsorted(block.ends, at, side="right")
