"""Arrow request_plan: any number of triggers become one run at a time of the state machine."""

import os
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.event.envelopes import parse_envelope
from shared.event.schema import RUN_ENDED
from shared.plan.request import request_plan
from shared.plan.request_store import RequestStore
from shared.plan.run_store import PlanRuns

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
requests = RequestStore(os.environ["PLANS_TABLE"])
runs = PlanRuns(os.environ["PLAN_STATE_MACHINE_ARN"])
processor = BatchProcessor(EventType.SQS)


def request(record: SQSRecord) -> None:
    """Count one trigger; the end of a run asks for nothing by itself."""
    trigger = parse_envelope(record.body).detail_type
    item, started = request_plan(
        asks=trigger != RUN_ENDED, requests=requests, runs=runs, now=datetime.now(UTC)
    )
    logger.info(
        "Plan requested.", extra={"trigger": trigger, "started": started, "item": asdict(item)}
    )
    metrics.add_metric("PlanRunsStarted", MetricUnit.Count, 1 if started else 0)


@logger.inject_lambda_context
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer which messages must come again."""
    return dict(process_partial_response(event, request, processor, context))
