"""Arrow solve_plan: accepted data and campaigns become a certified plan."""

import os
from dataclasses import asdict
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.campaign.store import CampaignStore
from shared.plan.input_store import InputStore
from shared.plan.record_store import PlanRecords
from shared.plan.request_store import RequestStore
from shared.plan.solve import solve_plan
from shared.plan.store import PlanBucket
from shared.pointer.store import PointerStore
from shared.policy.policies import open_policy
from shared.policy.store import PolicyStore

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
policies = PolicyStore(os.environ["ACCEPTED_BUCKET"])
inputs = InputStore(os.environ["ACCEPTED_BUCKET"])
plans = PlanBucket(os.environ["PLAN_BUCKET"])
pointer = PointerStore(os.environ["PLANS_TABLE"])
records = PlanRecords(os.environ["PLANS_TABLE"])
requests = RequestStore(os.environ["PLANS_TABLE"])
campaigns = CampaignStore(os.environ["CAMPAIGNS_TABLE"], pointer)


@logger.inject_lambda_context
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Solve one run and hand its plan on to activation."""
    logger.set_correlation_id(event["run"])
    solved = solve_plan(
        event["run"],
        solved_from=datetime.fromisoformat(event["solved_from"]),
        policy=policies.current(open_policy()),
        inputs=inputs,
        campaigns=campaigns,
        requests=requests,
        pointer=pointer,
        plans=plans,
        records=records,
    )
    logger.info("Plan solved.", extra=asdict(solved))
    metrics.add_metric("PlanGap", MetricUnit.NoUnit, solved.gap)
    metrics.add_metric("PlanSolveTime", MetricUnit.Seconds, solved.solve_s)
    metrics.add_metric("PlanCampaigns", MetricUnit.Count, solved.campaigns)
    metrics.add_metric("PlanEdges", MetricUnit.Count, solved.edges)
    if solved.score_age_s is not None:
        metrics.add_metric("ScoreAge", MetricUnit.Seconds, solved.score_age_s)
    return asdict(solved)
