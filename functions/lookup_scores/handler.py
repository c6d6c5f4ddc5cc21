"""Arrow lookup_scores: one question of the ranking service becomes promotion scores."""

import os
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.lookup_scores.request import (
    NoIdentityError,
    asks_for_document,
    check_identity,
    known_tags_of,
    may_be_known,
    question_of,
    request_id_of,
)
from functions.lookup_scores.response import (
    answered,
    answered_once,
    described,
    refused,
    unavailable,
    with_header,
)
from shared.lookup.answer import Answered, answer_question
from shared.lookup.openapi import document
from shared.lookup.questions import QueryTooLongError, QuestionError
from shared.lookup.store import LookupTables, PlanMemory, StoreUnavailableError
from shared.request.budgets import TimeBudget
from shared.request.open_objects import open_objects
from shared.table.open_calls import open_calls

BUDGET_S, RESERVE_S = 1.5, 0.5  # for both stores together; to say what happened
ANSWER_TIMEOUT_S = 0.4  # of DynamoDB, which answers in 4 ms: then it is asked again

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
tables = LookupTables(
    os.environ["SCORES_TABLE"],
    os.environ["PLANS_TABLE"],
    open_calls(os.environ, most_at_once=1, answer_timeout_s=ANSWER_TIMEOUT_S),
)
plans = PlanMemory(os.environ["PLAN_BUCKET"], open_objects(os.environ))


@logger.inject_lambda_context
@metrics.log_metrics(capture_cold_start_metric=True)
@tracer.capture_lambda_handler(capture_response=False)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one HTTP request."""
    request_id = request_id_of(event)
    left_s = context.get_remaining_time_in_millis() / 1000 - RESERVE_S
    budget = TimeBudget(min(BUDGET_S, left_s))
    return with_header(respond(event, request_id, budget), "x-request-id", request_id)


def respond(event: dict[str, Any], request_id: str, budget: TimeBudget) -> dict[str, Any]:
    """Return the response to a request, whatever it is."""
    try:
        check_identity(event)
        if asks_for_document(event):
            return described(document())
        question = question_of(event)
        found = answer_question(
            question, tables=tables, plans=plans, budget=budget, now=datetime.now(UTC)
        )
    except NoIdentityError as error:
        return refused(403, str(error))
    except QueryTooLongError as error:
        metrics.add_metric("LookupsRefused", MetricUnit.Count, 1)
        return refused(414, str(error))
    except QuestionError as error:
        metrics.add_metric("LookupsRefused", MetricUnit.Count, 1)
        return refused(400, str(error))
    except StoreUnavailableError as error:
        logger.error("Lookup failed.", extra={"why": str(error), "correlation_id": request_id})
        metrics.add_metric("LookupsUnavailable", MetricUnit.Count, 1)
        return unavailable("The score store did not answer; ask again.")
    count(found, request_id)
    answer = found.answer
    is_kept = may_be_known(event)
    response = answered_once(answer, known_tags_of(event)) if is_kept else answered(answer)
    return with_header(response, "server-timing", found.timings)


def count(found: Answered, request_id: str) -> None:
    """Put an answer's figures and ids on the one line that a lookup logs."""
    answer = found.answer
    if found.outage is not None:
        why = {"why": str(found.outage), "correlation_id": request_id}
        logger.error("Lookup answered from memory.", extra=why)
        metrics.add_metric("LookupsUnavailable", MetricUnit.Count, 1)
    metrics.add_metric("LookupResults", MetricUnit.Count, len(answer.results))
    if answer.stale:
        metrics.add_metric("LookupsStale", MetricUnit.Count, 1)
    if answer.audience_id is None:
        metrics.add_metric("LookupsWithoutRow", MetricUnit.Count, 1)
    if answer.plan_age_s is not None:
        metrics.add_metric("PlanAge", MetricUnit.Seconds, answer.plan_age_s)
    metrics.add_metadata("correlation_id", request_id)
    metrics.add_metadata("plan_id", answer.plan_id)
