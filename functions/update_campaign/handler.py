"""Arrow update_campaign: a campaign's change becomes its row and its silence."""

import os
from dataclasses import asdict
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

from functions.update_campaign.message import changes
from shared.campaign.accepted_store import AcceptedCampaigns
from shared.campaign.store import CampaignStore
from shared.campaign.update import update_campaign
from shared.erasure.store import ErasureStore
from shared.event.envelopes import parse_envelope
from shared.event.store import EventBus
from shared.pointer.store import PointerStore
from shared.policy.policies import first_policy
from shared.policy.store import PolicyStore

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
accepted = AcceptedCampaigns(os.environ["ACCEPTED_BUCKET"])
policies = PolicyStore(os.environ["ACCEPTED_BUCKET"])
before_the_first = first_policy(os.environ["ADMISSION"], os.environ["POLICY_PRODUCER"])
pointer = PointerStore(os.environ["PLANS_TABLE"])
campaigns = CampaignStore(os.environ["CAMPAIGNS_TABLE"], pointer)
erasures = ErasureStore(os.environ["ACCEPTED_BUCKET"], os.environ["ERASURE_KEY"])
events = EventBus(os.environ["EVENT_BUS"])
processor = BatchProcessor(EventType.SQS, logger=logger)  # type: ignore[arg-type]


def update(record: SQSRecord) -> None:
    """Apply what one message asks for."""
    envelope = parse_envelope(record.body)
    logger.set_correlation_id(envelope.correlation_id)
    publisher, details = changes(envelope, accepted)
    policy, erased = policies.current(before_the_first), erasures.read()
    for detail in details:
        outcome = update_campaign(
            detail,
            publisher=publisher,
            correlation_id=envelope.correlation_id,
            policy=policy,
            erased=erased,
            campaigns=campaigns,
            pointer=pointer,
            events=events,
        )
        logger.info("Campaign change handled.", extra=asdict(outcome))
        metrics.add_metric(f"Campaigns{outcome.status.title()}", MetricUnit.Count, 1)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer which messages must come again."""
    return dict(process_partial_response(event, update, processor, context))
