"""Arrow load_part: one run of the state machine writes the rows of one large drop."""

import aws_cdk as cdk
from constructs import Construct

from infra.data_stack import DataStack
from infra.python_function import PythonFunction
from infra.run_machine import RunMachine, side_by_side, task
from infra.stage import Stage
from shared.event.schema import SCORES_LOADED


class LoadPart(Construct):
    """The function that writes one part of a large drop."""

    def __init__(self, scope: Construct, *, stage: Stage, data: DataStack) -> None:
        super().__init__(scope, "LoadPart")
        self.function = PythonFunction(
            self,
            name="load_part",
            stage=stage,
            memory_mb=stage.load_memory_mb,
            timeout=cdk.Duration.minutes(15),
            environment={
                "ACCEPTED_BUCKET": data.accepted_bucket.bucket_name,
                "DROPS_TABLE": data.drops_table.table_name,
                "SCORES_TABLE": data.scores_table.table_name,
                "EVENT_BUS": data.event_bus.event_bus_name,
            },
        )
        allow = self.function.allow
        self.function.allow_objects(
            "s3:GetObject", of=data.accepted_bucket, under=["policy/", "scores/"]
        )
        allow("s3:ListBucket", on=[data.accepted_bucket.bucket_arn])
        allow("dynamodb:PutItem", on=[data.scores_table.table_arn])
        allow("dynamodb:UpdateItem", on=[data.drops_table.table_arn])
        self.function.allow_events(SCORES_LOADED, on=data.event_bus)


class LoadRun(Construct):
    """The state machine that maps the parts of a drop over the function, side by side.

    The map is distributed: its children have histories of their own, and a part that fails is
    tried again alone.
    """

    def __init__(self, scope: Construct, *, stage: Stage, data: DataStack) -> None:
        super().__init__(scope, "LoadRun")
        self.part = LoadPart(self, stage=stage, data=data)
        parts = side_by_side(
            self,
            "Parts",
            items="$.parts",
            told={"drop.$": "$.drop", "part.$": "$$.Map.Item.Value"},
            at_once=stage.load_concurrency,
            step=task(self, "Write", self.part.function, attempts=6),
        )
        self.state_machine = RunMachine(
            self,
            stage=stage,
            steps=parts,
            timeout=cdk.Duration.hours(6),
            functions=[self.part.function],
            maps=["Parts"],
        )
