"""Arrow load_part: one run of the state machine writes the rows of one large drop."""

import aws_cdk as cdk
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from infra.data_stack import DataStack
from infra.findings import acknowledge
from infra.python_function import PythonFunction
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
    """The Standard state machine that maps the parts of a drop over the function, side by side.

    The map is distributed: its children have histories of their own, and a part that fails is
    tried again alone.
    """

    def __init__(self, scope: Construct, *, stage: Stage, data: DataStack) -> None:
        super().__init__(scope, "LoadRun")
        self.part = LoadPart(self, stage=stage, data=data)
        self.state_machine = sfn.StateMachine(
            self,
            "StateMachine",
            definition_body=sfn.DefinitionBody.from_chainable(self._parts(stage)),
            state_machine_type=sfn.StateMachineType.STANDARD,
            timeout=cdk.Duration.hours(6),
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=logs.LogGroup(
                    self,
                    "Log",
                    retention=stage.log_retention,
                    removal_policy=cdk.RemovalPolicy.DESTROY,
                ),
                level=sfn.LogLevel.ALL,
                include_execution_data=False,
            ),
        )
        self._acknowledge_wildcards()

    def _parts(self, stage: Stage) -> sfn.DistributedMap:
        parts = sfn.DistributedMap(
            self,
            "Parts",
            label="Parts",
            items_path="$.parts",
            item_selector={"drop.$": "$.drop", "part.$": "$$.Map.Item.Value"},
            max_concurrency=stage.load_concurrency,
            map_execution_type=sfn.StateMachineType.STANDARD,
            result_path=sfn.JsonPath.DISCARD,
        )
        task = tasks.LambdaInvoke(
            self,
            "Write",
            lambda_function=self.part.function,
            output_path="$.Payload",
            retry_on_service_exceptions=False,
        )
        task.add_retry(
            errors=["States.TaskFailed"],
            interval=cdk.Duration.seconds(2),
            backoff_rate=2,
            max_attempts=6,
            jitter_strategy=sfn.JitterType.FULL,
        )
        return parts.item_processor(task)

    def _acknowledge_wildcards(self) -> None:
        acknowledge(
            self.state_machine,
            "AwsSolutions-IAM5[Resource::*]",
            because="X-Ray and the delivery of logs know no resources: CDK grants their actions "
            "on all, as AWS documents for state machines.",
        )
        logical_id = cdk.Stack.of(self).resolve(self.part.function.function_arn)["Fn::GetAtt"][0]
        acknowledge(
            self.state_machine,
            f"AwsSolutions-IAM5[Resource::<{logical_id}.Arn>:*]",
            because="The pattern ends at the versions of one function, the task's own.",
        )
        machine = cdk.Stack.of(self).resolve(self.state_machine.state_machine_arn)["Ref"]
        name = f'{{"Fn::Select":[6,{{"Fn::Split":[":",{{"Ref":"{machine}"}}]}}]}}'
        executions = (
            "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:"
            f"<AWS::AccountId>:execution:{name}"
        )
        acknowledge(
            self.state_machine,
            f"{executions}:*]",
            f"{executions}/Parts:*]",
            because="A distributed map starts, watches and stops children of its own machine, "
            "whose names Step Functions makes up.",
        )
