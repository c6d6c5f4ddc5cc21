"""Noun drop: gates, which hold back a drop that departs too far from the one before it.

A gate that cannot be judged because there is nothing to compare with lets the drop pass and says
so; one that cannot be judged for any other reason holds it back.
"""

import numpy as np

from shared.drop.profiles import Departure, Profile
from shared.policy.policies import Gates

LEAST_SHARE = 1e-4  # of a bin, so that an empty one does not make the index infinite


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


def departure_of(
    now: Profile, before: Profile | None, drop_before: str, gates: Gates, *, is_full: bool
) -> Departure:
    """Compare a drop with the one before it, ``drop_before``, whose profile may be unknown."""
    if not drop_before:
        return Departure(passed=("There is no drop of this producer before it to compare with.",))
    if before is None:
        return Departure(
            drop_before, held_by=(f"The profile of drop {drop_before} is unreadable.",)
        )
    volume = now.rows / before.rows
    columns = sorted(now.null_share.keys() | before.null_share.keys())
    rise = {c: now.null_share.get(c, 0.0) - before.null_share.get(c, 0.0) for c in columns}
    held: list[str] = []
    passed: list[str] = []
    if volume > gates.max_volume_ratio:
        held.append(f"It has {volume:.1f} times the rows of drop {drop_before}.")
    if is_full and volume < gates.min_full_volume_ratio:
        held.append(f"It is full and has {volume:.0%} of the rows of drop {drop_before}.")
    if min(now.rows, before.rows) < gates.min_rows:
        passed.append(
            f"Missing values and drift are judged from {gates.min_rows:,} rows on, in both drops."
        )
        return Departure(drop_before, volume, rise, held_by=tuple(held), passed=tuple(passed))
    held.extend(
        f"{by:.1%} more of its rows have no {column}."
        for column, by in rise.items()
        if by > gates.max_null_rise
    )
    drift: dict[str, float] = {}
    for column in sorted(now.histograms.keys() & before.histograms.keys()):
        drift[column] = population_stability(now.histograms[column], before.histograms[column])
        if drift[column] > gates.max_drift:
            held.append(
                f"The distribution of {column} moved: its population stability index is "
                f"{drift[column]:.2f}, policy allows {gates.max_drift:g}."
            )
    return Departure(drop_before, volume, rise, drift, tuple(held), tuple(passed))
