"""The client for threads: the one for asyncio, on a loop in a thread of its own."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from types import TracebackType
from typing import Any

from oasis_client.asynchronous import AsyncClient
from oasis_client.scores import Scores, neutral

SPARE_S = 0.02  # beyond the deadline, for the way between threads


class Client:
    """Promotion scores within a deadline, for callers without asyncio; any thread may call."""

    def __init__(self, url: str, *, deadline_s: float = 0.05, **options: Any) -> None:
        """Ask the API at a URL; options are those of `AsyncClient`.

        Raises:
            LookupError: there is no region, or there are no AWS credentials.
        """
        self._deadline_s = deadline_s
        self._client = AsyncClient(url, deadline_s=deadline_s, **options)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def __enter__(self) -> "Client":
        """Return the client."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close its connections and end its thread."""
        closing = self._client.__aexit__(kind, error, trace)
        asyncio.run_coroutine_threadsafe(closing, self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def scores(
        self,
        audience_ids: Sequence[str],
        context: str,
        track_ids: Sequence[str],
        *,
        market: str = "",
        max_age_s: float = 86_400,
    ) -> Scores:
        """Return the scores of all candidates; neutral ones when the deadline is over."""
        asked = self._client.scores(
            audience_ids, context, track_ids, market=market, max_age_s=max_age_s
        )
        future = asyncio.run_coroutine_threadsafe(asked, self._loop)
        try:
            return future.result(self._deadline_s + SPARE_S)
        except (TimeoutError, FutureTimeoutError):
            future.cancel()
            return neutral(f"no answer within {self._deadline_s:g} s")
