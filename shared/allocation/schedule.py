"""Noun allocation: which width comes next, and how near prices must come to their conditions there.

A gap has two parts: what smoothing costs, which falls with the width, and what prices that miss
their conditions cost. A gap far above the target is taken for the width's doing, and the next
width is guessed from it; where that comes to nothing, widths are halved one by one.
"""

FIRST, LAST = 0.02, 1e-4
"""The first width that is looked at, and the smallest, in price units."""

FINER, FINEST = 0.2, 1e-7
FAR = 2.0
LEAST, MOST, SAFETY = 0.35, 0.5, 0.7
"""To which part a width shrinks at a time, and which part of the target is aimed at."""


class Schedule:
    """A width, in price units, and the residual that will do at it."""

    def __init__(self, target_gap: float, *, is_careful: bool = False) -> None:
        """Begin at the first width; with prices as rough as the target allows, unless careful."""
        self._target, self._finest = target_gap, max(FINEST, FINER * target_gap)
        self._is_careful = is_careful
        self.width = FIRST
        self.residual = self._finest if is_careful else max(FINEST, target_gap)

    @property
    def is_over(self) -> bool:
        """Say whether there is no smaller width."""
        return self.width <= LAST

    def go_on(self, gap: float) -> None:
        """Choose what comes after a look that showed this gap."""
        is_fine = self.residual <= self._finest
        self.residual = self._finest
        if is_fine or gap > FAR * self._target:
            guess = MOST if self._is_careful else SAFETY * self._target / gap
            self.width = max(LAST, self.width * min(MOST, max(LEAST, guess)))
