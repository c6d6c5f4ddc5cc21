"""The client for asyncio."""

import asyncio
from collections.abc import Sequence
from time import perf_counter
from types import TracebackType

import httpx
from botocore.exceptions import BotoCoreError

from oasis_client.requests import Heard, Signer, heard, unheard
from oasis_client.scores import OnAttempt, Question, Scores, batches, joined, neutral

HEDGED_AFTER = 0.4  # of the deadline
NOT_ASKED = (httpx.HTTPError, httpx.InvalidURL, OSError, BotoCoreError)


class AsyncClient:
    """Promotion scores within a deadline, or neutral ones that say so.

    A request that is not answered after a part of the deadline is asked once more beside; the
    first that is answered counts. Connections are kept open.
    """

    def __init__(
        self,
        url: str,
        *,
        region: str | None = None,
        deadline_s: float = 0.05,
        on_attempt: OnAttempt = lambda attempt: None,
        transport: httpx.AsyncBaseTransport | None = None,
        verify: bool | str = True,
    ) -> None:
        """Ask the API at a URL.

        Raises:
            LookupError: there is no region, or there are no AWS credentials.
        """
        self._signer = Signer(url, region)
        self._deadline_s, self._on_attempt = deadline_s, on_attempt
        self._http = httpx.AsyncClient(transport=transport, verify=verify, timeout=deadline_s)

    async def __aenter__(self) -> "AsyncClient":
        """Return the client."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close its connections."""
        await self._http.aclose()

    async def scores(
        self,
        audience_ids: Sequence[str],
        context: str,
        track_ids: Sequence[str],
        *,
        market: str = "",
        max_age_s: float = 86_400,
    ) -> Scores:
        """Return the scores of all candidates; neutral ones when the deadline is over."""
        questions = batches(audience_ids, context, track_ids, market, max_age_s)
        try:
            async with asyncio.timeout(self._deadline_s), asyncio.TaskGroup() as group:
                answers = [group.create_task(self._answer(question)) for question in questions]
        except TimeoutError:
            return neutral(f"no answer within {self._deadline_s:g} s")
        except Exception as error:  # a ranking goes on, whatever failed
            return neutral(repr(error))
        return joined([answer.result() for answer in answers])

    async def _answer(self, question: Question) -> Scores:
        first = asyncio.create_task(self._ask(question, is_hedge=False))
        waiting = {first}
        try:
            done, _ = await asyncio.wait(waiting, timeout=HEDGED_AFTER * self._deadline_s)
            if done and first.result().is_final:
                return first.result().scores
            waiting = waiting - done
            waiting.add(asyncio.create_task(self._ask(question, is_hedge=True)))
            last = first.result() if done else None
            while waiting:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    last = task.result()
                    if last.is_final:
                        return last.scores
            assert last is not None  # noqa: S101 - one of them ended
            return last.scores
        finally:
            for task in waiting:
                task.cancel()

    async def _ask(self, question: Question, *, is_hedge: bool) -> Heard:
        begun = perf_counter()
        try:
            body, headers = await asyncio.to_thread(self._signer.request, question)
            response = await self._http.post(self._signer.url, content=body, headers=headers)
            found = heard(question, response, perf_counter() - begun, is_hedge)
        except NOT_ASKED as error:
            found = unheard(error, perf_counter() - begun, is_hedge)
        self._on_attempt(found.attempt)
        return found
