"""The stateful stack: buckets, tables and the bus, retained whatever becomes of the rest."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.findings import acknowledge
from shared.campaign.schema import CAMPAIGNS
from shared.drop.schema import DROPS
from shared.event.schema import CAMPAIGN_CHANGED
from shared.export.schema import EXPORT_PREFIX
from shared.plan.schema import WORK_PREFIX
from shared.pointer.schema import PLANS
from shared.score.schema import SCORES
from shared.table.schemas import TableSchema

EXPORT_DAYS = 30  # an export can be made again for as long as its plan and data are kept


class DataStack(cdk.Stack):
    """What must outlive every deployment.

    Logical ids are written out, not derived from the tree: a moved construct must not replace a
    table. Buckets are versioned, private, encrypted, speak TLS only and log who reads and writes
    them; tables have point-in-time recovery and deletion protection. No rule removes a version of
    what was dropped, accepted, receipted or planned: tables are rebuilt from these and the archive.
    Publishers address the bus by name, so it is kept here too.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, termination_protection=True)
        self._access_logs = self._bucket("AccessLogBucket", kept_for=cdk.Duration.days(365))
        self.drop_bucket = self._bucket("DropBucket")
        _announce_objects(self.drop_bucket)
        self.receipt_bucket = self._bucket("ReceiptBucket")
        self.accepted_bucket = self._bucket("AcceptedBucket")
        self.plan_bucket = self._bucket("PlanBucket", passing={WORK_PREFIX: 1})
        self.export_bucket = self._bucket("ExportBucket", passing={EXPORT_PREFIX: EXPORT_DAYS})
        self.erasure_key_arn = self._erasure_key()
        self.drops_table = self._table("DropsTable", DROPS)
        self.scores_table = self._table("ScoresTable", SCORES)
        self.campaigns_table = self._table("CampaignsTable", CAMPAIGNS)
        self.plans_table = self._table("PlansTable", PLANS)
        self.event_bus = events.EventBus(self, "EventBus")
        self.event_bus.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
        _freeze_logical_id(self.event_bus, "EventBus")
        if self.node.try_get_context("target") != "local":
            self._archive_campaigns()

    def _erasure_key(self) -> str:
        """Make what the key of the list of erased audiences is made of; return its ARN."""
        secret = secretsmanager.Secret(
            self,
            "ErasureKey",
            description="The key of the list of erased audiences. Never replace it.",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=64, exclude_punctuation=True
            ),
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        _freeze_logical_id(secret, "ErasureKey")
        acknowledge(
            secret,
            "AwsSolutions-SMG4",
            because="The list holds keyed hashes of ids that are kept nowhere: under another key "
            "nobody could be found in it again.",
        )
        resource = secret.node.default_child
        assert isinstance(resource, cdk.CfnResource)  # noqa: S101
        return resource.get_att("Id").to_string()  # the ARN, which its Ref is not on a laptop

    def _archive_campaigns(self) -> None:
        """Keep every campaign event for ever; the local stack knows no archives."""
        archive = self.event_bus.archive(
            "CampaignArchive",
            description="Every CampaignChanged event, from which campaigns can be rebuilt.",
            event_pattern=events.EventPattern(detail_type=[CAMPAIGN_CHANGED]),
        )
        archive.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
        _freeze_logical_id(archive, "CampaignArchive")

    def _bucket(
        self,
        logical_id: str,
        *,
        kept_for: cdk.Duration | None = None,
        passing: Mapping[str, int] | None = None,
    ) -> s3.Bucket:
        """Return a bucket that keeps everything, or a log whose lines are gone after a time.

        What stands under the prefixes of ``passing`` is gone after so many days: what steps of one
        run hand on to each other, and what can be made again.
        """
        is_log = kept_for is not None
        bucket = s3.Bucket(
            self,
            logical_id,
            versioned=True,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=[
                s3.LifecycleRule(
                    abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
                    expiration=kept_for,
                    noncurrent_version_expiration=cdk.Duration.days(1) if is_log else None,
                ),
                *(_passing(prefix, days) for prefix, days in (passing or {}).items()),
            ],
            server_access_logs_bucket=None if is_log else self._access_logs,
            server_access_logs_prefix=None if is_log else f"{logical_id}/",
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        _freeze_logical_id(bucket, logical_id)
        return bucket

    def _table(self, logical_id: str, schema: TableSchema) -> dynamodb.TableV2:
        table = dynamodb.TableV2(
            self,
            logical_id,
            partition_key=_text(schema.partition_key),
            time_to_live_attribute=schema.time_to_live,
            global_secondary_indexes=[
                dynamodb.GlobalSecondaryIndexPropsV2(
                    index_name=name, partition_key=_text(partition), sort_key=_text(sort)
                )
                for name, (partition, sort) in schema.sort_indexes
            ],
            billing=dynamodb.Billing.on_demand(),
            encryption=dynamodb.TableEncryptionV2.dynamo_owned_key(),
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=True,
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        _freeze_logical_id(table, logical_id)
        return table


def _passing(prefix: str, days: int) -> s3.LifecycleRule:
    return s3.LifecycleRule(
        prefix=prefix,
        expiration=cdk.Duration.days(days),
        noncurrent_version_expiration=cdk.Duration.days(1),
    )


def _announce_objects(bucket: s3.Bucket) -> None:
    """Send the bucket's events to EventBridge without CDK's custom resource and its Lambda."""
    resource = bucket.node.default_child
    assert isinstance(resource, s3.CfnBucket)  # noqa: S101
    resource.add_property_override(
        "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", True
    )


def _freeze_logical_id(construct: Construct, logical_id: str) -> None:
    resource = construct.node.default_child
    assert isinstance(resource, cdk.CfnElement)  # noqa: S101
    resource.override_logical_id(logical_id)


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
