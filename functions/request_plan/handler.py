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
from shared.plan.record_store import PlanRecords
from shared.plan.request import request_plan
from shared.plan.request_store import RequestStore
from shared.plan.run_store import PlanRuns
from shared.pointer.store import PointerStore

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
pointer = PointerStore(os.environ["PLANS_TABLE"])
records = PlanRecords(os.environ["PLANS_TABLE"])
requests = RequestStore(os.environ["PLANS_TABLE"])
runs = PlanRuns(os.environ["PLAN_STATE_MACHINE_ARN"])
processor = BatchProcessor(EventType.SQS, logger=logger)  # type: ignore[arg-type]


def request(record: SQSRecord) -> None:
    """Count one trigger; the end of a run asks for nothing by itself."""
    envelope = parse_envelope(record.body)
    logger.set_correlation_id(envelope.correlation_id)
    trigger = envelope.detail_type
    item, started = request_plan(
        asks=trigger != RUN_ENDED, requests=requests, runs=runs, now=datetime.now(UTC)
    )
    logger.info("Plan requested.", extra={**asdict(item), "trigger": trigger, "started": started})
    metrics.add_metric("PlanRunsStarted", MetricUnit.Count, 1 if started else 0)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer which messages must come again; say how old the current plan is."""
    current = pointer.read()
    metrics.add_metric("Suppressions", MetricUnit.Count, len(current.suppressed))
    age_s = records.age_s(current.plan_id, datetime.now(UTC))
    if age_s is not None:
        metrics.add_metric("PlanAge", MetricUnit.Seconds, age_s)
    return dict(process_partial_response(event, request, processor, context))
