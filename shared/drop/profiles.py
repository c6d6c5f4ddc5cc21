"""Noun drop: what a drop looks like as a whole, to be compared with the one before it."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from shared.drop.datasets import NUMBERS, Dataset, Kind
from shared.drop.rejections import Rejections

UNIT_BINS = 20
AMOUNT_BINS = 52  # powers of two up to the largest amount
LEAST_SHARE = 1e-4  # of a bin, so that an empty one does not make the index infinite


@dataclass(frozen=True)
class Profile:
    """Rows of a drop, the share of missing values by column, and histograms of its numbers.

    ``histograms`` count accepted values: of numbers in [0, 1] in bins of equal width, of amounts
    in powers of two.
    """

    rows: int  # parsed
    null_share: dict[str, float] = field(default_factory=dict)
    histograms: dict[str, tuple[int, ...]] = field(default_factory=dict)


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
        missing = Counter(self._nulls)
        for name, count in rejections.missing_by_column().items():
            missing[name] += count
        return Profile(
            rows=rows,
            null_share={n: c / rows for n, c in sorted(missing.items()) if c},
            histograms={n: tuple(h.tolist()) for n, h in self._histograms.items() if h.any()},
        )


def population_stability(now: tuple[int, ...], before: tuple[int, ...]) -> float:
    """Return the population stability index of two histograms, less what chance gives it.

    Equal distributions have an index of about (bins - 1) (1/n + 1/m) for n and m values, which is
    taken off, so that small drops are not thought to drift. Never below 0.

    Source: B. Yurdakul, Statistical Properties of Population Stability Index (2018), section 3.
    """
    new, old = np.array(now, dtype=np.float64), np.array(before, dtype=np.float64)
    if not new.sum() or not old.sum():
        return 0.0
    shares = np.maximum(new / new.sum(), LEAST_SHARE), np.maximum(old / old.sum(), LEAST_SHARE)
    index = float(((shares[0] - shares[1]) * np.log(shares[0] / shares[1])).sum())
    used = int(((new > 0) | (old > 0)).sum())
    return max(0.0, index - (used - 1) * float(1 / new.sum() + 1 / old.sum()))


def _many_bins(kind: Kind) -> int:
    return UNIT_BINS if kind is Kind.UNIT else AMOUNT_BINS


def _bins(
    kind: Kind, numbers: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    if kind is Kind.UNIT:
        return np.minimum((numbers * UNIT_BINS).astype(np.int64), UNIT_BINS - 1)
    return np.frexp(numbers + 0.5)[1].astype(np.int64)
