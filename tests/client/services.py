"""Services that answer a client, in the place of the API."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx

TRACKS = [f"track-{i}" for i in range(500)]
URL = "https://api.example"

Answer = Callable[[httpx.Request, int], Any]


class Service(httpx.AsyncBaseTransport):
    """Answers requests as it is told to."""

    def __init__(self, answer: Answer) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[httpx.Headers] = []
        self._answer = answer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        number = len(self.requests)
        self.requests.append(json.loads(await request.aread()))
        self.headers.append(request.headers)
        answer = self._answer(request, number)
        return await answer if asyncio.iscoroutine(answer) else answer


def sound(request: httpx.Request, number: int, plan_id: str = "p") -> httpx.Response:
    """Return scores of every tenth candidate."""
    asked = json.loads(request.content)["track_ids"]
    results = [
        {"i": i, "score": 0.5, "campaign_id": "c", "status": "promoted"}
        for i in range(0, len(asked), 10)
    ]
    return httpx.Response(
        200,
        json={
            "plan_id": plan_id,
            "plan_age_s": 1,
            "scores_as_of": None,
            "audience_id": "listener-1",
            "arm": "treatment",
            "stale": False,
            "frequency_cap": 0.1,
            "promoted_share": 0.2,
            "results": results,
        },
    )
