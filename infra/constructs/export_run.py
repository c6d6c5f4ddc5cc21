"""Arrows export_plan and export_part: one run of the state machine exports one plan."""

import aws_cdk as cdk
from constructs import Construct

from infra.data_stack import DataStack
from infra.python_function import PythonFunction
from infra.run_machine import RunMachine, side_by_side, task
from infra.stage import Stage
from shared.export.schema import EXPORT_PREFIX
from shared.plan.schema import PLAN_ITEM_PREFIX, WORK_PREFIX
from shared.pointer.schema import POINTER_ITEM

ROW_PREFIXES = ("audiences/", "scores/", "supply/", "tracks/")
"""What gives a plan's rows, and the ids of its tracks, in the bucket of accepted data."""


FINAL = ("AcceptedGoneError", "DamagedPlanError", "NotActivatedError", "NotThePlanError")
"""What a plan is refused with; it stays refused."""


class ExportPlan(Construct):
    """The function that divides a plan's rows into parts, and concludes what came of them."""

    def __init__(self, scope: Construct, *, stage: Stage, data: DataStack) -> None:
        super().__init__(scope, "ExportPlan")
        self.function = PythonFunction(
            self,
            name="export_plan",
            stage=stage,
            memory_mb=stage.solve_memory_mb,
            timeout=cdk.Duration.minutes(15),
            environment={
                "ACCEPTED_BUCKET": data.accepted_bucket.bucket_name,
                "PLAN_BUCKET": data.plan_bucket.bucket_name,
                "EXPORT_BUCKET": data.export_bucket.bucket_name,
                "PLANS_TABLE": data.plans_table.table_name,
                "SHARD_EDGES": str(stage.shard_edges),
            },
        )
        allow = self.function.allow
        allow_objects = self.function.allow_objects
        allow_objects("s3:GetObject", of=data.accepted_bucket, under=ROW_PREFIXES)
        allow_objects("s3:GetObject", of=data.plan_bucket, under=["plans/"])
        allow_objects("s3:GetObject", "s3:PutObject", of=data.plan_bucket, under=[WORK_PREFIX])
        allow_objects("s3:PutObject", of=data.export_bucket, under=[EXPORT_PREFIX])
        allow("s3:ListBucket", on=[data.accepted_bucket.bucket_arn])
        items = [POINTER_ITEM, f"{PLAN_ITEM_PREFIX}*"]
        allow("dynamodb:GetItem", on=[data.plans_table.table_arn], items=items)


class ExportPart(Construct):
    """The function that writes one part of an export."""

    def __init__(self, scope: Construct, *, stage: Stage, data: DataStack) -> None:
        super().__init__(scope, "ExportPart")
        self.function = PythonFunction(
            self,
            name="export_part",
            stage=stage,
            memory_mb=stage.shard_memory_mb,
            timeout=cdk.Duration.minutes(15),
            environment={
                "ACCEPTED_BUCKET": data.accepted_bucket.bucket_name,
                "PLAN_BUCKET": data.plan_bucket.bucket_name,
                "EXPORT_BUCKET": data.export_bucket.bucket_name,
            },
        )
        allow_objects = self.function.allow_objects
        allow_objects("s3:GetObject", of=data.accepted_bucket, under=["scores/"])
        allow_objects("s3:GetObject", of=data.plan_bucket, under=["plans/"])
        allow_objects("s3:GetObject", "s3:PutObject", of=data.plan_bucket, under=[WORK_PREFIX])
        allow_objects("s3:PutObject", of=data.export_bucket, under=[EXPORT_PREFIX])


class ExportRun(Construct):
    """The state machine begin → parts, side by side → conclude; started by whoever wants one."""

    def __init__(self, scope: Construct, *, stage: Stage, data: DataStack) -> None:
        super().__init__(scope, "ExportRun")
        self.plan = ExportPlan(self, stage=stage, data=data)
        self.part = ExportPart(self, stage=stage, data=data)
        parts = side_by_side(
            self,
            "Parts",
            items="$.parts",
            told={
                "export_id.$": "$.export_id",
                "plan_id.$": "$.plan_id",
                "part.$": "$$.Map.Item.Value",
            },
            at_once=stage.shard_concurrency,
            step=task(self, "Write", self.part.function, attempts=3, final=FINAL),
        )
        begin = task(self, "Begin", self.plan.function, attempts=3, final=FINAL)
        conclude = task(self, "Conclude", self.plan.function, attempts=3, final=FINAL)
        self.state_machine = RunMachine(
            self,
            stage=stage,
            steps=begin.next(parts).next(conclude),
            timeout=cdk.Duration.hours(6),
            functions=[self.plan.function, self.part.function],
            maps=["Parts"],
        )
