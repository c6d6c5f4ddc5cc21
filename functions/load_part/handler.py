"""Arrow load_part: a part of a large accepted drop becomes rows of the table."""

import os
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.drop.accepted_store import AcceptedBucket
from shared.drop.load import LoadStores, load_part
from shared.drop.load_parts import LoadPart
from shared.drop.load_store import LoadTable
from shared.drop.record_store import DropTable
from shared.event.events import DropAccepted
from shared.event.store import EventBus
from shared.policy.policies import open_policy
from shared.policy.store import PolicyStore
from shared.request.budgets import TimeBudget
from shared.score.store import PARALLEL_WRITES, ScoreStore
from shared.table.open_calls import open_calls

RESERVE_S = 5.0  # to say what happened when the table took too long

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
policies = PolicyStore(os.environ["ACCEPTED_BUCKET"])
stores = LoadStores(
    accepted=AcceptedBucket(os.environ["ACCEPTED_BUCKET"]),
    scores=ScoreStore(
        os.environ["SCORES_TABLE"],
        open_calls(os.environ, PARALLEL_WRITES),
    ),
    loads=LoadTable(os.environ["DROPS_TABLE"]),
    records=DropTable(os.environ["DROPS_TABLE"]),
    events=EventBus(os.environ["EVENT_BUS"]),
)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Write the part that one step of the map names, and answer how far the drop has come."""
    drop, part = DropAccepted(**event["drop"]), LoadPart(**event["part"])
    logger.set_correlation_id(drop.drop_id)
    progress = load_part(
        drop,
        part,
        score_ttl=timedelta(days=policies.current(open_policy()).score_ttl_days),
        stores=stores,
        budget=TimeBudget(context.get_remaining_time_in_millis() / 1000 - RESERVE_S),
        now=datetime.now(UTC),
    )
    logger.info("Part loaded.", extra={"part": part.number, **asdict(progress)})
    if progress.is_complete:
        metrics.add_metric("RowsWritten", MetricUnit.Count, progress.written)
        metrics.add_metric("RowsSuperseded", MetricUnit.Count, progress.superseded)
    return asdict(progress)
