"""Arrow lookup_scores: one question of the ranking service becomes promotion scores."""

import os
from base64 import b64decode
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.lookup_scores.response import answered, refused, unavailable
from shared.lookup.answer import answer_question
from shared.lookup.questions import QuestionError, parse_question
from shared.lookup.store import LookupTables, PlanMemory, StoreUnavailableError

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
tables = LookupTables(os.environ["SCORES_TABLE"], os.environ["PLANS_TABLE"])
plans = PlanMemory(os.environ["PLAN_BUCKET"])


@logger.inject_lambda_context
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one HTTP request."""
    body = event.get("body") or ""
    try:
        question = parse_question(b64decode(body) if event.get("isBase64Encoded") else body)
        answer = answer_question(question, tables=tables, plans=plans, now=datetime.now(UTC))
    except QuestionError as error:
        return refused(str(error))
    except StoreUnavailableError as error:
        logger.error("Lookup failed.", extra={"why": str(error)})
        return unavailable("The score store did not answer; ask again.")
    logger.info("Lookup answered.", extra={"plan": answer.plan_id, "stale": answer.stale})
    metrics.add_metric("LookupResults", MetricUnit.Count, len(answer.results))
    return answered(answer)
