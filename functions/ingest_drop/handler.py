"""Arrow ingest_drop: a dropped file becomes a receipt and accepted data."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.ingest_drop.message import asked_for
from shared.drop.accepted_store import AcceptedBucket
from shared.drop.claim_pointers import ClaimPointers
from shared.drop.claim_store import ClaimStore
from shared.drop.drop_stores import DropStores
from shared.drop.ingest import ingest_drop
from shared.drop.receipt_store import ReceiptBucket
from shared.drop.record_store import DropTable
from shared.drop.scratch import own_scratch_folder
from shared.drop.store import DropBucket
from shared.erasure.store import ErasureStore
from shared.event.envelopes import parse_envelope
from shared.event.store import EventBus
from shared.policy.policies import first_policy
from shared.policy.store import PolicyStore
from shared.request.budgets import TimeBudget

RESERVE_S = 20.0  # to store what is accepted, and to write the receipt

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
# Parquet takes a tenth less CPU or better with the C library's memory than with Arrow's own.
pa.set_memory_pool(pa.system_memory_pool())
records = DropTable(os.environ["DROPS_TABLE"])
stores = DropStores(
    drops=DropBucket(os.environ["DROP_BUCKET"]),
    accepted=AcceptedBucket(os.environ["ACCEPTED_BUCKET"]),
    claims=ClaimStore(os.environ["ACCEPTED_BUCKET"], ClaimPointers(os.environ["DROPS_TABLE"])),
    receipts=ReceiptBucket(os.environ["RECEIPT_BUCKET"]),
    records=records,
    erasures=ErasureStore(os.environ["ACCEPTED_BUCKET"], os.environ["ERASURE_KEY"]),
    scratch=own_scratch_folder(Path(tempfile.gettempdir()) / "oasis"),
)
events = EventBus(os.environ["EVENT_BUS"])
policies = PolicyStore(os.environ["ACCEPTED_BUCKET"])
policy_producer = os.environ["POLICY_PRODUCER"]
before_the_first = first_policy(os.environ["ADMISSION"], policy_producer)
processor = BatchProcessor(EventType.SQS, logger=logger)  # type: ignore[arg-type]


def ingest(record: SQSRecord, lambda_context: LambdaContext) -> None:
    """Judge the file that one message names."""
    envelope = parse_envelope(record.body)
    asked = asked_for(envelope, stores.drops.name)
    logger.set_correlation_id(asked.reference.drop_id or envelope.correlation_id)
    receipt = ingest_drop(
        asked.reference,
        judgement=asked.judgement,
        now=datetime.now(UTC),
        policy=policies.current(before_the_first),
        policy_producer=policy_producer,
        stores=stores,
        events=events,
        budget=TimeBudget(lambda_context.get_remaining_time_in_millis() / 1000 - RESERVE_S),
    )
    if receipt is None:
        logger.info("The drop has its receipt, or is gone.")
        return
    logger.set_correlation_id(receipt.drop_id)
    facts = {"drop_id": receipt.drop_id, "dataset": receipt.dataset, "status": receipt.status}
    logger.info("Drop judged.", extra={**facts, "reason": receipt.reason})
    metrics.add_metric(f"Drops{receipt.status.title().replace('_', '')}", MetricUnit.Count, 1)
    metrics.add_metric("RowsAccepted", MetricUnit.Count, receipt.rows_accepted)
    metrics.add_metric("RowsRejected", MetricUnit.Count, receipt.rows_rejected)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer which messages must come again."""
    return dict(process_partial_response(event, ingest, processor, context))
