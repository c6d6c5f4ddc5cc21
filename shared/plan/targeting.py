"""Noun plan: which rows a campaign targets, without a table of every campaign and row.

A row is targeted if its context and market match, and its audience or that audience's parent is
listed, where the campaign lists any. A row of unknown market matches only campaigns without
markets. Rows of one context and market are one class, so a campaign without audiences is a sum
over classes; one with audiences looks at the rows of these alone.
"""

import numpy as np
from numpy.typing import NDArray

from shared.campaign.campaigns import Campaign
from shared.plan.forecasts import Audience
from shared.plan.rows import AllocationRows

NOT_LISTED = -1


class Targeting:
    """Campaigns against the rows of one problem."""

    def __init__(
        self, rows: AllocationRows, campaigns: list[Campaign], audiences: dict[str, Audience]
    ) -> None:
        """Look at what the campaigns list, once."""
        self._rows = rows
        classes: dict[tuple[str, str], int] = {}
        places = zip(rows.context, rows.market, strict=True)
        self._class = np.array(
            [classes.setdefault(each, len(classes)) for each in places], np.int64
        )
        self._matches = np.array(
            [[_is_in(campaign, *place) for place in classes] for campaign in campaigns], dtype=bool
        ).reshape(len(campaigns), len(classes))

        listed = sorted({a for campaign in campaigns for a in campaign.audience_ids})
        code = {audience_id: number for number, audience_id in enumerate(listed)}
        parents = [audiences.get(a, Audience()).parent_id for a in rows.audience_id]
        self._codes = [
            np.array([code.get(each, NOT_LISTED) for each in names], dtype=np.int64)
            for names in (rows.audience_id, parents)
        ]
        self._audiences = max(1, len(listed))
        self._lists = [
            np.array(sorted(code[a] for a in campaign.audience_ids), dtype=np.int64)
            for campaign in campaigns
        ]
        self._has_list = np.array([bool(len(each)) for each in self._lists], dtype=bool)
        pairs = [np.unique(codes) + n * self._audiences for n, codes in enumerate(self._lists)]
        self._pairs = np.concatenate(pairs) if pairs else np.zeros(0, dtype=np.int64)

    def of_pairs(self, campaign: NDArray[np.int64], row: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of these campaigns target these rows, shape (pairs)."""
        matches: NDArray[np.bool_] = self._matches[campaign, self._class[row]]
        asked = np.flatnonzero(matches & self._has_list[campaign])
        found = np.zeros(len(asked), dtype=bool)
        for codes in self._codes:
            code = codes[row[asked]]
            pair = campaign[asked] * self._audiences + code
            at = np.minimum(np.searchsorted(self._pairs, pair), max(0, len(self._pairs) - 1))
            found |= (code != NOT_LISTED) & (self._pairs[at] == pair)
        matches[asked] = found
        return matches

    def reached_slots(self) -> NDArray[np.float64]:
        """Return the forecast slots that each campaign reaches, shape (campaigns, days)."""
        rows = self._rows
        days = rows.slots_by_day.shape[1]
        reached = np.zeros((len(self._lists), days))
        for day in range(days):
            slots = rows.part * rows.slots_by_day[rows.cell, day]
            by_class = np.bincount(self._class, slots, self._matches.shape[1])
            reached[:, day] = self._matches @ by_class
        order = [np.argsort(codes, kind="stable") for codes in self._codes]
        risen = [codes[by] for codes, by in zip(self._codes, order, strict=True)]
        for number in np.flatnonzero(self._has_list).tolist():
            chosen = self._rows_listed(self._lists[number], order, risen)
            chosen = chosen[self._matches[number, self._class[chosen]]]
            slots_by_day = rows.slots_by_day[rows.cell[chosen]]
            reached[number] = rows.part[chosen] @ slots_by_day
        return reached

    def _rows_listed(
        self,
        listed: NDArray[np.int64],
        order: list[NDArray[np.int64]],
        risen: list[NDArray[np.int64]],
    ) -> NDArray[np.int64]:
        """Return the rows whose audience or parent is listed; ``order`` sorts rows by either."""
        found = []
        for by, codes in zip(order, risen, strict=True):
            first, last = (np.searchsorted(codes, listed, side) for side in ("left", "right"))
            many = last - first
            begin = np.repeat(first - np.concatenate(([0], np.cumsum(many)[:-1])), many)
            found.append(by[begin + np.arange(int(many.sum()))])
        return np.unique(np.concatenate(found))


def _is_in(campaign: Campaign, context: str, market: str) -> bool:
    return (not campaign.contexts or context in campaign.contexts) and (
        not campaign.markets or market in campaign.markets
    )
