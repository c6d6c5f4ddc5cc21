"""Arrow request_plan: any number of triggers become one run of the state machine at a time."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.constructs.work_queue import WorkQueue
from infra.data_stack import DataStack
from infra.findings import acknowledge
from infra.python_function import PythonFunction
from infra.stage import Stage
from shared.event.schema import (
    CAMPAIGN_APPLIED,
    DROP_ACCEPTED,
    PLAN_RUN_PREFIX,
    RUN_ENDED,
    SCORES_LOADED,
)
from shared.plan.schema import PLAN_ITEM_PREFIX, REQUEST_ITEM
from shared.pointer.schema import POINTER_ITEM


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
        self.work.receive_own(
            "InputsAccepted",
            DROP_ACCEPTED,
            bus=data.event_bus,
            datasets=["tracks", "audiences", "supply", "delivery", "policy"],
        )
        self.work.receive_own("InputsApplied", SCORES_LOADED, CAMPAIGN_APPLIED, bus=data.event_bus)
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
        plans = data.plans_table.table_arn
        any_plan = f"{PLAN_ITEM_PREFIX}*"
        allow("dynamodb:GetItem", on=[plans], items=[POINTER_ITEM, REQUEST_ITEM, any_plan])
        allow("dynamodb:PutItem", on=[plans], items=[POINTER_ITEM])
        allow("dynamodb:UpdateItem", on=[plans], items=[REQUEST_ITEM])
        allow("states:StartExecution", on=[plan_run.state_machine_arn])
        stack = cdk.Stack.of(self)
        executions = stack.format_arn(
            service="states",
            resource="execution",
            resource_name=f"{plan_run.state_machine_name}:{PLAN_RUN_PREFIX}*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        allow("states:DescribeExecution", on=[executions])
        machine = stack.resolve(plan_run.state_machine_name)["Fn::GetAtt"][0]
        acknowledge(
            self,
            "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>"
            f":execution:<{machine}.Name>:{PLAN_RUN_PREFIX}*]",
            because="Runs are numbered as they start; the pattern ends at the runs of one machine.",
        )
