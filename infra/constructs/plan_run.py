"""Arrows solve_plan and activate_plan: one run of the state machine makes one plan."""

import aws_cdk as cdk
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from infra.data_stack import DataStack
from infra.findings import acknowledge
from infra.python_function import PythonFunction
from infra.stage import Stage
from shared.event.schema import PLAN_ACTIVATED, PLAN_HELD
from shared.plan.schema import PLAN_ITEM_PREFIX, REQUEST_ITEM
from shared.pointer.schema import POINTER_ITEM

INPUT_PREFIXES = (
    *("audiences/", "delivery/", "policy/"),
    *("scores/", "standing/", "supply/", "tracks/"),
)
"""What a solve reads of the bucket of accepted data: datasets, and what stands of delivery."""


class SolvePlan(Construct):
    """The function that reads all inputs, solves and writes a plan."""

    def __init__(self, scope: Construct, *, stage: Stage, data: DataStack) -> None:
        super().__init__(scope, "SolvePlan")
        self.function = PythonFunction(
            self,
            name="solve_plan",
            stage=stage,
            memory_mb=stage.solve_memory_mb,
            timeout=cdk.Duration.minutes(15),
            reserved_concurrency=stage.plan_reserved_concurrency,
            environment={
                "ACCEPTED_BUCKET": data.accepted_bucket.bucket_name,
                "PLAN_BUCKET": data.plan_bucket.bucket_name,
                "CAMPAIGNS_TABLE": data.campaigns_table.table_name,
                "PLANS_TABLE": data.plans_table.table_name,
            },
        )
        allow = self.function.allow
        allow_objects = self.function.allow_objects
        allow_objects("s3:GetObject", of=data.accepted_bucket, under=INPUT_PREFIXES)
        allow_objects("s3:GetObject", "s3:PutObject", of=data.plan_bucket, under=["plans/"])
        allow("s3:ListBucket", on=[data.accepted_bucket.bucket_arn])
        allow("dynamodb:Scan", on=[data.campaigns_table.table_arn])
        plans = data.plans_table.table_arn
        any_plan = f"{PLAN_ITEM_PREFIX}*"
        allow("dynamodb:GetItem", on=[plans], items=[POINTER_ITEM, REQUEST_ITEM])
        allow("dynamodb:PutItem", on=[plans], items=[any_plan])
        allow("dynamodb:UpdateItem", on=[plans], items=[REQUEST_ITEM])


class ActivatePlan(Construct):
    """The function that verifies a plan and flips the pointer, or holds the plan."""

    def __init__(self, scope: Construct, *, stage: Stage, data: DataStack) -> None:
        super().__init__(scope, "ActivatePlan")
        self.function = PythonFunction(
            self,
            name="activate_plan",
            stage=stage,
            memory_mb=1024,
            timeout=cdk.Duration.minutes(2),
            reserved_concurrency=stage.plan_reserved_concurrency,
            environment={
                "ACCEPTED_BUCKET": data.accepted_bucket.bucket_name,
                "PLAN_BUCKET": data.plan_bucket.bucket_name,
                "PLANS_TABLE": data.plans_table.table_name,
                "DROPS_TABLE": data.drops_table.table_name,
                "EVENT_BUS": data.event_bus.event_bus_name,
            },
        )
        allow = self.function.allow
        allow_objects = self.function.allow_objects
        allow_objects("s3:GetObject", of=data.plan_bucket, under=["plans/"])
        allow_objects("s3:GetObject", of=data.accepted_bucket, under=["policy/"])
        allow("s3:ListBucket", on=[data.accepted_bucket.bucket_arn])
        plans = data.plans_table.table_arn
        any_plan = f"{PLAN_ITEM_PREFIX}*"
        allow("dynamodb:GetItem", on=[plans], items=[POINTER_ITEM, REQUEST_ITEM])
        allow("dynamodb:UpdateItem", on=[plans], items=[POINTER_ITEM, any_plan])
        allow("dynamodb:Scan", on=[plans])
        allow("dynamodb:UpdateItem", on=[data.drops_table.table_arn])
        self.function.allow_events(PLAN_ACTIVATED, PLAN_HELD, on=data.event_bus)


class PlanRun(Construct):
    """The Standard state machine solve → activate; a task's output is the next one's input."""

    def __init__(self, scope: Construct, *, stage: Stage, data: DataStack) -> None:
        super().__init__(scope, "PlanRun")
        self.solve = SolvePlan(self, stage=stage, data=data)
        self.activate = ActivatePlan(self, stage=stage, data=data)
        steps = self._task("Solve", self.solve.function).next(
            self._task("Activate", self.activate.function)
        )
        self.state_machine = sfn.StateMachine(
            self,
            "StateMachine",
            definition_body=sfn.DefinitionBody.from_chainable(steps),
            state_machine_type=sfn.StateMachineType.STANDARD,
            timeout=cdk.Duration.hours(1),
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

    def _acknowledge_wildcards(self) -> None:
        acknowledge(
            self.state_machine,
            "AwsSolutions-IAM5[Resource::*]",
            because="X-Ray and the delivery of logs know no resources: CDK grants their actions "
            "on all, as AWS documents for state machines.",
        )
        stack = cdk.Stack.of(self)
        for function in (self.solve.function, self.activate.function):
            logical_id = stack.resolve(function.function_arn)["Fn::GetAtt"][0]
            acknowledge(
                self.state_machine,
                f"AwsSolutions-IAM5[Resource::<{logical_id}.Arn>:*]",
                because="The pattern ends at the versions of one function, the task's own.",
            )

    def _task(self, construct_id: str, function: PythonFunction) -> tasks.LambdaInvoke:
        task = tasks.LambdaInvoke(
            self,
            construct_id,
            lambda_function=function,
            output_path="$.Payload",
            retry_on_service_exceptions=False,
        )
        task.add_retry(
            errors=["States.TaskFailed"],
            interval=cdk.Duration.seconds(2),
            backoff_rate=2,
            max_attempts=3,
            jitter_strategy=sfn.JitterType.FULL,
        )
        return task
