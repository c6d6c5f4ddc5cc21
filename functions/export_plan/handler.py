"""Arrow export_plan: an activated plan becomes an export, part by part."""

import os
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.export.begin import begin_export
from shared.export.conclude import conclude_export
from shared.export.store import ExportBucket
from shared.export.terms import ExportInHand
from shared.plan.input_store import InputStore
from shared.plan.record_store import PlanRecords
from shared.plan.store import PlanBucket
from shared.plan.work_store import WorkStore
from shared.pointer.store import PointerStore

logger, tracer = Logger(), Tracer(auto_patch=False)
inputs = InputStore(os.environ["ACCEPTED_BUCKET"])
plans = PlanBucket(os.environ["PLAN_BUCKET"])
work = WorkStore(os.environ["PLAN_BUCKET"])
records = PlanRecords(os.environ["PLANS_TABLE"])
pointer = PointerStore(os.environ["PLANS_TABLE"])
exports = ExportBucket(os.environ["EXPORT_BUCKET"])
part_edges = int(os.environ["SHARD_EDGES"])


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Begin an export, or conclude one whose parts are all written."""
    logger.set_correlation_id(event["export_id"])
    now = datetime.now(UTC)
    if "parts" in event:
        return conclude(ExportInHand(event["export_id"], event["plan_id"], event["parts"]), now)
    begun = begin_export(
        event["export_id"],
        event["plan_id"],
        part_edges=part_edges,
        inputs=inputs,
        plans=plans,
        records=records,
        pointer=pointer,
        work=work,
        now=now,
    )
    logger.info("Export begun.", extra={"plan_id": begun.plan_id, "parts": len(begun.parts)})
    return asdict(begun)


def conclude(export: ExportInHand, now: datetime) -> dict[str, Any]:
    """Write the manifest, and say how much there is."""
    manifest = conclude_export(export, plans=plans, work=work, exports=exports, now=now)
    figures = {"plan_id": manifest.plan_id, "rows": manifest.rows, "files": len(manifest.files)}
    logger.info("Plan exported.", extra=figures)
    return {"export_id": manifest.export_id, **figures}
