"""Noun plan: the edges of the allocation: which campaign has which track of which row.

Among the campaigns of a track that are eligible in a row, the highest weight has it; ties go by
the lowest tie value. The lookup applies the same rule to one row.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.campaign.campaigns import Campaign
from shared.campaign.ties import tie_values
from shared.plan.forecasts import LiveScores, Track
from shared.plan.rows import AllocationRows
from shared.plan.targeting import Targeting
from shared.score.hashes import NARROW_SHIFT, id_hash
from shared.score.packed_row import SCORE_SCALE, lowest_score
from shared.score.rows import ScoreColumns, unpack_rows


@dataclass(frozen=True)
class Edges:
    """Edges of all rows; row i's edges stand at ``row_start[i]:row_start[i + 1]``."""

    row_start: NDArray[np.int64]  # (rows + 1)
    campaign: NDArray[np.int32]  # (edges) index into the campaigns given
    track_hash: NDArray[np.uint64]  # (edges) 64-bit hash of the track
    relevance: NDArray[np.float32]  # (edges)


@dataclass(frozen=True)
class _Pairs:
    """(track, campaign) pairs sorted by the track's hash."""

    track_hash: NDArray[np.uint64]
    campaign: NDArray[np.int64]
    markets: tuple[tuple[str, ...], ...]


def build_edges(
    rows: AllocationRows,
    scores: LiveScores,
    campaigns: list[Campaign],
    tracks_of: list[tuple[str, ...]],
    tracks: dict[str, Track],
    targeting: Targeting,
) -> Edges:
    """Match the rows' scores with the campaigns' tracks.

    ``tracks_of[c]`` are the tracks of ``campaigns[c]`` that the catalogue allows.
    """
    pairs = _pairs(tracks_of, tracks)
    columns = unpack_rows(scores.packed)
    entry, pair = _matches(columns, pairs)
    row, match = _rows_of_matches(rows, scores, columns, entry)
    entry, pair = entry[match], pair[match]
    score, row_hash = columns.scores[entry], columns.hashes[entry]
    campaign = pairs.campaign[pair]
    kept = targeting.of_pairs(campaign, row)
    lowest = np.array([lowest_score(c.min_relevance) for c in campaigns], dtype=np.int64)
    kept &= score >= lowest[campaign]
    kept &= _market_allowed(pairs, pair, rows, row)
    row, pair, score, row_hash = row[kept], pair[kept], score[kept], row_hash[kept]

    winner = _winners(rows, campaigns, pairs, row, pair, row_hash)
    row, pair, score = row[winner], pair[winner], score[winner]
    return Edges(
        row_start=np.searchsorted(row, np.arange(len(rows.cell) + 1)).astype(np.int64),
        campaign=pairs.campaign[pair].astype(np.int32),
        track_hash=pairs.track_hash[pair],
        relevance=score.astype(np.float32) / np.float32(SCORE_SCALE),
    )


def _pairs(tracks_of: list[tuple[str, ...]], tracks: dict[str, Track]) -> _Pairs:
    found = sorted(
        (id_hash(track_id), index, tracks[track_id].markets)
        for index, track_ids in enumerate(tracks_of)
        for track_id in set(track_ids)
    )
    return _Pairs(
        np.array([f[0] for f in found], dtype=np.uint64),
        np.array([f[1] for f in found], dtype=np.int64),
        tuple(f[2] for f in found),
    )


def _matches(columns: ScoreColumns, pairs: _Pairs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (entry, pair) index arrays of all score entries whose track is in a pair."""
    counts = np.diff(columns.start)
    entry_is_wide = np.repeat(columns.is_wide, counts)
    narrow = pairs.track_hash >> np.uint64(NARROW_SHIFT)
    found: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for chosen, sorted_hashes in ((~entry_is_wide, narrow), (entry_is_wide, pairs.track_hash)):
        entries = np.flatnonzero(chosen)
        first = np.searchsorted(sorted_hashes, columns.hashes[entries], "left")
        many = np.searchsorted(sorted_hashes, columns.hashes[entries], "right") - first
        found.append((np.repeat(entries, many), np.repeat(first, many) + _ramp(many)))
    entry = np.concatenate([f[0] for f in found])
    pair = np.concatenate([f[1] for f in found])
    by_entry = np.lexsort((pair, entry))
    return entry[by_entry], pair[by_entry]


def _rows_of_matches(
    rows: AllocationRows,
    scores: LiveScores,
    columns: ScoreColumns,
    entry: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (row, match) index arrays: each match once in every row of its audience."""
    index_of = {audience_id: i for i, audience_id in enumerate(scores.audience_id)}
    score_row = np.array([index_of.get(a, -1) for a in rows.audience_id], dtype=np.int64)
    first = np.searchsorted(entry, columns.start)
    scored = np.flatnonzero(score_row >= 0)
    begin = first[score_row[scored]]
    many = first[score_row[scored] + 1] - begin
    return np.repeat(scored, many), np.repeat(begin, many) + _ramp(many)


def _market_allowed(
    pairs: _Pairs, pair: NDArray[np.int64], rows: AllocationRows, row: NDArray[np.int64]
) -> NDArray[np.bool_]:
    allowed = np.ones(len(pair), dtype=bool)
    limited = np.array([bool(m) for m in pairs.markets], dtype=bool)
    for edge in np.flatnonzero(limited[pair]) if len(pair) else ():
        allowed[edge] = rows.market[row[edge]] in pairs.markets[pair[edge]]
    return allowed


def _winners(
    rows: AllocationRows,
    campaigns: list[Campaign],
    pairs: _Pairs,
    row: NDArray[np.int64],
    pair: NDArray[np.int64],
    row_hash: NDArray[np.uint64],
) -> NDArray[np.int64]:
    """Return one match of each (row, entry), in that order.

    Entries, not tracks, are told apart: two tracks may share the narrow hash of one entry, and
    the lookup knows the entry alone.
    """
    audience = np.array([id_hash(a) for a in rows.audience_id], dtype=np.uint64)
    names = np.array([id_hash(c.campaign_id) for c in campaigns], dtype=np.uint64)
    weight = np.array([c.weight for c in campaigns])
    campaign, track = pairs.campaign[pair], pairs.track_hash[pair]
    tie = tie_values(audience[row], track, names[campaign])
    best_first = np.lexsort((tie, -weight[campaign], row_hash, row))
    ordered_row, ordered_hash = row[best_first], row_hash[best_first]
    is_first = np.ones(len(row), dtype=bool)
    is_first[1:] = (ordered_row[1:] != ordered_row[:-1]) | (ordered_hash[1:] != ordered_hash[:-1])
    return best_first[is_first]


def _ramp(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return 0..n-1 for each count n, joined."""
    ends = np.cumsum(counts)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - counts, counts)
