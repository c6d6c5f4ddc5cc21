"""Noun drop: one number for a line of one of a drop's parts."""

from collections.abc import Sequence

STRIDE = 1 << 40  # more lines than a part may have


def place_of(line: int, parts: Sequence[str]) -> tuple[str, int]:
    """Return the name of the part that a line stands in, and its physical line there.

    The name is empty where the drop is one file.
    """
    number, physical = divmod(line, STRIDE)
    return (parts[number] if parts else ""), physical
