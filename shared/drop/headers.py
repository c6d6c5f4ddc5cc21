"""Noun drop: which column of a file is which, by name."""

from collections.abc import Sequence
from difflib import get_close_matches

from shared.drop.datasets import Dataset
from shared.drop.refusals import RefusedFileError


def normalised(name: str) -> str:
    """Return a column's name without case, outer spaces, and spaces or dashes for underscores."""
    return "_".join(name.strip().strip('"').lower().replace("-", " ").split())


def positions(dataset: Dataset, found: Sequence[str], line: int | None) -> list[int | None]:
    """Return for each declared column where it stands among the columns found.

    Raises:
        RefusedFileError: a needed column is missing, or a declared one stands twice.
    """
    names = [normalised(name) for name in found]
    twice = [c.name for c in dataset.columns if names.count(c.name) > 1]
    if twice:
        raise RefusedFileError(
            "duplicate_column",
            f"The column {twice[0]} stands {names.count(twice[0])} times. Leave one.",
            line,
        )
    missing = [c.name for c in dataset.columns if c.is_needed and c.name not in names]
    if missing:
        # Where the header is missing its place holds ids, so names found are never quoted.
        near = get_close_matches(missing[0], names, n=1)
        hint = f" Column {names.index(near[0]) + 1} has a name close to it." if near else ""
        expected = ", ".join(c.name for c in dataset.columns if c.is_needed)
        raise RefusedFileError(
            "missing_column",
            f"There is no column {missing[0]} among the {len(names):,} of the header; "
            f"expected {expected}.{hint}",
            line,
        )
    return [names.index(c.name) if c.name in names else None for c in dataset.columns]
