"""Noun request: how long a piece of work may take."""

from collections.abc import Callable
from time import monotonic


class TimeBudget:
    """How long a piece of work may take, waiting and trying again included."""

    def __init__(self, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        """Begin now, by a clock of seconds that never goes back."""
        self._clock = clock
        self._ends_at = clock() + seconds

    @property
    def left_s(self) -> float:
        """The seconds left; none is left at 0 and below."""
        return self._ends_at - self._clock()

    def at_most(self, seconds: float) -> "TimeBudget":
        """Return a budget that begins now and ends with this one, or after so many seconds."""
        return TimeBudget(min(self.left_s, seconds), self._clock)
