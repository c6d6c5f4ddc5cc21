"""Arrows solve_plan, evaluate_shard and activate_plan: one run makes one plan."""

import aws_cdk as cdk
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.data_stack import DataStack
from infra.python_function import PythonFunction
from infra.run_machine import RunMachine, side_by_side, task
from infra.stage import Stage
from shared.event.schema import PLAN_ACTIVATED, PLAN_HELD
from shared.plan.schema import PLAN_ITEM_PREFIX, REQUEST_ITEM, WORK_PREFIX
from shared.pointer.schema import POINTER_ITEM

INPUT_PREFIXES = (
    *("audiences/", "delivery/", "policy/"),
    *("scores/", "standing/", "supply/", "tracks/"),
)
"""What a solve reads of the bucket of accepted data: datasets, and what stands of delivery."""


class SolvePlan(Construct):
    """The function that reads all inputs, solves and writes a plan; or divides what is too much.

    It joins what shards found, too: prices after each round, the plan after the last.
    """

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
                "MOST_EDGES": str(stage.most_edges),
                "SHARD_EDGES": str(stage.shard_edges),
            },
        )
        allow = self.function.allow
        allow_objects = self.function.allow_objects
        allow_objects("s3:GetObject", of=data.accepted_bucket, under=INPUT_PREFIXES)
        allow_objects(
            "s3:GetObject", "s3:PutObject", of=data.plan_bucket, under=["plans/", WORK_PREFIX]
        )
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
                "MOST_SERVING_BYTES": str(stage.most_serving_bytes),
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


class EvaluateShard(Construct):
    """The function that evaluates one shard of a run in one round."""

    def __init__(self, scope: Construct, *, stage: Stage, data: DataStack) -> None:
        super().__init__(scope, "EvaluateShard")
        self.function = PythonFunction(
            self,
            name="evaluate_shard",
            stage=stage,
            memory_mb=stage.shard_memory_mb,
            timeout=cdk.Duration.minutes(15),
            environment={
                "ACCEPTED_BUCKET": data.accepted_bucket.bucket_name,
                "PLAN_BUCKET": data.plan_bucket.bucket_name,
            },
        )
        allow_objects = self.function.allow_objects
        allow_objects("s3:GetObject", of=data.accepted_bucket, under=["scores/"])
        allow_objects("s3:GetObject", "s3:PutObject", of=data.plan_bucket, under=[WORK_PREFIX])


class PlanRun(Construct):
    """The state machine solve → activate; a task's output is the next one's input.

    Where a solve finds more edges than it holds, it answers with shards instead of a plan. They
    are evaluated by a distributed map and joined by the same function, round by round, until that
    answers with the plan.
    """

    def __init__(self, scope: Construct, *, stage: Stage, data: DataStack) -> None:
        super().__init__(scope, "PlanRun")
        self.solve = SolvePlan(self, stage=stage, data=data)
        self.evaluate = EvaluateShard(self, stage=stage, data=data)
        self.activate = ActivatePlan(self, stage=stage, data=data)
        functions = [self.solve.function, self.evaluate.function, self.activate.function]
        shards = side_by_side(
            self,
            "Shards",
            items="$.shards",
            told={
                "run.$": "$.run",
                "work_id.$": "$.work_id",
                "round.$": "$.round",
                "shards.$": "$.shards",
                "shard.$": "$$.Map.Item.Value",
            },
            at_once=stage.shard_concurrency,
            step=task(self, "Evaluate", self.evaluate.function, attempts=3),
        )
        solve, join, activate = (
            task(self, name, function, attempts=3)
            for name, function in (
                ("Solve", self.solve.function),
                ("Join", self.solve.function),
                ("Activate", self.activate.function),
            )
        )
        is_solved = sfn.Choice(self, "IsSolved")
        is_solved.when(sfn.Condition.is_present("$.plan_id"), activate)
        is_solved.otherwise(shards.next(join).next(is_solved))
        self.state_machine = RunMachine(
            self,
            stage=stage,
            steps=solve.next(is_solved),
            timeout=cdk.Duration.hours(2),
            functions=functions,
            maps=["Shards"],
        )
