"""Noun request: waits before something is asked again."""

from random import SystemRandom

_chance = SystemRandom()  # functions restored from one snapshot must not draw the same


def chance_wait_s(longest_s: float) -> float:
    """Return a wait by chance, from none to the longest."""
    return _chance.uniform(0, longest_s)
