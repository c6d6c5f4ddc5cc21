"""Noun drop: counting what a drop looks like, part by part."""

from collections import Counter

import numpy as np
import pyarrow as pa

from shared.drop.datasets import NUMBERS, Dataset, Kind
from shared.drop.profiles import Profile
from shared.drop.rejections import Rejections

UNIT_BINS = 20
AMOUNT_BINS = 52  # powers of two up to the largest amount


class Profiler:
    """Counts accepted rows part by part."""

    def __init__(self, dataset: Dataset) -> None:
        """Start without rows."""
        self._dataset = dataset
        self._nulls: Counter[str] = Counter()
        self._histograms: dict[str, np.ndarray[tuple[int], np.dtype[np.int64]]] = {}

    def add(self, table: pa.Table) -> None:
        """Count one part."""
        for column in self._dataset.columns:
            if not column.is_kept:
                continue
            values = table.column(column.name)
            self._nulls[column.name] += values.null_count
            if column.kind not in NUMBERS:
                continue
            numbers = values.drop_null().to_numpy() if values.null_count else values.to_numpy()
            counts = np.bincount(_bins(column.kind, numbers), minlength=_many_bins(column.kind))
            self._histograms[column.name] = self._histograms.get(column.name, 0) + counts

    def conclude(self, rows_accepted: int, rejections: Rejections) -> Profile:
        """Return the profile of a file of which so many rows were accepted."""
        rows = rows_accepted + len(rejections)
        share = {name: count / rows_accepted for name, count in self._nulls.items() if count}
        for name, count in rejections.missing_by_column().items():
            share[name] = share.get(name, 0.0) + count / rows
        return Profile(
            rows=rows,
            null_share=dict(sorted(share.items())),
            histograms={n: tuple(h.tolist()) for n, h in self._histograms.items() if h.any()},
        )


def _many_bins(kind: Kind) -> int:
    return UNIT_BINS if kind is Kind.UNIT else AMOUNT_BINS


def _bins(
    kind: Kind, numbers: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    if kind is Kind.UNIT:
        return np.minimum((numbers * UNIT_BINS).astype(np.int64), UNIT_BINS - 1)
    return np.frexp(numbers + 0.5)[1].astype(np.int64)
