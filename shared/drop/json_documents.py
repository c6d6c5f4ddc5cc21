"""Noun drop: files named .jsonl that hold a table, or one JSON text over several lines."""

import json
from collections.abc import Iterator

import numpy as np

from shared.drop.blank_lines import blank_lines
from shared.drop.datasets import Dataset
from shared.drop.delimited_headers import DELIMITERS
from shared.drop.headers import normalised
from shared.drop.loose_fields import loose_fields
from shared.drop.refusals import RefusedFileError
from shared.drop.text_blocks import TextBlock

# In JSON lines one line may be cut anywhere, so that it seems to go on: behind `"score":` the next
# line may be the value. The line after that fits nowhere.
LINES = 3
SPACES = " \t\r\n"  # of JSON


def lines_alone(blocks: Iterator[TextBlock], dataset: Dataset) -> Iterator[TextBlock]:
    """Yield the blocks of JSON lines; blank lines tell nothing.

    Raises:
        RefusedFileError: the first line is a header of the dataset, or the first lines are one JSON
            text (format_mismatch).
    """
    lines: list[str] = []
    for block in blocks:
        if len(lines) < LINES:
            written = np.flatnonzero(~blank_lines(block))[: LINES - len(lines)]
            lines.extend(block.text(index) for index in written.tolist())
            if len(lines) == LINES:
                _refuse(lines, dataset)
        yield block
    if 0 < len(lines) < LINES:
        _refuse(lines, dataset)


def _refuse(lines: list[str], dataset: Dataset) -> None:
    found = ""
    if _is_header(lines[0], dataset):
        found = "a table with separators"
    elif _is_begun(lines[0]) and _go_on(lines):
        what = "one JSON array" if _is_array(lines[0]) else "JSON over several lines"
        found = f"{what}: write an object a line"
    if found:
        raise RefusedFileError(
            "format_mismatch", f"The name says jsonl, and the content is {found}."
        )


def _is_header(line: str, dataset: Dataset) -> bool:
    needed = {column.name for column in dataset.columns if column.is_needed}
    return bool(needed) and any(
        len(needed.intersection(map(normalised, loose_fields(line, delimiter))))
        >= min(2, len(needed))
        for delimiter in DELIMITERS
    )


def _go_on(lines: list[str]) -> bool:
    """Say whether lines of which the first is not complete are one JSON text, as far as they go."""
    text = "".join(lines)
    if _is_begun(text):
        return len(lines) == LINES or _is_array(text)
    return _is_complete(text)


def _is_array(text: str) -> bool:
    return text.lstrip(SPACES).startswith("[")


def _is_begun(text: str) -> bool:
    """Say whether whole lines are the begin of a JSON text that they do not end."""
    text = text.rstrip(SPACES)
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.pos >= len(text)
    except (ValueError, RecursionError):
        return False
    return False


def _is_complete(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
