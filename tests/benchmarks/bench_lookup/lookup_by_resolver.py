"""A side: the lookup behind Powertools' resolver: `python -m … FOLDER ENDPOINT TIMES`.

The door alone is another: the resolver routes, pydantic checks the question and writes the answer.
Identity, tables, plan, logger, metrics and headers are the handler's own.
"""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from bench_lookup.asked import environment, tell_of
from pydantic import BaseModel, ConfigDict, Field

from shared.lookup.answer import answer_question
from shared.lookup.answers import Binding, ResultStatus
from shared.lookup.questions import (
    DEFAULT_MAX_AGE_S,
    MAX_AGE_S,
    MAX_AUDIENCES,
    MAX_ID_BYTES,
    MAX_TRACKS,
)
from shared.lookup.questions import Question as CheckedQuestion
from shared.lookup.schema import LOOKUP_PATH
from shared.request.budgets import TimeBudget

Id = Annotated[str, Field(min_length=1, max_length=MAX_ID_BYTES)]


class Question(BaseModel):
    """The handler's question."""

    model_config = ConfigDict(extra="forbid")

    audience_ids: Annotated[list[Id], Field(min_length=1, max_length=MAX_AUDIENCES)]
    context: str
    track_ids: Annotated[list[Id], Field(max_length=MAX_TRACKS)]
    market: str = ""
    max_age_s: Annotated[float, Field(gt=0, le=MAX_AGE_S)] = DEFAULT_MAX_AGE_S
    explain: bool = False


class Explanation(BaseModel):
    """The handler's explanation."""

    relevance: float
    weight: float
    campaign_price: float
    licensor_price: float
    threshold: float
    net_value: float
    width: float
    throttle: float
    binding: Binding
    enters_at: float
    producer: str
    order: str


class Result(BaseModel):
    """The handler's result."""

    i: int
    score: float
    campaign_id: str
    status: ResultStatus
    explanation: Explanation | None = None


class Answer(BaseModel):
    """The handler's answer."""

    plan_id: str | None
    plan_age_s: int | None
    scores_as_of: str | None
    audience_id: str | None
    arm: str
    stale: bool
    frequency_cap: float
    promoted_share: float
    results: list[Result]


def behind_resolver() -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """Return a handler whose door is the resolver."""
    from functions.lookup_scores import handler
    from functions.lookup_scores.request import check_identity, request_id_of

    app = APIGatewayHttpResolver(enable_validation=True)

    @app.post(LOOKUP_PATH)
    def lookup(question: Question) -> Response[Answer]:
        event = app.current_event.raw_event
        check_identity(event)
        left_s = app.lambda_context.get_remaining_time_in_millis() / 1000 - handler.RESERVE_S
        found = answer_question(
            CheckedQuestion(**dict(question)),
            tables=handler.tables,
            plans=handler.plans,
            budget=TimeBudget(min(handler.BUDGET_S, left_s)),
            now=datetime.now(UTC),
        )
        request_id = request_id_of(event)
        handler.count(found, request_id)
        headers = {"cache-control": "private, no-cache", "server-timing": found.timings}
        return Response(
            200,
            "application/json",
            body=msgspec.to_builtins(found.answer),
            headers={**headers, "x-request-id": request_id},
        )

    @handler.logger.inject_lambda_context
    @handler.metrics.log_metrics(capture_cold_start_metric=True)
    @handler.tracer.capture_lambda_handler(capture_response=False)
    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        return app.resolve(event, context)

    return handle


def main(folder: Path, endpoint: str, times: int) -> None:
    """Print what a lookup takes, and the scores."""
    os.environ |= {**environment(endpoint), "POWERTOOLS_TRACE_DISABLED": "true"}
    tell_of(behind_resolver(), folder, times)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
