"""Noun plan: the tracks that campaigns promote, arranged to be found by their hash."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from shared.campaign.campaigns import Campaign
from shared.plan.forecasts import Track, positions_in
from shared.score.hashes import NARROW_SHIFT, id_hash
from shared.score.packed_row import lowest_score
from shared.score.rows import ScoreColumns

SIEVE_BITS = 22
"""The sieve has a place for each value of a narrow hash's highest bits: 4 MB."""


@dataclass(frozen=True)
class Offering:
    """What one campaign promotes, and what decides between it and others."""

    campaign_id: str
    weight: float
    lowest_score: int  # floor, quantised
    tracks: tuple[int, ...]  # (tracks) hashes, distinct
    track_markets: tuple[tuple[str, ...], ...]  # (tracks), or empty where none is limited


@dataclass(frozen=True)
class Matches:
    """Score entries whose track is promoted, once for each campaign that has it."""

    entry: NDArray[np.int64]  # (matches) ascending
    pair: NDArray[np.int64]  # (matches) ascending in an entry


@dataclass(frozen=True)
class _Runs:
    """Distinct hashes of sorted pairs, and where the pairs of each begin."""

    value: NDArray[np.uint64]  # (hashes)
    start: NDArray[np.int64]  # (hashes + 1)


@dataclass(frozen=True)
class PromotedTracks:
    """(track, campaign) pairs by rising hash of the track, and what decides between campaigns."""

    track_hash: NDArray[np.uint64]  # (pairs)
    campaign: NDArray[np.int32]  # (pairs)
    limit: NDArray[np.int32]  # (pairs) which of the limits of ``in_market`` the track has
    in_market: NDArray[np.bool_]  # (limits, markets) the markets in which such a track may be shown
    weight: NDArray[np.float64]  # (campaigns)
    lowest_score: NDArray[np.int64]  # (campaigns) floor, quantised
    name_hash: NDArray[np.uint64]  # (campaigns)

    def matches(self, scores: ScoreColumns) -> Matches:
        """Return the entries of promoted tracks whose score reaches the campaign's floor."""
        found = [self._found(scores, np.flatnonzero(self._sieved(scores)))]
        if scores.is_wide.any():
            found.append(self._found_wide(scores))
        entry, pair = (np.concatenate(part) for part in zip(*found, strict=True))
        kept = scores.scores[entry] >= self.lowest_score[self.campaign[pair]]
        entry, pair = entry[kept], pair[kept]
        if len(found) > 1:
            order = np.argsort(entry, kind="stable")
            entry, pair = entry[order], pair[order]
        return Matches(entry, pair)

    @cached_property
    def _narrow(self) -> _Runs:
        return _runs(self.track_hash >> np.uint64(NARROW_SHIFT))

    @cached_property
    def _wide(self) -> _Runs:
        return _runs(self.track_hash)

    @cached_property
    def _sieve(self) -> NDArray[np.bool_]:
        sieve = np.zeros(1 << SIEVE_BITS, dtype=np.bool_)
        sieve[self._narrow.value >> _NARROW_TO_SIEVE] = True
        return sieve

    def _sieved(self, scores: ScoreColumns) -> NDArray[np.bool_]:
        """Return which narrow entries may be promoted: (entries)."""
        if not scores.is_wide.any():
            passed: NDArray[np.bool_] = self._sieve[scores.hashes >> _NARROW_TO_SIEVE]
            return passed
        is_narrow = ~np.repeat(scores.is_wide, np.diff(scores.start))
        place = np.where(is_narrow, scores.hashes, np.uint64(0)) >> _NARROW_TO_SIEVE
        passed = self._sieve[place]
        return passed & is_narrow

    def _found(
        self, scores: ScoreColumns, entry: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return _spread(self._narrow, entry, scores.hashes[entry])

    def _found_wide(self, scores: ScoreColumns) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        entry = np.flatnonzero(np.repeat(scores.is_wide, np.diff(scores.start)))
        return _spread(self._wide, entry, scores.hashes[entry])


_NARROW_TO_SIEVE = np.uint64(64 - NARROW_SHIFT - SIEVE_BITS)


def offering_of(
    campaign: Campaign, track_ids: tuple[str, ...], tracks: dict[str, Track]
) -> Offering:
    """Return what a campaign promotes: of its tracks those that the catalogue allows."""
    distinct = sorted(set(track_ids), key=id_hash)
    return Offering(
        campaign_id=campaign.campaign_id,
        weight=campaign.weight,
        lowest_score=lowest_score(campaign.min_relevance),
        tracks=tuple(id_hash(track_id) for track_id in distinct),
        track_markets=tuple(tracks[track_id].markets for track_id in distinct),
    )


def promoted_tracks(offerings: Sequence[Offering], markets: tuple[str, ...]) -> PromotedTracks:
    """Arrange the tracks of campaigns.

    Args:
        offerings: (campaigns) of the problem.
        markets: names of the rows' markets; a limit to others is met nowhere.
    """
    limits: dict[tuple[str, ...], int] = {(): 0}
    found = sorted(
        (track, index, limits.setdefault(tuple(sorted(set(limit))), len(limits)))
        for index, offering in enumerate(offerings)
        for track, limit in zip(offering.tracks, offering.track_markets or repeat(()), strict=False)
    )
    in_market = [[not limit or market in limit for market in markets] for limit in limits]
    return PromotedTracks(
        track_hash=np.array([f[0] for f in found], dtype=np.uint64),
        campaign=np.array([f[1] for f in found], dtype=np.int32),
        limit=np.array([f[2] for f in found], dtype=np.int32),
        in_market=np.array(in_market, dtype=np.bool_).reshape(len(limits), len(markets)),
        weight=np.array([o.weight for o in offerings], dtype=np.float64),
        lowest_score=np.array([o.lowest_score for o in offerings], dtype=np.int64),
        name_hash=np.array([id_hash(o.campaign_id) for o in offerings], dtype=np.uint64),
    )


def _runs(hashes: NDArray[np.uint64]) -> _Runs:
    value, first = np.unique(hashes, return_index=True)
    return _Runs(value, np.append(first, len(hashes)))


def _spread(
    runs: _Runs, entry: NDArray[np.int64], hashes: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the (entry, pair) of every pair that an entry's hash stands for."""
    at = positions_in(runs.value, hashes)
    entry, at = entry[at >= 0], at[at >= 0]
    first = runs.start[at]
    many = runs.start[at + 1] - first
    if len(many) and many.max() > 1:
        spread = np.repeat(first - (np.cumsum(many) - many), many)
        return np.repeat(entry, many), spread + np.arange(len(spread))
    return entry, first
