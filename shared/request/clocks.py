"""Noun request: the time that signatures name, put right by the services that refuse them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from shared.request.connections import Answer

BORNE = timedelta(minutes=4)
"""Services bear a signature that is five minutes off, some more."""


class ServiceClock:
    """This machine's time, and how far a service's is from it."""

    def __init__(self, local: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Begin with none between the two."""
        self._local = local
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        """Return the time as the service has it."""
        return self._local() + self._ahead

    def is_put_right(self, refusal: Answer) -> bool:
        """Take over the time of a refusal where it is further away than is borne; say whether."""
        try:
            said = datetime.strptime(
                refusal.headers.get(b"date", b"").decode(), "%a, %d %b %Y %H:%M:%S GMT"
            ).replace(tzinfo=UTC)
        except ValueError:
            return False
        ahead = said - self._local()
        if not 400 <= refusal.status < 500 or abs(ahead - self._ahead) <= BORNE:
            return False
        self._ahead = ahead
        return True
