"""The only way a state machine is made: Standard, traced, logging, its findings explained."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from infra.findings import acknowledge
from infra.python_function import PythonFunction
from infra.stage import Stage


class RunMachine(sfn.StateMachine):
    """A Standard state machine over functions; ``maps`` are labels of its distributed maps."""

    def __init__(
        self,
        scope: Construct,
        *,
        stage: Stage,
        steps: sfn.IChainable,
        timeout: cdk.Duration,
        functions: Sequence[PythonFunction],
        maps: Sequence[str] = (),
    ) -> None:
        log = logs.LogGroup(
            scope,
            "Log",
            retention=stage.log_retention,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        super().__init__(
            scope,
            "StateMachine",
            definition_body=sfn.DefinitionBody.from_chainable(steps),
            state_machine_type=sfn.StateMachineType.STANDARD,
            timeout=timeout,
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=log, level=sfn.LogLevel.ALL, include_execution_data=False
            ),
        )
        acknowledge(
            self,
            "AwsSolutions-IAM5[Resource::*]",
            because="X-Ray and the delivery of logs know no resources: CDK grants their actions "
            "on all, as AWS documents for state machines.",
        )
        stack = cdk.Stack.of(self)
        for function in functions:
            logical_id = stack.resolve(function.function_arn)["Fn::GetAtt"][0]
            acknowledge(
                self,
                f"AwsSolutions-IAM5[Resource::<{logical_id}.Arn>:*]",
                because="The pattern ends at the versions of one function, a task's own.",
            )
        machine = stack.resolve(self.state_machine_arn)["Ref"]
        name = f'{{"Fn::Select":[6,{{"Fn::Split":[":",{{"Ref":"{machine}"}}]}}]}}'
        executions = (
            "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:"
            f"<AWS::AccountId>:execution:{name}"
        )
        for label in maps:
            acknowledge(
                self,
                f"{executions}:*]",
                f"{executions}/{label}:*]",
                because="A distributed map starts, watches and stops children of its own machine, "
                "whose names Step Functions makes up.",
            )


def task(
    scope: Construct,
    construct_id: str,
    function: PythonFunction,
    *,
    attempts: int,
    final: Sequence[str] = (),
) -> tasks.LambdaInvoke:
    """Return a step that hands its input to a function and its answer on; it is tried again.

    Errors named ``final`` are not: the function would say the same.
    """
    step = tasks.LambdaInvoke(
        scope,
        construct_id,
        lambda_function=function,
        output_path="$.Payload",
        retry_on_service_exceptions=False,
    )
    if final:
        step.add_retry(errors=list(final), max_attempts=0)
    step.add_retry(
        errors=["States.TaskFailed"],
        interval=cdk.Duration.seconds(2),
        backoff_rate=2,
        max_attempts=attempts,
        jitter_strategy=sfn.JitterType.FULL,
    )
    return step


def side_by_side(
    scope: Construct,
    label: str,
    *,
    items: str,
    told: Mapping[str, str],
    at_once: int,
    step: sfn.IChainable,
) -> sfn.DistributedMap:
    """Return a step that takes another for each of its items, in children of their own histories.

    Args:
        scope: of the steps.
        label: names the map, and its children.
        items: path of the items in the input.
        told: what each child is told, as paths of the input.
        at_once: children that go on together.
        step: what is done to an item; what comes of it is forgotten.
    """
    spread = sfn.DistributedMap(
        scope,
        label,
        label=label,
        items_path=items,
        item_selector=told,
        max_concurrency=at_once,
        map_execution_type=sfn.StateMachineType.STANDARD,
        result_path=sfn.JsonPath.DISCARD,
    )
    spread.item_processor(step)
    return spread
