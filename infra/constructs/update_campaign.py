"""Arrow update_campaign: a campaign event, or a drop of campaigns, becomes campaigns."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from constructs import Construct

from infra.constructs.work_queue import WorkQueue
from infra.data_stack import DataStack
from infra.python_function import PythonFunction
from infra.stage import Stage
from shared.erasure.schema import ERASURES_PREFIX
from shared.event.schema import (
    CAMPAIGN_APPLIED,
    CAMPAIGN_CHANGED,
    CAMPAIGN_REJECTED,
    DROP_ACCEPTED,
)
from shared.pointer.schema import POINTER_ITEM


class UpdateCampaign(Construct):
    """Campaign changes of publishers and accepted campaign drops, in one queue, to the function.

    No batching window: a pause is silent as soon as it is applied.
    """

    def __init__(self, scope: Construct, *, stage: Stage, data: DataStack) -> None:
        super().__init__(scope, "UpdateCampaign")
        self.function = PythonFunction(
            self,
            name="update_campaign",
            stage=stage,
            memory_mb=512,
            timeout=cdk.Duration.seconds(60),
            environment={
                "ACCEPTED_BUCKET": data.accepted_bucket.bucket_name,
                "CAMPAIGNS_TABLE": data.campaigns_table.table_name,
                "PLANS_TABLE": data.plans_table.table_name,
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
            batch_size=10,
            max_concurrency=stage.queue_concurrency,
        )
        self.work.receive(
            "Changed",
            events.EventPattern(detail_type=[CAMPAIGN_CHANGED]),
            bus=data.event_bus,
        )
        self.work.receive_own("Accepted", DROP_ACCEPTED, bus=data.event_bus, datasets=["campaigns"])

    def _grant(self, data: DataStack) -> None:
        allow = self.function.allow
        self.function.allow_objects(
            "s3:GetObject",
            of=data.accepted_bucket,
            under=["campaigns/", ERASURES_PREFIX, "policy/"],
        )
        allow("secretsmanager:GetSecretValue", on=[data.erasure_key_arn])
        allow("s3:ListBucket", on=[data.accepted_bucket.bucket_arn])
        allow("dynamodb:GetItem", "dynamodb:PutItem", on=[data.campaigns_table.table_arn])
        allow(
            "dynamodb:ConditionCheckItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            on=[data.plans_table.table_arn],
            items=[POINTER_ITEM],
        )
        self.function.allow_events(CAMPAIGN_APPLIED, CAMPAIGN_REJECTED, on=data.event_bus)
