"""Arrow lookup_scores: a signed request over HTTP becomes promotion scores."""

import json

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.data_stack import DataStack
from infra.python_function import PythonFunction
from infra.stage import Stage
from shared.lookup.schema import DOCUMENT_PATH, LOOKUP_PATH
from shared.pointer.schema import POINTER_ITEM

ACCESS_LOG_FIELDS = {
    "request_id": "$context.requestId",
    "route": "$context.routeKey",
    "status": "$context.status",
    "protocol": "$context.protocol",
    "response_bytes": "$context.responseLength",
    "response_latency_ms": "$context.responseLatency",
    "integration_latency_ms": "$context.integrationLatency",
    "integration_error": "$context.integrationErrorMessage",
    "authorizer_error": "$context.authorizer.error",
    "caller": "$context.identity.caller",
}
"""What an access log line says: no path, query string or body, so no listener's id."""


class LookupScores(Construct):
    """The HTTP API with its one route, IAM authorisation on all routes, and the function."""

    def __init__(self, scope: Construct, *, stage: Stage, data: DataStack) -> None:
        super().__init__(scope, "LookupScores")
        self.function = PythonFunction(
            self,
            name="lookup_scores",
            stage=stage,
            memory_mb=stage.lookup_memory_mb,
            timeout=cdk.Duration.seconds(5),
            environment={
                "SCORES_TABLE": data.scores_table.table_name,
                "PLANS_TABLE": data.plans_table.table_name,
                "PLAN_BUCKET": data.plan_bucket.bucket_name,
            },
            reserved_concurrency=stage.lookup_reserved_concurrency,
            snap_start=stage.lookup_snap_start,
        )
        allow = self.function.allow
        allow("dynamodb:BatchGetItem", on=[data.scores_table.table_arn])
        allow("dynamodb:BatchGetItem", on=[data.plans_table.table_arn], items=[POINTER_ITEM])
        self.function.allow_objects("s3:GetObject", of=data.plan_bucket, under=["plans/"])
        self.api = apigateway.HttpApi(
            self,
            "Api",
            create_default_stage=False,
            default_authorizer=authorizers.HttpIamAuthorizer(),
        )
        integration = integrations.HttpLambdaIntegration(
            "Lookup",
            self._started_ahead(stage),
            payload_format_version=apigateway.PayloadFormatVersion.VERSION_2_0,
        )
        asked, described = apigateway.HttpMethod.POST, apigateway.HttpMethod.GET
        for path, methods in ((LOOKUP_PATH, [asked, described]), (DOCUMENT_PATH, [described])):
            self.api.add_routes(path=path, methods=methods, integration=integration)
        self._open_stage(stage)

    def _started_ahead(self, stage: Stage) -> lambda_.IFunction:
        """Return what the API calls: an alias where the stage has instances or a snapshot ready."""
        if not (stage.lookup_provisioned_concurrency or stage.lookup_snap_start):
            return self.function
        return lambda_.Alias(
            self,
            "Live",
            alias_name="live",
            version=self.function.current_version,
            provisioned_concurrent_executions=stage.lookup_provisioned_concurrency,
        )

    def _open_stage(self, stage: Stage) -> None:
        log_group = logs.LogGroup(
            self,
            "AccessLog",
            retention=stage.log_retention,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        self.stage = apigateway.HttpStage(
            self,
            "Stage",
            http_api=self.api,
            stage_name="$default",
            auto_deploy=True,
            throttle=apigateway.ThrottleSettings(
                rate_limit=stage.lookups_per_second, burst_limit=stage.lookup_burst
            ),
        )
        resource = self.stage.node.default_child
        assert isinstance(resource, apigateway.CfnStage)  # noqa: S101
        resource.access_log_settings = apigateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=log_group.log_group_arn, format=json.dumps(ACCESS_LOG_FIELDS)
        )
