"""Noun table: how many calls may be under way at once, fewer while DynamoDB throttles."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from shared.request.budgets import TimeBudget
from shared.table.calls import OutOfTimeError

SLOWER = 0.5


class Pace:
    """Additive increase, multiplicative decrease, as TCP shares a line.

    A throttled call halves the number of calls at once; a round of calls that succeed allows one
    more. The calls of one round halve it once: they met the same limit together.
    """

    def __init__(self, most: int) -> None:
        """Allow so many calls at once, and never fewer than one."""
        self._most, self._limit = most, float(most)
        self._under_way = 0
        self._since_slowed = most
        self._free = Condition()

    @property
    def at_once(self) -> int:
        """How many calls may be under way at once now."""
        return int(self._limit)

    @contextmanager
    def turn(self, budget: TimeBudget) -> Iterator[None]:
        """Wait for a turn and hold it for the time of one call.

        Raises:
            OutOfTimeError: no turn came within the budget.
        """
        with self._free:
            if not self._free.wait_for(self._has_room, max(0.0, budget.left_s)):
                raise OutOfTimeError("The time ended while DynamoDB throttled the calls before.")
            self._under_way += 1
        try:
            yield
        finally:
            with self._free:
                self._under_way -= 1
                self._free.notify()

    def speed_up(self) -> None:
        """Note a call that succeeded."""
        with self._free:
            self._since_slowed += 1
            if self._limit < self._most:
                self._limit = min(self._most, self._limit + 1 / self._limit)
                self._free.notify()

    def slow_down(self) -> None:
        """Note a call that was throttled."""
        with self._free:
            if self._since_slowed >= self._limit:
                self._limit, self._since_slowed = max(1.0, self._limit * SLOWER), 0
            else:
                self._since_slowed += 1

    def _has_room(self) -> bool:
        return self._under_way < int(self._limit)
