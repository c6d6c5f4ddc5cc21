"""Arrow lookup_scores: one question of the ranking service becomes promotion scores."""

import os
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.lookup_scores.request import question_of, request_id_of
from functions.lookup_scores.response import answered, refused, unavailable
from shared.lookup.answer import answer_question
from shared.lookup.answers import Answer
from shared.lookup.questions import QuestionError
from shared.lookup.store import LookupTables, PlanMemory, StoreUnavailableError

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
tables = LookupTables(os.environ["SCORES_TABLE"], os.environ["PLANS_TABLE"])
plans = PlanMemory(os.environ["PLAN_BUCKET"])


def count(answer: Answer, request_id: str) -> None:
    """Put an answer's figures and ids on the one line that a lookup logs."""
    metrics.add_metric("LookupResults", MetricUnit.Count, len(answer.results))
    metrics.add_metric("LookupsStale", MetricUnit.Count, int(answer.stale))
    metrics.add_metric("LookupsWithoutRow", MetricUnit.Count, int(answer.audience_id is None))
    if answer.plan_age_s is not None:
        metrics.add_metric("PlanAge", MetricUnit.Seconds, answer.plan_age_s)
    metrics.add_metadata("correlation_id", request_id)
    metrics.add_metadata("plan_id", answer.plan_id)


@logger.inject_lambda_context
@metrics.log_metrics(capture_cold_start_metric=True)
@tracer.capture_lambda_handler(capture_response=False)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one HTTP request."""
    request_id = request_id_of(event)
    try:
        question = question_of(event)
        answer = answer_question(question, tables=tables, plans=plans, now=datetime.now(UTC))
    except QuestionError as error:
        metrics.add_metric("LookupsRefused", MetricUnit.Count, 1)
        return refused(str(error))
    except StoreUnavailableError as error:
        logger.error("Lookup failed.", extra={"why": str(error), "correlation_id": request_id})
        metrics.add_metric("LookupsUnavailable", MetricUnit.Count, 1)
        return unavailable("The score store did not answer; ask again.")
    count(answer, request_id)
    return answered(answer)
