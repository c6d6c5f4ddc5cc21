"""Noun plan: the rows of the allocation, (audience, context, market) with slots of today.

A forecast for a cohort is divided over its members that have live scores of their own, by
`Audience.share` or evenly over all members; the rest stays with the cohort.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from shared.plan.forecasts import Audience, Supply


@dataclass(frozen=True)
class Cell:
    """One forecast series: an audience in a context and a market."""

    audience_id: str
    context: str
    market: str


@dataclass(frozen=True)
class AllocationRows:
    """Rows and the forecast series that they draw on. A row draws ``part`` of its cell's slots."""

    audience_id: tuple[str, ...]  # (rows)
    context: tuple[str, ...]  # (rows)
    market: tuple[str, ...]  # (rows) empty where unknown
    cell: NDArray[np.int64]  # (rows)
    part: NDArray[np.float64]  # (rows) in [0, 1]
    cells: tuple[Cell, ...]  # (cells)
    first_day: date
    slots_by_day: NDArray[np.float64]  # (cells, days) days counted from first_day
    unforecast: int  # live score rows that no forecast reaches

    @property
    def slots_today(self) -> NDArray[np.float64]:
        """Return each row's slots of the whole first day, shape (rows)."""
        if not len(self.cells):
            return np.zeros(0)
        today: NDArray[np.float64] = self.slots_by_day[self.cell, 0] * self.part
        return today


def build_rows(
    supply: Supply,
    audiences: dict[str, Audience],
    scored: frozenset[str],
    *,
    today: date,
) -> AllocationRows:
    """Build the rows of today from the forecast and the audiences that have live scores."""
    cells, slots_by_day = _cells(supply, today)
    members = defaultdict(list)
    sizes: Counter[str] = Counter()
    for audience_id, audience in audiences.items():
        if audience.parent_id:
            sizes[audience.parent_id] += 1
            if audience_id in scored:
                members[audience.parent_id].append(audience_id)

    rows: list[tuple[str, str, str, int, float]] = []
    for index, cell in enumerate(cells):
        if slots_by_day[index, 0] <= 0:
            continue
        left = 1.0
        for member in sorted(members[cell.audience_id]):
            audience = audiences[member]
            even = 1.0 / sizes[cell.audience_id]
            part = min(left, even if audience.share is None else audience.share)
            left -= part
            rows.append((member, cell.context, cell.market or audience.market, index, part))
        own = audiences.get(cell.audience_id, Audience())
        rows.append((cell.audience_id, cell.context, cell.market or own.market, index, left))

    columns = list(zip(*rows, strict=True)) or [(), (), (), (), ()]
    return AllocationRows(
        audience_id=columns[0],
        context=columns[1],
        market=columns[2],
        cell=np.array(columns[3], dtype=np.int64),
        part=np.array(columns[4], dtype=np.float64),
        cells=cells,
        first_day=today,
        slots_by_day=slots_by_day,
        unforecast=len(scored - frozenset(columns[0])),
    )


def _cells(supply: Supply, today: date) -> tuple[tuple[Cell, ...], NDArray[np.float64]]:
    series: dict[Cell, dict[int, float]] = defaultdict(dict)
    days = 1
    entries = zip(supply.audience_id, supply.context, supply.market, supply.day, strict=True)
    for entry, (audience_id, context, market, day) in enumerate(entries):
        ahead = (day - today).days
        if ahead >= 0:
            series[Cell(audience_id, context, market)][ahead] = supply.expected_slots[entry]
            days = max(days, ahead + 1)
    cells = tuple(sorted(series, key=lambda c: (c.audience_id, c.context, c.market)))
    slots = np.zeros((len(cells), days))
    for index, cell in enumerate(cells):
        for ahead, expected in series[cell].items():
            slots[index, ahead] = expected
    return cells, slots
