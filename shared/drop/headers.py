"""Noun drop: which column of a file is which, by name."""

from collections.abc import Sequence
from difflib import get_close_matches

from shared.drop.datasets import Dataset
from shared.drop.refusals import RefusedFileError

SHOWN_NAMES = 20


def normalised(name: str) -> str:
    """Return a column's name without case, outer spaces, and spaces or dashes for underscores."""
    return "_".join(name.strip().strip('"').lower().replace("-", " ").split())


def _what_was_found(dataset: Dataset, names: Sequence[str], missing: str) -> str:
    """Name the columns found that are like declared ones; where others stand may be ids."""
    declared = [column.name for column in dataset.columns]
    shown = [name for name in names if get_close_matches(name, declared, n=1)]
    if not shown:
        return f"None of the {len(names):,} fields of the header is the name of a column."
    others = len(names) - len(shown)
    more = f" and {others:,} that no column is called" if others else ""
    near = get_close_matches(missing, shown, n=1)
    hint = f" Is {near[0]} meant?" if near and near[0] not in declared else ""
    return f"Found {', '.join(shown[:SHOWN_NAMES])}{more}.{hint}"


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
        expected = ", ".join(c.name for c in dataset.columns if c.is_needed)
        raise RefusedFileError(
            "missing_column",
            f"There is no column {missing[0]}; expected {expected}. "
            f"{_what_was_found(dataset, names, missing[0])}",
            line,
        )
    return [names.index(c.name) if c.name in names else None for c in dataset.columns]
