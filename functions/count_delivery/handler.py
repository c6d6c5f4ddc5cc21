"""Arrow count_delivery: delivered exposures silence the campaigns whose caps they reach."""

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

from shared.campaign.store import CampaignStore
from shared.event.envelopes import parse_envelope
from shared.event.events import DropAccepted
from shared.plan.count import count_delivery
from shared.plan.delivery_store import DeliveryStore
from shared.pointer.store import PointerStore

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
deliveries = DeliveryStore(os.environ["ACCEPTED_BUCKET"])
pointer = PointerStore(os.environ["PLANS_TABLE"])
campaigns = CampaignStore(os.environ["CAMPAIGNS_TABLE"], pointer)
processor = BatchProcessor(EventType.SQS, logger=logger)  # type: ignore[arg-type]


def count(record: SQSRecord) -> None:
    """Count the deliveries of the drop that one message names."""
    envelope = parse_envelope(record.body)
    logger.set_correlation_id(envelope.correlation_id)
    drop = DropAccepted(**envelope.detail)
    counted = count_delivery(
        drop.accepted_key,
        deliveries=deliveries,
        campaigns=campaigns,
        pointer=pointer,
        now=datetime.now(UTC),
    )
    logger.info("Delivery counted.", extra={"drop_id": drop.drop_id, **asdict(counted)})
    metrics.add_metric("CampaignsSilenced", MetricUnit.Count, len(counted.silenced))
    metrics.add_metric("CampaignsLifted", MetricUnit.Count, len(counted.lifted))


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer which messages must come again."""
    return dict(process_partial_response(event, count, processor, context))
