"""Noun plan: the edges of the allocation: which campaign has which track of which row.

Among the campaigns of a track that are eligible in a row, the highest weight has it; ties go by
the lowest tie value. The lookup applies the same rule to one row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shared.campaign.ties import tie_values
from shared.plan.problem_rows import ProblemRows
from shared.plan.promoted import PromotedTracks
from shared.plan.targeting import Targeting, places_of
from shared.score.packed_row import SCORE_SCALE
from shared.score.rows import ScoreColumns, unpack_rows

PIECE_ROWS = 4096

Kind = TypeVar("Kind", bound=np.generic)


class TooManyEdgesError(RuntimeError):
    """There are more edges than one function is to hold.

    ``expected`` is how many there are if the rows that were not read are like those that were.
    """

    def __init__(self, expected: int) -> None:
        super().__init__(f"about {expected:,} edges")
        self.expected = expected


@dataclass(frozen=True)
class Rules:
    """What decides which campaign has a track of a row."""

    promoted: PromotedTracks
    targeting: Targeting


@dataclass(frozen=True)
class Edges:
    """Edges of all rows; row i's edges stand at ``row_start[i]:row_start[i + 1]``."""

    row_start: NDArray[np.int64]  # (rows + 1)
    campaign: NDArray[np.int32]  # (edges)
    value: NDArray[np.float32]  # (edges) weight times relevance

    @property
    def highest_value(self) -> float:
        """Return the highest value of any edge, 0 where there is none."""
        return float(np.max(self.value, initial=np.float32(0)))


NO_EDGES = Edges(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32))


@dataclass(frozen=True)
class BlockEdges:
    """Edges of some consecutive rows, in their order."""

    row: NDArray[np.int64]  # (edges) counted from the first of the rows
    campaign: NDArray[np.int32]  # (edges)
    track_hash: NDArray[np.uint64]  # (edges)
    score: NDArray[np.uint16]  # (edges) relevance times SCORE_SCALE

    def values(self, rules: Rules) -> NDArray[np.float32]:
        """Return weight times relevance of each: (edges)."""
        relevance = self.score.astype(np.float32) / np.float32(SCORE_SCALE)
        return (rules.promoted.weight[self.campaign] * relevance).astype(np.float32)


def build_edges(
    rows: ProblemRows, blocks: Iterator[pa.Array], rules: Rules, *, most: int | None = None
) -> Edges:
    """Match the rows' scores with the campaigns' tracks, a block of scores at a time.

    Memory holds 8 bytes an edge, and 12 while the blocks are put together.

    Args:
        rows: in the order of their scores.
        blocks: the packed scores, from the first on.
        rules: what decides.
        most: edges at which to give up.

    Raises:
        TooManyEdgesError: there are more than ``most``.
    """
    counts = np.zeros(len(rows.score), dtype=np.int64)
    campaign: list[NDArray[np.int32]] = []
    value: list[NDArray[np.float32]] = []
    first = edges = 0
    for packed in (block[piece] for block in blocks for piece in pieces(len(block))):
        part = rows.of_scores(first, first + len(packed))
        found = block_edges(part, unpack_rows(packed), rules)
        begin = int(np.searchsorted(rows.score, first))
        counts[begin : begin + len(part.score)] = np.bincount(found.row, minlength=len(part.score))
        campaign.append(found.campaign)
        value.append(found.values(rules))
        first, edges = first + len(packed), edges + len(found.campaign)
        if most is not None and edges > most:
            scored = int(np.searchsorted(rows.score, rows.scores))
            raise TooManyEdgesError(int(edges * scored / (begin + len(part.score))))
    return Edges(
        row_start=np.concatenate(([0], np.cumsum(counts))),
        campaign=_joined(campaign, np.int32),
        value=_joined(value, np.float32),
    )


def block_edges(rows: ProblemRows, scores: ScoreColumns, rules: Rules) -> BlockEdges:
    """Return the edges of the rows of one block of scores."""
    promoted = rules.promoted
    matches = promoted.matches(scores)
    match_start = np.searchsorted(matches.entry, scores.start)
    begin = match_start[rows.score]
    many = match_start[rows.score + 1] - begin
    row = np.repeat(np.arange(len(many)), many)
    match = np.repeat(begin - (np.cumsum(many) - many), many) + np.arange(len(row))

    pair = matches.pair[match]
    places = places_of(rows.audience, rows.parent, rows.context, rows.market, rules.targeting)
    kept = rules.targeting.allows(promoted.campaign[pair], row, places)
    kept &= promoted.in_market[promoted.limit[pair], rows.market.code[row]]
    row, pair, entry = row[kept], pair[kept], matches.entry[match[kept]]

    winner = _winners(rows, promoted, row, pair, entry)
    row, pair = row[winner], pair[winner]
    return BlockEdges(
        row, promoted.campaign[pair], promoted.track_hash[pair], scores.scores[entry[winner]]
    )


def pieces(rows: int) -> Iterator[slice]:
    """Yield where so many rows of scores are, few at a time: more edges do not fit a cache."""
    for first in range(0, rows, PIECE_ROWS):
        yield slice(first, first + PIECE_ROWS)


def _winners(
    rows: ProblemRows,
    promoted: PromotedTracks,
    row: NDArray[np.int64],
    pair: NDArray[np.int64],
    entry: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return one match of each (row, entry), in that order.

    Entries, not tracks, are told apart: two tracks may share the narrow hash of one entry, and
    the lookup knows the entry alone.
    """
    goes_on = np.zeros(len(row), dtype=np.bool_)
    goes_on[1:] = (row[1:] == row[:-1]) & (entry[1:] == entry[:-1])
    if not goes_on.any():
        return np.arange(len(row))
    contended = np.flatnonzero(goes_on | np.append(goes_on[1:], False))
    campaign = promoted.campaign[pair[contended]]
    group = np.cumsum(~goes_on)[contended]
    tie = tie_values(
        rows.audience[row[contended]],
        promoted.track_hash[pair[contended]],
        promoted.name_hash[campaign],
    )
    order = np.lexsort((tie, -promoted.weight[campaign], group))
    is_best = np.ones(len(order), dtype=np.bool_)
    is_best[1:] = group[order][1:] != group[order][:-1]
    stays = ~(goes_on | np.append(goes_on[1:], False))
    stays[contended[order[is_best]]] = True
    return np.flatnonzero(stays)


def _joined(parts: list[NDArray[Kind]], kind: type[Kind]) -> NDArray[Kind]:
    """Return the parts as one array, and let go of them."""
    whole = np.concatenate([np.zeros(0, dtype=kind), *parts])
    parts.clear()
    return whole
