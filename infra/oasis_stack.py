"""The stateless stack: every arrow of the journey, and the names that people and tools need."""

import aws_cdk as cdk
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
from infra.watch.watch import Watch
from shared.lookup.schema import LOOKUP_PATH


class OasisStack(cdk.Stack):
    """All functions and what connects them; may be deleted and deployed again at any time."""

    def __init__(
        self, scope: Construct, construct_id: str, *, stage: Stage, data: DataStack
    ) -> None:
        super().__init__(scope, construct_id)
        self.ingest_drop = IngestDrop(self, stage=stage, data=data)
        self.load_run = LoadRun(self, stage=stage, data=data)
        self.load_scores = LoadScores(
            self, stage=stage, data=data, load_run=self.load_run.state_machine
        )
        self.reconcile = Reconcile(self, stage=stage, data=data)
        self.update_campaign = UpdateCampaign(self, stage=stage, data=data)
        self.count_delivery = CountDelivery(self, stage=stage, data=data)
        self.plan_run = PlanRun(self, stage=stage, data=data)
        self.request_plan = RequestPlan(
            self, stage=stage, data=data, plan_run=self.plan_run.state_machine
        )
        self.export_run = ExportRun(self, stage=stage, data=data)
        self.lookup_scores = LookupScores(self, stage=stage, data=data)
        self.watch = Watch(
            self,
            stage=stage,
            data=data,
            ingest=self.ingest_drop,
            load=self.load_scores,
            load_run=self.load_run,
            reconcile=self.reconcile,
            update=self.update_campaign,
            count=self.count_delivery,
            request=self.request_plan,
            run=self.plan_run,
            export=self.export_run,
            lookup=self.lookup_scores,
        )
        self._say("DropBucket", data.drop_bucket.bucket_name)
        self._say("ReceiptBucket", data.receipt_bucket.bucket_name)
        self._say("AcceptedBucket", data.accepted_bucket.bucket_name)
        self._say("PlanBucket", data.plan_bucket.bucket_name)
        self._say("ExportBucket", data.export_bucket.bucket_name)
        self._say("ErasureKey", data.erasure_key_arn)
        self._say("EventBus", data.event_bus.event_bus_name)
        self._say("DropsTable", data.drops_table.table_name)
        self._say("ScoresTable", data.scores_table.table_name)
        self._say("CampaignsTable", data.campaigns_table.table_name)
        self._say("PlansTable", data.plans_table.table_name)
        self._say("LookupUrl", f"{self.lookup_scores.api.api_endpoint}{LOOKUP_PATH}")
        self._say("AlarmTopic", self.watch.topic.topic_arn)
        self._say("PlanStateMachine", self.plan_run.state_machine.state_machine_arn)
        self._say("ExportStateMachine", self.export_run.state_machine.state_machine_arn)
        self._say("WorkQueues", self._work_queues())

    def _work_queues(self) -> str:
        """Return the addresses of the queues before each function, by its name, as JSON."""
        works = {
            "ingest_drop": self.ingest_drop.work,
            "load_scores": self.load_scores.work,
            "update_campaign": self.update_campaign.work,
            "count_delivery": self.count_delivery.work,
            "reconcile": self.reconcile.work,
            "request_plan": self.request_plan.work,
        }
        return self.to_json_string({name: work.addresses for name, work in works.items()})

    def _say(self, name: str, value: str) -> None:
        cdk.CfnOutput(self, name, value=value)
