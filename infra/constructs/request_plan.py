"""Arrow request_plan: any number of triggers become one run of the state machine at a time."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.constructs.work_queue import WorkQueue
from infra.data_stack import DataStack
from infra.python_function import PythonFunction
from infra.stage import Stage
from shared.event.schema import (
    CAMPAIGN_APPLIED,
    DROP_ACCEPTED,
    RUN_ENDED,
    SCORES_LOADED,
    SOURCE,
)


class RequestPlan(Construct):
    """Accepted inputs, loaded scores, applied campaigns, ended runs and the clock, in one queue.

    An ended run comes back here so that what was requested meanwhile starts the next one: the
    only loop in the graph of triggers.
    """

    def __init__(
        self, scope: Construct, *, stage: Stage, data: DataStack, plan_run: sfn.StateMachine
    ) -> None:
        super().__init__(scope, "RequestPlan")
        self.function = PythonFunction(
            self,
            name="request_plan",
            stage=stage,
            memory_mb=512,
            timeout=cdk.Duration.seconds(30),
            environment={
                "PLANS_TABLE": data.plans_table.table_name,
                "PLAN_STATE_MACHINE_ARN": plan_run.state_machine_arn,
            },
        )
        self._grant(data, plan_run)
        self.work = WorkQueue(
            self,
            function=self.function,
            batch_size=10,
            batching_window=cdk.Duration.seconds(1),
            max_concurrency=2,
        )
        self.work.receive(
            "InputsAccepted",
            events.EventPattern(
                source=[SOURCE],
                detail_type=[DROP_ACCEPTED],
                detail={"dataset": ["tracks", "audiences", "supply", "policy"]},
            ),
            bus=data.event_bus,
        )
        self.work.receive(
            "InputsApplied",
            events.EventPattern(source=[SOURCE], detail_type=[SCORES_LOADED, CAMPAIGN_APPLIED]),
            bus=data.event_bus,
        )
        self.work.receive(
            "RunEnded",
            events.EventPattern(
                source=["aws.states"],
                detail_type=[RUN_ENDED],
                detail={
                    "stateMachineArn": [plan_run.state_machine_arn],
                    "status": ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"],
                },
            ),
        )
        self.work.receive_every("Clock", cdk.Duration.minutes(stage.clock_rate_minutes))

    def _grant(self, data: DataStack, plan_run: sfn.StateMachine) -> None:
        allow = self.function.allow
        allow(
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            on=[data.plans_table.table_arn],
        )
        allow("states:StartExecution", on=[plan_run.state_machine_arn])
        executions = cdk.Stack.of(self).format_arn(
            service="states",
            resource="execution",
            resource_name=f"{plan_run.state_machine_name}:*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        allow("states:DescribeExecution", on=[executions])
