"""Noun plan: the rows of the allocation, (audience, context, market) with slots of today.

A forecast for a cohort is divided over its members that have live scores of their own, by
`Audiences.share` or evenly over all members; the rest stays with the cohort.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from shared.plan.forecasts import NO_PARENT, Audiences, Supply, positions_in, values_at
from shared.plan.labels import Labels, all_names

ROUNDING = 1e-9  # what is left of a cohort whose members share all of it


@dataclass(frozen=True)
class AllocationRows:
    """Rows and the forecast series, or cells, that they draw on: ``part`` of a cell's slots each.

    Rows stand in the order of their scores, so that scores can be read in blocks.
    """

    audience: NDArray[np.uint64]  # (rows)
    parent: NDArray[np.uint64]  # (rows) NO_PARENT where there is none
    context: Labels  # (rows)
    market: Labels  # (rows) empty where unknown
    score: NDArray[np.int64]  # (rows) ascending; number of live scores where it has none
    cell: NDArray[np.int64]  # (rows)
    part: NDArray[np.float64]  # (rows) in [0, 1]
    first_day: date
    slots_by_day: NDArray[np.float64]  # (cells, days) days counted from first_day
    unforecast: int  # live score rows that no forecast reaches

    @property
    def slots_today(self) -> NDArray[np.float64]:
        """Return each row's slots of the whole first day, shape (rows)."""
        today: NDArray[np.float64] = self.slots_by_day[self.cell, 0] * self.part
        return today


@dataclass(frozen=True)
class _Cells:
    """Forecast series that have slots today or later."""

    audience: NDArray[np.uint64]  # (cells)
    context: Labels  # (cells)
    market: Labels  # (cells)
    slots_by_day: NDArray[np.float64]  # (cells, days)


@dataclass(frozen=True)
class _Members:
    """Members that have live scores, by cohort: cohort i's at ``start[i]:start[i + 1]``."""

    audience: NDArray[np.int64]  # (members) position among the audiences
    part: NDArray[np.float64]  # (members) of their cohort's slots
    cohort: NDArray[np.uint64]  # (cohorts) ascending
    start: NDArray[np.int64]  # (cohorts + 1)
    left: NDArray[np.float64]  # (cohorts) part of its slots that no member has


def build_rows(
    supply: Supply, audiences: Audiences, scored: NDArray[np.uint64], *, today: date
) -> AllocationRows:
    """Build the rows of today from the forecast and the audiences that have live scores."""
    cells = _cells(supply, today)
    by_hash = np.argsort(scored)
    members = _members(audiences, positions_in(scored[by_hash], audiences.audience) >= 0)

    begun = np.flatnonzero(cells.slots_by_day[:, 0] > 0)
    cohort = positions_in(members.cohort, cells.audience[begun])
    first = values_at(members.start[:-1], cohort, np.int64(0))
    many = values_at(np.diff(members.start), cohort, np.int64(0))
    left = values_at(members.left, cohort, np.float64(1.0))
    member = np.repeat(first - (np.cumsum(many) - many), many) + np.arange(many.sum())
    own = audiences.positions(cells.audience[begun])

    cell = np.concatenate((np.repeat(begun, many), begun))
    position = np.concatenate((members.audience[member], own))
    audience = np.concatenate((audiences.audience[members.audience[member]], cells.audience[begun]))
    part = np.concatenate((members.part[member], left))
    at = positions_in(scored[by_hash], audience)
    score = np.where(at >= 0, by_hash[at] if len(by_hash) else 0, len(scored))
    order = np.lexsort((cell, audience, score))
    cell, position, audience, score = cell[order], position[order], audience[order], score[order]
    return AllocationRows(
        audience=audience,
        parent=values_at(audiences.parent, position, NO_PARENT),
        context=cells.context.take(cell),
        market=_markets(cells.market.take(cell), audiences.market, position),
        score=score,
        cell=cell,
        part=part[order],
        first_day=today,
        slots_by_day=cells.slots_by_day,
        unforecast=len(scored) - len(np.unique(score[score < len(scored)])),
    )


def _cells(supply: Supply, today: date) -> _Cells:
    ahead = (supply.day - np.datetime64(today, "D")).astype(np.int64)
    coming = np.flatnonzero(ahead >= 0)
    audience, ahead = supply.audience[coming], ahead[coming]
    context, market = supply.context.take(coming), supply.market.take(coming)
    order = np.lexsort((market.code, context.code, audience))
    keys = [each[order] for each in (audience, context.code, market.code)]
    is_first = np.ones(len(order), dtype=np.bool_)
    is_first[1:] = np.any([key[1:] != key[:-1] for key in keys], axis=0)
    head = order[is_first]
    slots = np.zeros((len(head), int(ahead.max(initial=0)) + 1))
    slots[np.cumsum(is_first) - 1, ahead[order]] = supply.expected_slots[coming][order]
    return _Cells(audience[head], context.take(head), market.take(head), slots)


def _members(audiences: Audiences, is_scored: NDArray[np.bool_]) -> _Members:
    """Return the scored members of each cohort; what goes beyond a whole is cut off."""
    in_cohort = np.flatnonzero(audiences.parent != NO_PARENT)
    order = in_cohort[np.argsort(audiences.parent[in_cohort], kind="stable")]
    _, group, sizes = np.unique(audiences.parent[order], return_inverse=True, return_counts=True)
    kept = is_scored[order]
    order, even = order[kept], (1.0 / sizes)[group[kept]]
    share = audiences.share[order]
    wanted = np.where(np.isnan(share), even, share)
    cohort, start, group = np.unique(
        audiences.parent[order], return_index=True, return_inverse=True
    )
    reached = np.cumsum(wanted) - wanted
    before = reached - reached[start][group]
    part = np.where(before + wanted <= 1.0, wanted, np.maximum(0.0, 1.0 - before))
    left = 1.0 - np.bincount(group, part, len(cohort)).astype(np.float64)
    left[left < ROUNDING] = 0.0
    return _Members(order, part, cohort, np.append(start, len(order)), left)


def _markets(of_cells: Labels, of_audiences: Labels, position: NDArray[np.int64]) -> Labels:
    """Return the market of each row: its cell's, else its audience's."""
    names = all_names(of_cells, of_audiences, Labels(("",), np.zeros(0, dtype=np.int32)))
    unknown = np.int32(names.index(""))
    of_cell = of_cells.among(names).code
    own = values_at(of_audiences.among(names).code, position, unknown)
    return Labels(names, np.where(of_cell == unknown, own, of_cell))
