"""Arrow reconcile: what a lost notification left behind is asked for again."""

import os
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
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

from shared.drop.accepted_store import AcceptedBucket
from shared.drop.load_store import LoadTable
from shared.drop.receipt_store import ReceiptBucket
from shared.drop.reconcile import reconcile
from shared.drop.record_store import DropTable
from shared.drop.store import DropBucket
from shared.event.envelopes import parse_envelope
from shared.event.store import EventBus
from shared.policy.policies import open_policy
from shared.policy.store import PolicyStore

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
drops = DropBucket(os.environ["DROP_BUCKET"])
receipts = ReceiptBucket(os.environ["RECEIPT_BUCKET"])
accepted = AcceptedBucket(os.environ["ACCEPTED_BUCKET"])
policies = PolicyStore(os.environ["ACCEPTED_BUCKET"])
records = DropTable(os.environ["DROPS_TABLE"])
loads = LoadTable(os.environ["DROPS_TABLE"])
events = EventBus(os.environ["EVENT_BUS"])
settled_after = timedelta(seconds=int(os.environ["SETTLED_AFTER_S"]))
processor = BatchProcessor(EventType.SQS, logger=logger)  # type: ignore[arg-type]


def look(record: SQSRecord) -> None:
    """Look once for all that was left behind, as the clock's message asks."""
    logger.set_correlation_id(parse_envelope(record.body).correlation_id)
    found = reconcile(
        drops=drops,
        receipts=receipts,
        accepted=accepted,
        records=records,
        loads=loads,
        events=events,
        settled_before=datetime.now(UTC) - settled_after,
        score_ttl=timedelta(days=policies.current(open_policy()).score_ttl_days),
    )
    logger.info("What was left behind is asked for again.", extra=asdict(found))
    metrics.add_metric("DropsLeftBehind", MetricUnit.Count, found.drops)
    metrics.add_metric("LoadsLeftBehind", MetricUnit.Count, found.loads)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer which messages must come again."""
    return dict(process_partial_response(event, look, processor, context))
