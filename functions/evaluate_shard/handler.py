"""Arrow evaluate_shard: one shard of a run's rows is evaluated in one round."""

import os
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.plan.rounds import evaluate_shard
from shared.plan.score_store import AcceptedScores
from shared.plan.work_store import WorkStore

logger, tracer = Logger(), Tracer(auto_patch=False)
scores = AcceptedScores(os.environ["ACCEPTED_BUCKET"])
work = WorkStore(os.environ["PLAN_BUCKET"])


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Evaluate the shard that one step of the map names, and answer how many edges it has."""
    logger.set_correlation_id(event["run"])
    shard = {"shard": event["shard"], "round": event["round"]}
    edges = evaluate_shard(
        event["work_id"],
        event["round"],
        event["shard"],
        len(event["shards"]),
        scores=scores,
        work=work,
    )
    logger.info("Shard evaluated.", extra={**shard, "edges": edges})
    return {**shard, "edges": edges}
