"""Noun plan: which rows a campaign targets, without a table of every campaign and row.

A row is targeted if its context and market match, and its audience or that audience's parent is
listed, where the campaign lists any. A row of unknown market matches only campaigns without
markets. Rows of one context and market are one class, so a campaign without audiences is a sum
over classes; one with audiences looks at the rows of these alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shared.campaign.campaigns import Campaign
from shared.plan.forecasts import positions_in
from shared.plan.labels import Labels
from shared.plan.rows import AllocationRows
from shared.score.hash_columns import id_hashes


@dataclass(frozen=True)
class Aim:
    """Whom one campaign is for. Empty contexts, markets or audiences mean all of them."""

    contexts: tuple[str, ...]
    markets: tuple[str, ...]
    audiences: NDArray[np.uint64]  # (audiences) hashes


@dataclass(frozen=True)
class Targeting:
    """What campaigns list, against the contexts and markets of some rows.

    Class m * (number of markets) + n is context m in market n. A listed pair is the campaign times
    the number of listed audiences plus the audience's place among them.
    """

    matches: NDArray[np.bool_]  # (campaigns, classes)
    listed: NDArray[np.uint64]  # (audiences listed by any) ascending
    pairs: NDArray[np.int64]  # (audiences listed by each) ascending
    has_list: NDArray[np.bool_]  # (campaigns)

    def allows(
        self, campaign: NDArray[np.int32], row: NDArray[np.int64], place: "RowPlaces"
    ) -> NDArray[np.bool_]:
        """Return which of these campaigns target these of some rows, shape (pairs)."""
        allowed: NDArray[np.bool_] = self.matches[campaign, place.row_class[row]]
        asked = np.flatnonzero(allowed & self.has_list[campaign])
        if len(asked):
            own = campaign[asked].astype(np.int64) * len(self.listed)
            found = np.zeros(len(asked), dtype=np.bool_)
            for at in (place.audience, place.parent):
                code = at[row[asked]]
                pair = np.searchsorted(self.pairs, own + code)
                pair = np.minimum(pair, len(self.pairs) - 1)
                found |= (code >= 0) & (self.pairs[pair] == own + code)
            allowed[asked] = found
        return allowed

    def reached_slots(self, rows: AllocationRows) -> NDArray[np.float64]:
        """Return the forecast slots that each campaign reaches, shape (campaigns, days)."""
        place = places_of(rows.audience, rows.parent, rows.context, rows.market, self)
        days = rows.slots_by_day.shape[1]
        reached = np.zeros((len(self.has_list), days))
        for day in range(days):
            slots = rows.part * rows.slots_by_day[rows.cell, day]
            reached[:, day] = self.matches @ np.bincount(
                place.row_class, slots, self.matches.shape[1]
            )
        codes = place.audience, place.parent
        order = [np.argsort(code, kind="stable") for code in codes]
        risen = [code[by] for code, by in zip(codes, order, strict=True)]
        campaigns, listed = np.divmod(self.pairs, max(1, len(self.listed)))
        for number in np.flatnonzero(self.has_list).tolist():
            first, last = np.searchsorted(campaigns, (number, number + 1))
            chosen = _rows_listed(listed[first:last], order, risen)
            chosen = chosen[self.matches[number, place.row_class[chosen]]]
            reached[number] = rows.part[chosen] @ rows.slots_by_day[rows.cell[chosen]]
        return reached


@dataclass(frozen=True)
class RowPlaces:
    """Where rows stand in what campaigns list."""

    row_class: NDArray[np.int64]  # (rows)
    audience: NDArray[np.int64]  # (rows) place among the listed, -1 where it is not
    parent: NDArray[np.int64]  # (rows) likewise


def aim_of(campaign: Campaign) -> Aim:
    """Return whom a campaign is for."""
    audiences = id_hashes(pa.array(campaign.audience_ids, pa.string()))
    return Aim(campaign.contexts, campaign.markets, audiences)


def targeting_of(
    aims: Sequence[Aim], contexts: tuple[str, ...], markets: tuple[str, ...]
) -> Targeting:
    """Look at what campaigns list, against the contexts and markets that rows name."""
    classes = [(context, market) for context in contexts for market in markets]
    matches = [[_is_in(aim, *place) for place in classes] for aim in aims]
    listed = np.unique(np.concatenate([np.zeros(0, dtype=np.uint64), *(a.audiences for a in aims)]))
    pairs = [
        np.unique(positions_in(listed, aim.audiences)) + number * len(listed)
        for number, aim in enumerate(aims)
    ]
    return Targeting(
        matches=np.array(matches, dtype=np.bool_).reshape(len(aims), len(classes)),
        listed=listed,
        pairs=np.concatenate([np.zeros(0, dtype=np.int64), *pairs]),
        has_list=np.array([bool(len(aim.audiences)) for aim in aims], dtype=np.bool_),
    )


def places_of(
    audience: NDArray[np.uint64],
    parent: NDArray[np.uint64],
    context: Labels,
    market: Labels,
    targeting: Targeting,
) -> RowPlaces:
    """Find rows in what campaigns list; contexts and markets are named as they were there."""
    row_class = context.code.astype(np.int64) * len(market.names) + market.code
    return RowPlaces(
        row_class, positions_in(targeting.listed, audience), positions_in(targeting.listed, parent)
    )


def _rows_listed(
    listed: NDArray[np.int64], order: list[NDArray[np.int64]], risen: list[NDArray[np.int64]]
) -> NDArray[np.int64]:
    """Return the rows whose audience or parent is listed; ``order`` sorts rows by either."""
    found = []
    for by, codes in zip(order, risen, strict=True):
        first, last = (np.searchsorted(codes, listed, side) for side in ("left", "right"))
        many = last - first
        begin = np.repeat(first - (np.cumsum(many) - many), many)
        found.append(by[begin + np.arange(len(begin))])
    return np.unique(np.concatenate(found))


def _is_in(aim: Aim, context: str, market: str) -> bool:
    return (not aim.contexts or context in aim.contexts) and (
        not aim.markets or market in aim.markets
    )
