"""Noun drop: where the accepted rows of a file go."""

from typing import Protocol

import pyarrow as pa

from shared.drop.datasets import Dataset
from shared.drop.sound_values import arrow_type


class RowSink(Protocol):
    """Takes accepted rows, part by part; all rows of one first key column are in one part."""

    def stored(self, columns: dict[str, pa.Array]) -> dict[str, pa.Array]:
        """Return the columns to keep until all rows are read, equal where these are equal."""

    def write(self, table: pa.Table) -> None:
        """Take one part, its rows by line, its columns as ``stored`` gave them."""

    def restart(self) -> None:
        """Forget all rows: the file is read again."""


class CollectedRows:
    """Keeps accepted rows in memory, as they are."""

    def __init__(self, dataset: Dataset) -> None:
        """Start without rows."""
        self._dataset = dataset
        self._tables: list[pa.Table] = []

    def stored(self, columns: dict[str, pa.Array]) -> dict[str, pa.Array]:
        """Return the columns."""
        return dict(columns)

    def write(self, table: pa.Table) -> None:
        """Keep one part."""
        self._tables.append(kept_columns(self._dataset, table))

    def restart(self) -> None:
        """Forget all rows."""
        self._tables.clear()

    @property
    def table(self) -> pa.Table:
        """Return all rows."""
        return pa.concat_tables(self._tables)


class CountedRows:
    """Lets accepted rows go: for judging alone."""

    def stored(self, columns: dict[str, pa.Array]) -> dict[str, pa.Array]:
        """Return the columns."""
        return dict(columns)

    def write(self, table: pa.Table) -> None:
        """Let one part go."""

    def restart(self) -> None:
        """Do nothing: nothing is kept."""


def kept_columns(dataset: Dataset, table: pa.Table) -> pa.Table:
    """Return the columns that accepted files keep, in their types."""
    return pa.table(
        {c.name: table.column(c.name).cast(arrow_type(c)) for c in dataset.columns if c.is_kept}
    )
