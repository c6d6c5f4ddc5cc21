"""Arrow ingest_drop: a file in the drop bucket becomes a receipt and accepted data."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from constructs import Construct

from infra.constructs.work_queue import WorkQueue
from infra.data_stack import DataStack
from infra.python_function import PythonFunction
from infra.stage import Stage
from shared.drop.schema import REDACTED_PREFIX
from shared.erasure.schema import ERASURES_PREFIX
from shared.event.schema import (
    DROP_ACCEPTED,
    DROP_QUARANTINED,
    DROP_REJECTED,
    REPLAY_REQUESTED,
)

SCRATCH_SPACE = cdk.Size.gibibytes(8)
"""Room for the largest file that policy lets in by default, and for what it inflates to.

A drop whose rows stand in no order needs more, for its rows in parts; without room it is refused.
"""


class IngestDrop(Construct):
    """Objects under `drops/` of the drop bucket, one at a time, to the function."""

    def __init__(self, scope: Construct, *, stage: Stage, data: DataStack) -> None:
        super().__init__(scope, "IngestDrop")
        self.function = PythonFunction(
            self,
            name="ingest_drop",
            stage=stage,
            memory_mb=stage.ingest_memory_mb,
            timeout=cdk.Duration.minutes(2),
            scratch_space=SCRATCH_SPACE,
            environment={
                "DROP_BUCKET": data.drop_bucket.bucket_name,
                "ACCEPTED_BUCKET": data.accepted_bucket.bucket_name,
                "RECEIPT_BUCKET": data.receipt_bucket.bucket_name,
                "DROPS_TABLE": data.drops_table.table_name,
                "ERASURE_KEY": data.erasure_key_arn,
                "EVENT_BUS": data.event_bus.event_bus_name,
                "POLICY_PRODUCER": stage.policy_producer,
                "ADMISSION": stage.admission,
            },
        )
        self._grant(data)
        self.work = WorkQueue(
            self,
            function=self.function,
            batch_size=1,
            max_concurrency=stage.queue_concurrency,
        )
        self.work.receive_own("Replayed", REPLAY_REQUESTED, bus=data.event_bus)
        self.work.receive(
            "Dropped",
            events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [data.drop_bucket.bucket_name]},
                    "object": {"key": [{"prefix": "drops/"}]},
                },
            ),
        )

    def _grant(self, data: DataStack) -> None:
        allow = self.function.allow
        allow_objects = self.function.allow_objects
        allow_objects("s3:GetObject", "s3:GetObjectVersion", of=data.drop_bucket, under=["drops/"])
        allow_objects("s3:GetObject", of=data.drop_bucket, under=[REDACTED_PREFIX])
        allow_objects(
            "s3:GetObject",
            of=data.accepted_bucket,
            under=["claims/", ERASURES_PREFIX, "policy/", "scores/", "tracks/"],
        )
        allow_objects("s3:PutObject", of=data.accepted_bucket, under=[""])
        receipts = data.receipt_bucket
        allow_objects("s3:GetObject", of=receipts, under=["duplicates/", "receipts/"])
        allow_objects("s3:PutObject", of=receipts, under=["duplicates/", "receipts/", "rejected/"])
        allow(
            "s3:ListBucket",
            on=[
                data.drop_bucket.bucket_arn,
                data.accepted_bucket.bucket_arn,
                data.receipt_bucket.bucket_arn,
            ],
        )
        allow("secretsmanager:GetSecretValue", on=[data.erasure_key_arn])
        allow("s3:ListBucketVersions", on=[data.drop_bucket.bucket_arn])
        allow("dynamodb:GetItem", "dynamodb:PutItem", on=[data.drops_table.table_arn])
        self.function.allow_events(
            DROP_ACCEPTED, DROP_QUARANTINED, DROP_REJECTED, on=data.event_bus
        )
