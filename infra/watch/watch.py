"""Watching: one topic that people subscribe to, and all that tells it something."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.constructs.count_delivery import CountDelivery
from infra.constructs.export_run import ExportRun
from infra.constructs.ingest_drop import IngestDrop
from infra.constructs.load_run import LoadRun
from infra.constructs.load_scores import LoadScores
from infra.constructs.lookup_scores import LookupScores
from infra.constructs.plan_run import PlanRun
from infra.constructs.reconcile import Reconcile
from infra.constructs.request_plan import RequestPlan
from infra.constructs.update_campaign import UpdateCampaign
from infra.data_stack import DataStack
from infra.stage import Stage
from infra.watch.alarms import Alarms
from infra.watch.budget import MonthlyBudget
from infra.watch.dashboards import intake_board, lookup_board, plan_board
from infra.watch.objectives import Objectives


class Watch(Construct):
    """The topic, alarms, objectives, three dashboards and the budget.

    The local stack refuses alarms over several metrics, composite alarms and budgets: there is
    the topic alone.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        stage: Stage,
        data: DataStack,
        ingest: IngestDrop,
        load: LoadScores,
        load_run: LoadRun,
        reconcile: Reconcile,
        update: UpdateCampaign,
        count: CountDelivery,
        request: RequestPlan,
        run: PlanRun,
        export: ExportRun,
        lookup: LookupScores,
    ) -> None:
        super().__init__(scope, "Watch")
        self.topic = self._topic()
        if self.node.try_get_context("target") == "local":
            return
        alarms = Alarms(self, stage=stage, topic=self.topic)
        objectives = Objectives(self, stage=stage, api=lookup.api, topic=self.topic)
        tables = alarms.watch_tables(data)
        intake: list[cloudwatch.IAlarm] = [
            *alarms.watch_drops(),
            *alarms.watch_queue("IngestDrop", ingest.work),
            *alarms.watch_function("IngestDrop", ingest.function),
            *alarms.watch_queue("LoadScores", load.work),
            *alarms.watch_function("LoadScores", load.function),
            *alarms.watch_load_run(load_run.state_machine),
            *alarms.watch_function("LoadPart", load_run.part.function),
            *alarms.watch_queue("Reconcile", reconcile.work),
            *alarms.watch_function("Reconcile", reconcile.function),
            *alarms.watch_queue("UpdateCampaign", update.work),
            *alarms.watch_function("UpdateCampaign", update.function),
            *alarms.watch_queue("CountDelivery", count.work),
            *alarms.watch_function("CountDelivery", count.function),
            tables["Drops"],
            tables["Campaigns"],
        ]
        plan: list[cloudwatch.IAlarm] = [
            *objectives.alarms["DropToServed"],
            *alarms.watch_plans(),
            *alarms.watch_plan_run(run.state_machine),
            *alarms.watch_queue("RequestPlan", request.work),
            *alarms.watch_function("RequestPlan", request.function),
            *alarms.watch_function("SolvePlan", run.solve.function),
            *alarms.watch_function("EvaluateShard", run.evaluate.function),
            *alarms.watch_function("ActivatePlan", run.activate.function),
            *alarms.watch_export_run(export.state_machine),
            *alarms.watch_function("ExportPlan", export.plan.function),
            *alarms.watch_function("ExportPart", export.part.function),
            tables["Plans"],
        ]
        asked: list[cloudwatch.IAlarm] = [
            *objectives.alarms["LookupAvailability"],
            *objectives.alarms["LookupLatency"],
            *alarms.watch_lookups(),
            *alarms.watch_function("LookupScores", lookup.function),
            tables["Scores"],
        ]
        intake_board(
            self,
            stage=stage,
            ingest=ingest,
            load=load,
            load_run=load_run,
            reconcile=reconcile,
            update=update,
            count=count,
            alarms=intake,
        )
        plan_board(self, stage=stage, run=run, request=request, alarms=plan)
        lookup_board(self, stage=stage, lookup=lookup, alarms=asked)
        MonthlyBudget(self, stage=stage, topic=self.topic)

    def _topic(self) -> sns.Topic:
        """Return the topic; a policy of its own takes the place of SNS's, so it names who tells."""
        topic = sns.Topic(self, "Topic", enforce_ssl=True)
        services = ("budgets.amazonaws.com", "cloudwatch.amazonaws.com")
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal(service) for service in services],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Stack.of(self).account}},
            )
        )
        return topic
