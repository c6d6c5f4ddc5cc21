"""Arrow activate_plan: a certified plan becomes the current one, or is held."""

import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.drop.record_store import DropTable
from shared.event.store import EventBus
from shared.plan.activate import activate_plan
from shared.plan.record_store import PlanRecords
from shared.plan.request_store import RequestStore
from shared.plan.store import PlanBucket
from shared.pointer.store import PointerStore
from shared.policy.policies import open_policy
from shared.policy.store import PolicyStore

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
policies = PolicyStore(os.environ["ACCEPTED_BUCKET"])
plans = PlanBucket(os.environ["PLAN_BUCKET"])
pointer = PointerStore(os.environ["PLANS_TABLE"])
drops = DropTable(os.environ["DROPS_TABLE"])
records = PlanRecords(os.environ["PLANS_TABLE"])
requests = RequestStore(os.environ["PLANS_TABLE"])
events = EventBus(os.environ["EVENT_BUS"])
most_serving_bytes = int(os.environ["MOST_SERVING_BYTES"])

CAMPAIGNS_OF_A_LINE = 200


def in_lines(versions: dict[str, int]) -> Iterator[dict[str, int]]:
    """Yield versions in parts that a log line can hold: CloudWatch takes 256 KB."""
    items = iter(versions.items())
    while part := dict(islice(items, CAMPAIGNS_OF_A_LINE)):
        yield part


@logger.inject_lambda_context
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Decide on the plan that the solve before handed on."""
    logger.set_correlation_id(event["run"])
    activation = activate_plan(
        event["plan_id"],
        run=event["run"],
        request=event["request"],
        policy=policies.current(open_policy()),
        most_serving_bytes=most_serving_bytes,
        plans=plans,
        records=records,
        requests=requests,
        pointer=pointer,
        drops=drops,
        events=events,
        now=datetime.now(UTC),
    )
    decision = asdict(activation.decision)
    logger.info("Plan decided.", extra=decision)
    metrics.add_metric(f"Plans{activation.decision.state.title()}", MetricUnit.Count, 1)
    served = {"run": event["run"], "plan_id": activation.decision.plan_id}
    for changed in in_lines(activation.campaigns):
        logger.info("Campaign versions served.", extra={**served, "campaigns": changed})
    for first_use in activation.drops:
        logger.set_correlation_id(first_use.drop_id)
        logger.info("Drop served.", extra={**served, **asdict(first_use)})
        metrics.add_metric("DropToServed", MetricUnit.Seconds, first_use.waited_s)
    return {**event, **decision}
