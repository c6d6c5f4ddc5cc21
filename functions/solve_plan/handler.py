"""Arrow solve_plan: accepted data and campaigns become a certified plan, or shards of one."""

import os
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.allocation.solution import Level
from shared.campaign.store import CampaignStore
from shared.plan.conclude import SolvedPlan
from shared.plan.input_store import InputStore
from shared.plan.record_store import PlanRecords
from shared.plan.request_store import RequestStore
from shared.plan.solve import Capacity, ShardedRun, join_shards, solve_plan
from shared.plan.store import PlanBucket
from shared.plan.work_store import WorkStore
from shared.pointer.store import PointerStore
from shared.policy.policies import open_policy
from shared.policy.store import PolicyStore

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
policies = PolicyStore(os.environ["ACCEPTED_BUCKET"])
inputs = InputStore(os.environ["ACCEPTED_BUCKET"])
plans = PlanBucket(os.environ["PLAN_BUCKET"])
work = WorkStore(os.environ["PLAN_BUCKET"])
pointer = PointerStore(os.environ["PLANS_TABLE"])
records = PlanRecords(os.environ["PLANS_TABLE"])
requests = RequestStore(os.environ["PLANS_TABLE"])
campaigns = CampaignStore(os.environ["CAMPAIGNS_TABLE"], pointer)
capacity = Capacity(
    most_edges=int(os.environ["MOST_EDGES"]), shard_edges=int(os.environ["SHARD_EDGES"])
)


@logger.inject_lambda_context
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Begin a run, or join a round of its shards; hand on its plan, or the shards to evaluate."""
    logger.set_correlation_id(event["run"])
    found = join_round(event) if "round" in event else begin_run(event)
    if isinstance(found, SolvedPlan):
        say_solved(found)
    else:
        logger.info("Shards to evaluate.", extra=asdict(found))
    return asdict(found)


def begin_run(event: dict[str, Any]) -> SolvedPlan | ShardedRun:
    """Solve in one place, or divide what no one place holds."""
    return solve_plan(
        event["run"],
        solved_from=datetime.fromisoformat(event["solved_from"]),
        policy=policies.current(open_policy()),
        capacity=capacity,
        inputs=inputs,
        campaigns=campaigns,
        requests=requests,
        pointer=pointer,
        plans=plans,
        records=records,
        work=work,
        clock=lambda: datetime.now(UTC),
        on_progress=say_progress,
    )


def join_round(event: dict[str, Any]) -> SolvedPlan | ShardedRun:
    """Join what the shards found in a round."""
    return join_shards(
        ShardedRun(event["run"], event["work_id"], event["round"], event["shards"]),
        work=work,
        plans=plans,
        records=records,
        now=datetime.now(UTC),
    )


def say_progress(level: Level) -> None:
    """Log what one width of a solve took and came to."""
    logger.info("Width solved.", extra=level.known_figures)


def say_solved(solved: SolvedPlan) -> None:
    """Log and measure a plan."""
    logger.info("Plan solved.", extra=asdict(solved))
    metrics.add_metric("PlanGap", MetricUnit.NoUnit, solved.gap)
    metrics.add_metric("PlanSolveTime", MetricUnit.Seconds, solved.solve_s)
    metrics.add_metric("PlanCampaigns", MetricUnit.Count, solved.campaigns)
    metrics.add_metric("PlanEdges", MetricUnit.Count, solved.edges)
    if solved.score_age_s is not None:
        metrics.add_metric("ScoreAge", MetricUnit.Seconds, solved.score_age_s)
