"""Noun campaign: which of two campaigns of equal weight has a track of an audience.

The lowest tie value wins. The solve computes it for arrays, the lookup for single values; both
do the same arithmetic modulo 2**64 on the ids' hashes (`shared.score.hashes.id_hash`).
Source: the finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MASK = (1 << 64) - 1
_TRACK = 0x9E3779B97F4A7C15
_CAMPAIGN = 0xC2B2AE3D27D4EB4F
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB


def tie_value(audience_hash: int, track_hash: int, campaign_hash: int) -> int:
    """Return the tie value of one campaign for a track of an audience, an unsigned 64-bit."""
    z = (audience_hash + track_hash * _TRACK + campaign_hash * _CAMPAIGN) & _MASK
    z = ((z ^ (z >> 30)) * _FIRST) & _MASK
    z = ((z ^ (z >> 27)) * _SECOND) & _MASK
    return z ^ (z >> 31)


def tie_values(
    audience_hash: "NDArray[np.uint64]",
    track_hash: "NDArray[np.uint64]",
    campaign_hash: "NDArray[np.uint64]",
) -> "NDArray[np.uint64]":
    """Return the tie values of many; the three arrays have equal shape."""
    word = audience_hash.dtype.type
    z = audience_hash + track_hash * word(_TRACK) + campaign_hash * word(_CAMPAIGN)
    z = (z ^ (z >> word(30))) * word(_FIRST)
    z = (z ^ (z >> word(27))) * word(_SECOND)
    mixed: NDArray[np.uint64] = z ^ (z >> word(31))
    return mixed
