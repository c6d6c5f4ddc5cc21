"""Arrow load_scores: accepted scores become rows of the table."""

import os
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
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

from shared.drop.accepted_store import AcceptedBucket
from shared.drop.load import LoadStores, load_scores
from shared.drop.load_store import LoadRuns, LoadTable
from shared.drop.record_store import DropTable
from shared.event.envelopes import parse_envelope
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
part_rows = int(os.environ["LOAD_PART_ROWS"])
runs = LoadRuns(os.environ["LOAD_STATE_MACHINE_ARN"])
processor = BatchProcessor(EventType.SQS, logger=logger)  # type: ignore[arg-type]


def load(record: SQSRecord, lambda_context: LambdaContext) -> None:
    """Write the rows of the drop that one message names, or start the run that does."""
    envelope = parse_envelope(record.body)
    logger.set_correlation_id(envelope.correlation_id)
    drop = DropAccepted(**envelope.detail)
    progress = load_scores(
        drop,
        score_ttl=timedelta(days=policies.current(open_policy()).score_ttl_days),
        part_rows=part_rows,
        stores=stores,
        runs=runs,
        budget=TimeBudget(lambda_context.get_remaining_time_in_millis() / 1000 - RESERVE_S),
        now=datetime.now(UTC),
    )
    state = "Scores loaded." if progress.is_complete else "Scores are loaded in parts."
    logger.info(state, extra={"drop_id": drop.drop_id, **asdict(progress)})
    if progress.is_complete:
        metrics.add_metric("RowsWritten", MetricUnit.Count, progress.written)
        metrics.add_metric("RowsSuperseded", MetricUnit.Count, progress.superseded)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer which messages must come again."""
    return dict(process_partial_response(event, load, processor, context))
