"""The only way a Lambda is made: arm64, traced, logging JSON to a group of its own."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.bundling.bundles import Bundler
from infra.bundling.targets import target_named
from infra.findings import acknowledge
from infra.stage import Stage
from shared.event.schema import SOURCE

ROOT = Path(__file__).resolve().parents[1]


class PythonFunction(lambda_.Function):
    """The function of `functions/{name}`, its role, its log group, its bundle.

    Its role may trace and write its own log group; everything else is given by name. Where
    bundling is switched off (context `aws:cdk:bundling-stacks`) its code is the bare source folder,
    enough for tests of the template.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        name: str,
        stage: Stage,
        memory_mb: int,
        timeout: cdk.Duration,
        environment: Mapping[str, str],
        reserved_concurrency: int | None = None,
        scratch_space: cdk.Size | None = None,
        snap_start: bool = False,
    ) -> None:
        log_group = logs.LogGroup(
            scope,
            "Log",
            retention=stage.log_retention,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        role = iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        super().__init__(
            scope,
            "Function",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            handler=f"functions.{name}.handler.handle",
            code=_code(scope, name),
            role=role,
            memory_size=memory_mb,
            timeout=timeout,
            tracing=lambda_.Tracing.ACTIVE,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            application_log_level_v2=lambda_.ApplicationLogLevel[stage.log_level],
            system_log_level_v2=lambda_.SystemLogLevel[stage.system_log_level],
            reserved_concurrent_executions=reserved_concurrency,
            ephemeral_storage_size=scratch_space,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if snap_start else None,
            environment={
                "POWERTOOLS_SERVICE_NAME": name,
                "POWERTOOLS_METRICS_NAMESPACE": f"Oasis/{stage.name}",
                "POWERTOOLS_LOG_LEVEL": stage.log_level,
                "STAGE": stage.name,
                **environment,
            },
        )
        self._role = role
        acknowledge(
            role,
            "AwsSolutions-IAM5[Resource::*]",
            because="X-Ray has no resources: its two actions can be granted on all or not at all.",
        )
        acknowledge(
            self,
            "AwsSolutions-L1",
            "Serverless-LambdaLatestVersion",
            because="Python 3.13 is the newest that the project and its wheels are tested on.",
        )
        acknowledge(
            self,
            "Serverless-LambdaDLQ",
            because="Nothing invokes it asynchronously, so nothing would ever reach such a queue: "
            "the queue before it, its state machine or its caller keeps what failed.",
        )

    def allow(self, *actions: str, on: Sequence[str], items: Sequence[str] = ()) -> None:
        """Grant named actions on the resources of these ARNs, and nothing else.

        ``items`` narrows a grant on a shared table to items whose partition key is like one of
        these patterns. A Scan has no key: IAM would let it pass, so it must not be among them.
        """
        like = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": list(items)}}
        self._grant(actions, on, like if items else None)

    def allow_objects(self, *actions: str, of: s3.IBucket, under: Sequence[str]) -> None:
        """Grant named actions on the objects under prefixes of a bucket of another stack."""
        exported = cdk.Stack.of(of).export_value(of.bucket_arn)
        name = cdk.Stack.of(self).resolve(exported)["Fn::ImportValue"]
        for prefix in under:
            acknowledge(
                self._role,
                f"AwsSolutions-IAM5[Resource::{name}/{prefix}*]",
                because="Objects can be granted only by a pattern of their keys; this one ends at "
                "the prefix that the function works on.",
            )
        self.allow(*actions, on=[of.arn_for_objects(f"{prefix}*") for prefix in under])

    def allow_events(self, *detail_types: str, on: events.IEventBus) -> None:
        """Grant sending events of these detail types to a bus, in the name of Oasis."""
        types_and_source = {"events:detail-type": list(detail_types), "events:source": [SOURCE]}
        only = {"ForAllValues:StringEquals": types_and_source}
        self._grant(["events:PutEvents"], [on.event_bus_arn], only)

    def _grant(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        conditions: Mapping[str, Mapping[str, Sequence[str]]] | None,
    ) -> None:
        self.add_to_role_policy(
            iam.PolicyStatement(
                actions=list(actions), resources=list(resources), conditions=conditions
            )
        )


def _code(scope: Construct, name: str) -> lambda_.Code:
    if not cdk.Stack.of(scope).bundling_required:
        return lambda_.Code.from_asset(str(ROOT / "functions" / name))
    target = target_named(scope.node.try_get_context("target") or "lambda")
    bundler = Bundler(root=ROOT, cache=ROOT / ".cache", on_progress=print)
    bundle = bundler.bundle(name, target)
    return lambda_.Code.from_asset(
        str(bundle.path),
        asset_hash_type=cdk.AssetHashType.CUSTOM,
        asset_hash=bundle.fingerprint,
    )
