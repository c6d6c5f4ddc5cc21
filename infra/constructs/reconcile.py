"""Arrow reconcile: the clock asks what a lost notification left behind."""

import aws_cdk as cdk
from constructs import Construct

from infra.constructs.work_queue import WorkQueue
from infra.data_stack import DataStack
from infra.python_function import PythonFunction
from infra.stage import Stage
from shared.event.schema import DROP_ACCEPTED, REPLAY_REQUESTED


class Reconcile(Construct):
    """The clock's events, one at a time, to the function."""

    def __init__(self, scope: Construct, *, stage: Stage, data: DataStack) -> None:
        super().__init__(scope, "Reconcile")
        self.function = PythonFunction(
            self,
            name="reconcile",
            stage=stage,
            memory_mb=1024,
            timeout=cdk.Duration.minutes(2),
            environment={
                "DROP_BUCKET": data.drop_bucket.bucket_name,
                "ACCEPTED_BUCKET": data.accepted_bucket.bucket_name,
                "RECEIPT_BUCKET": data.receipt_bucket.bucket_name,
                "DROPS_TABLE": data.drops_table.table_name,
                "EVENT_BUS": data.event_bus.event_bus_name,
                "SETTLED_AFTER_S": str(stage.settled_after_s),
            },
        )
        self._grant(data)
        self.work = WorkQueue(self, function=self.function, batch_size=1, max_concurrency=2)
        self.work.receive_every("Clock", cdk.Duration.minutes(stage.clock_rate_minutes))

    def _grant(self, data: DataStack) -> None:
        allow = self.function.allow
        allow("s3:ListBucketVersions", on=[data.drop_bucket.bucket_arn])
        allow("s3:ListBucket", on=[data.accepted_bucket.bucket_arn, data.receipt_bucket.bucket_arn])
        self.function.allow_objects(
            "s3:GetObject", of=data.accepted_bucket, under=["policy/", "scores/"]
        )
        allow("dynamodb:GetItem", on=[data.drops_table.table_arn])
        self.function.allow_events(DROP_ACCEPTED, REPLAY_REQUESTED, on=data.event_bus)
