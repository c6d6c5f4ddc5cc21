"""What AWS counts and its list prices: us-east-1, 2026-11-24, without free allowances."""

from dataclasses import dataclass
from datetime import date

REGION = "us-east-1"
AS_OF = date(2026, 11, 24)


@dataclass(frozen=True)
class Meter:
    """One thing that AWS counts. Prices stand here as on AWS's page: for ``per`` units, by steps
    of quantity in the same ``per``.
    """

    name: str
    service: str
    unit: str
    per: float
    listed: tuple[tuple[float, float], ...]
    page: str


METERS = (
    Meter(
        "write_units",
        "DynamoDB",
        "write request units",
        1e6,
        ((0, 0.625),),
        "dynamodb/pricing/on-demand",
    ),
    Meter(
        "read_units",
        "DynamoDB",
        "read request units",
        1e6,
        ((0, 0.125),),
        "dynamodb/pricing/on-demand",
    ),
    Meter("table_gb", "DynamoDB", "GB-months", 1, ((0, 0.25),), "dynamodb/pricing/on-demand"),
    Meter(
        "recovery_gb",
        "DynamoDB",
        "GB-months of recovery",
        1,
        ((0, 0.20),),
        "dynamodb/pricing/on-demand",
    ),
    Meter("lambda_requests", "Lambda", "requests", 1e6, ((0, 0.20),), "lambda/pricing"),
    Meter(
        "gb_seconds",
        "Lambda",
        "GB-seconds (arm64)",
        1e6,
        ((0, 13.3334), (7500, 12.0001), (18750, 10.6667)),
        "lambda/pricing",
    ),
    Meter(
        "scratch_gb_seconds",
        "Lambda",
        "GB-seconds of scratch",
        1e6,
        ((0, 0.0309),),
        "lambda/pricing",
    ),
    Meter(
        "ready_gb_seconds",
        "Lambda",
        "GB-seconds provisioned",
        1e6,
        ((0, 3.3334),),
        "lambda/pricing",
    ),
    Meter(
        "ready_run_gb_seconds",
        "Lambda",
        "GB-seconds run as provisioned",
        1e6,
        ((0, 7.7778),),
        "lambda/pricing",
    ),
    Meter(
        "snapshot_gb_seconds",
        "Lambda",
        "GB-seconds of snapshots kept",
        1e6,
        ((0, 1.5046),),
        "lambda/pricing",
    ),
    Meter(
        "restored_gb",
        "Lambda",
        "GB of snapshots restored",
        1e3,
        ((0, 0.1397998),),
        "lambda/pricing",
    ),
    Meter(
        "http_requests",
        "API Gateway",
        "HTTP API requests",
        1e6,
        ((0, 1.00), (300, 0.90)),
        "api-gateway/pricing",
    ),
    Meter("put_requests", "S3", "PUT and LIST requests", 1e3, ((0, 0.005),), "s3/pricing"),
    Meter("get_requests", "S3", "GET requests", 1e3, ((0, 0.0004),), "s3/pricing"),
    Meter(
        "object_gb",
        "S3",
        "GB-months",
        1,
        ((0, 0.023), (51_200, 0.022), (512_000, 0.021)),
        "s3/pricing",
    ),
    Meter("events", "EventBridge", "events", 1e6, ((0, 1.00),), "eventbridge/pricing"),
    Meter("archived_gb", "EventBridge", "GB archived", 1, ((0, 0.10),), "eventbridge/pricing"),
    Meter("archive_gb", "EventBridge", "GB-months", 1, ((0, 0.023),), "eventbridge/pricing"),
    Meter("queue_requests", "SQS", "requests", 1e6, ((0, 0.40),), "sqs/pricing"),
    Meter(
        "transitions",
        "Step Functions",
        "state transitions",
        1e3,
        ((0, 0.025),),
        "step-functions/pricing",
    ),
    Meter(
        "log_gb",
        "CloudWatch",
        "GB of logs",
        1,
        ((0, 0.50), (10_240, 0.25), (30_720, 0.10), (51_200, 0.05)),
        "cloudwatch/pricing",
    ),
    Meter("kept_log_gb", "CloudWatch", "GB-months of logs", 1, ((0, 0.03),), "cloudwatch/pricing"),
    Meter(
        "metrics",
        "CloudWatch",
        "custom metrics",
        1,
        ((0, 0.30), (10_000, 0.10)),
        "cloudwatch/pricing",
    ),
    Meter("alarms", "CloudWatch", "alarm metrics", 1, ((0, 0.10),), "cloudwatch/pricing"),
    Meter(
        "composite_alarms", "CloudWatch", "composite alarms", 1, ((0, 0.50),), "cloudwatch/pricing"
    ),
    Meter("dashboards", "CloudWatch", "dashboards", 1, ((0, 3.00),), "cloudwatch/pricing"),
    Meter("traces", "X-Ray", "traces recorded", 1e6, ((0, 5.00),), "xray/pricing"),
    Meter(
        "out_gb",
        "Data transfer",
        "GB out of the region",
        1,
        ((0, 0.09), (10_240, 0.085), (51_200, 0.07), (153_600, 0.05)),
        "ec2/pricing/on-demand",
    ),
)
"""Pages stand below https://aws.amazon.com/."""

METER_NAMED = {meter.name: meter for meter in METERS}
