"""Arrow export_part: one part of an export is written."""

import os
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.export.store import ExportBucket
from shared.export.write import write_part
from shared.plan.score_store import AcceptedScores
from shared.plan.store import PlanBucket
from shared.plan.work_store import WorkStore

logger, tracer = Logger(), Tracer(auto_patch=False)
scores = AcceptedScores(os.environ["ACCEPTED_BUCKET"])
plans = PlanBucket(os.environ["PLAN_BUCKET"])
work = WorkStore(os.environ["PLAN_BUCKET"])
exports = ExportBucket(os.environ["EXPORT_BUCKET"])


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Write the part that one step of the map names, and answer how many rows it has."""
    logger.set_correlation_id(event["export_id"])
    rows = write_part(
        event["export_id"],
        event["plan_id"],
        event["part"],
        scores=scores,
        plans=plans,
        work=work,
        exports=exports,
    )
    logger.info("Part exported.", extra={"part": event["part"], "rows": rows})
    return {"part": event["part"], "rows": rows}
