"""Watching: where each figure that people look at comes from."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_stepfunctions as sfn

from infra.stage import Stage


def oasis_metric(
    stage: Stage, name: str, *, of: str, statistic: str, period: cdk.Duration, label: str = ""
) -> cloudwatch.Metric:
    """Return a metric that the function of `functions/{of}` logs, in the stage's namespace."""
    return cloudwatch.Metric(
        namespace=metrics_namespace(stage),
        metric_name=name,
        dimensions_map={"service": of},
        statistic=statistic,
        period=period,
        label=label or name,
    )


def cold_starts_of(
    stage: Stage, function: str, physical_name: str, period: cdk.Duration
) -> cloudwatch.Metric:
    """Return how often a function that logs its cold starts began in a new environment."""
    return cloudwatch.Metric(
        namespace=metrics_namespace(stage),
        metric_name="ColdStart",
        dimensions_map={"function_name": physical_name, "service": function},
        statistic=cloudwatch.Stats.SUM,
        period=period,
        label="cold starts",
    )


def metrics_namespace(stage: Stage) -> str:
    """Return where a stage's own metrics stand; stages of one account do not mix."""
    return f"Oasis/{stage.name}"


def runs_without(
    machine: sfn.StateMachine, what: str, period: cdk.Duration
) -> cloudwatch.MathExpression:
    """Return how many runs of a machine ended without what they are for."""
    return cloudwatch.MathExpression(
        expression="FILL(failed, 0) + FILL(timed_out, 0) + FILL(aborted, 0)",
        using_metrics={
            "failed": machine.metric_failed(),
            "timed_out": machine.metric_timed_out(),
            "aborted": machine.metric_aborted(),
        },
        period=period,
        label=f"runs without {what}",
    )


def throttles_of_table(table_name: str, period: cdk.Duration) -> cloudwatch.MathExpression:
    """Return how many reads and writes of a table were throttled."""
    kinds = ("ReadThrottleEvents", "WriteThrottleEvents")
    return cloudwatch.MathExpression(
        expression="FILL(reads, 0) + FILL(writes, 0)",
        using_metrics={
            name: cloudwatch.Metric(
                namespace="AWS/DynamoDB",
                metric_name=kind,
                dimensions_map={"TableName": table_name},
                statistic=cloudwatch.Stats.SUM,
            )
            for name, kind in zip(("reads", "writes"), kinds, strict=True)
        },
        period=period,
        label="throttled reads and writes",
    )


def bad_share(
    bad: cloudwatch.IMetric, all_of_them: cloudwatch.IMetric, *, at_least: int, period: cdk.Duration
) -> cloudwatch.MathExpression:
    """Return which share of events was bad, 0 where there were fewer than ``at_least``."""
    return cloudwatch.MathExpression(
        expression=f"IF(everything >= {at_least}, FILL(bad, 0) / everything, 0)",
        using_metrics={"bad": bad, "everything": all_of_them},
        period=period,
        label="bad share",
    )


def share_above(
    rank: cloudwatch.IMetric, count: cloudwatch.IMetric, *, at_least: int, period: cdk.Duration
) -> cloudwatch.MathExpression:
    """Return which share lies above a limit, given the percentile rank of that limit."""
    return cloudwatch.MathExpression(
        expression=f"IF(everything >= {at_least}, 1 - rank / 100, 0)",
        using_metrics={"rank": rank, "everything": count},
        period=period,
        label="share above the limit",
    )
