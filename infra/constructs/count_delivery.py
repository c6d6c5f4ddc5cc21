"""Arrow count_delivery: an accepted drop of delivery silences campaigns that reached a cap."""

import aws_cdk as cdk
from constructs import Construct

from infra.constructs.work_queue import WorkQueue
from infra.data_stack import DataStack
from infra.python_function import PythonFunction
from infra.stage import Stage
from shared.event.schema import DROP_ACCEPTED
from shared.pointer.schema import POINTER_ITEM


class CountDelivery(Construct):
    """Each accepted drop of the dataset delivery, one at a time, to the function.

    No batching window: a campaign is silent as soon as its cap shows as reached.
    """

    def __init__(self, scope: Construct, *, stage: Stage, data: DataStack) -> None:
        super().__init__(scope, "CountDelivery")
        self.function = PythonFunction(
            self,
            name="count_delivery",
            stage=stage,
            memory_mb=stage.ingest_memory_mb,
            timeout=cdk.Duration.minutes(2),
            environment={
                "ACCEPTED_BUCKET": data.accepted_bucket.bucket_name,
                "CAMPAIGNS_TABLE": data.campaigns_table.table_name,
                "PLANS_TABLE": data.plans_table.table_name,
            },
        )
        self._grant(data)
        self.work = WorkQueue(self, function=self.function, batch_size=1, max_concurrency=2)
        self.work.receive_own("Accepted", DROP_ACCEPTED, bus=data.event_bus, datasets=["delivery"])

    def _grant(self, data: DataStack) -> None:
        allow = self.function.allow
        self.function.allow_objects("s3:GetObject", of=data.accepted_bucket, under=["delivery/"])
        self.function.allow_objects(
            "s3:GetObject", "s3:PutObject", of=data.accepted_bucket, under=["standing/"]
        )
        allow("s3:ListBucket", on=[data.accepted_bucket.bucket_arn])
        allow(
            "dynamodb:BatchGetItem",
            "dynamodb:ConditionCheckItem",
            on=[data.campaigns_table.table_arn],
        )
        allow(
            "dynamodb:GetItem",
            "dynamodb:UpdateItem",
            on=[data.plans_table.table_arn],
            items=[POINTER_ITEM],
        )
