"""Arrow load_scores: an accepted score drop becomes score rows."""

import aws_cdk as cdk
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.constructs.work_queue import WorkQueue
from infra.data_stack import DataStack
from infra.findings import acknowledge
from infra.python_function import PythonFunction
from infra.stage import Stage
from shared.event.schema import DROP_ACCEPTED, LOAD_RUN_PREFIX, SCORES_LOADED


class LoadScores(Construct):
    """Each accepted drop of the dataset scores, one at a time, to the function.

    It writes small drops itself, and starts the run that writes a large one.
    """

    def __init__(
        self, scope: Construct, *, stage: Stage, data: DataStack, load_run: sfn.StateMachine
    ) -> None:
        super().__init__(scope, "LoadScores")
        self.function = PythonFunction(
            self,
            name="load_scores",
            stage=stage,
            memory_mb=stage.load_memory_mb,
            timeout=cdk.Duration.minutes(2),
            environment={
                "ACCEPTED_BUCKET": data.accepted_bucket.bucket_name,
                "DROPS_TABLE": data.drops_table.table_name,
                "SCORES_TABLE": data.scores_table.table_name,
                "EVENT_BUS": data.event_bus.event_bus_name,
                "LOAD_PART_ROWS": str(stage.load_part_rows),
                "LOAD_STATE_MACHINE_ARN": load_run.state_machine_arn,
            },
        )
        self._grant(data, load_run)
        self.work = WorkQueue(
            self,
            function=self.function,
            batch_size=1,
            max_concurrency=stage.queue_concurrency,
        )
        self.work.receive_own("Accepted", DROP_ACCEPTED, bus=data.event_bus, datasets=["scores"])

    def _grant(self, data: DataStack, load_run: sfn.StateMachine) -> None:
        allow = self.function.allow
        self.function.allow_objects(
            "s3:GetObject", of=data.accepted_bucket, under=["policy/", "scores/"]
        )
        allow("s3:ListBucket", on=[data.accepted_bucket.bucket_arn])
        allow("dynamodb:PutItem", on=[data.scores_table.table_arn])
        allow(
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            on=[data.drops_table.table_arn],
        )
        self.function.allow_events(SCORES_LOADED, on=data.event_bus)
        allow("states:StartExecution", on=[load_run.state_machine_arn])
        stack = cdk.Stack.of(self)
        executions = stack.format_arn(
            service="states",
            resource="execution",
            resource_name=f"{load_run.state_machine_name}:{LOAD_RUN_PREFIX}*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        allow("states:DescribeExecution", on=[executions])
        machine = stack.resolve(load_run.state_machine_name)["Fn::GetAtt"][0]
        acknowledge(
            self,
            "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>"
            f":execution:<{machine}.Name>:{LOAD_RUN_PREFIX}*]",
            because="Runs are named by what they write; the pattern ends at the runs of one "
            "machine.",
        )
