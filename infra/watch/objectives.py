"""Watching: what users are promised, and how fast the room for failure is used up.

Source: Beyer et al., The Site Reliability Workbook (2018), chapter 5: multiwindow, multi-burn-rate
alerts. A burn rate of 1 uses up the error budget of 30 days in 30 days.
"""

from collections.abc import Callable
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.stage import Stage
from infra.watch.metrics import bad_share, oasis_metric, share_above
from infra.watch.sections import runbook

LOOKUPS_TO_JUDGE = 50
"""Fewer lookups in a window say nothing about a share of one in a thousand."""


@dataclass(frozen=True)
class BurnRate:
    """Alarm where the budget burns so fast over a long window and still does over a short one."""

    name: str
    rate: float
    long: cdk.Duration
    short: cdk.Duration


BURN_RATES = (
    BurnRate("Fast", 14.4, cdk.Duration.hours(1), cdk.Duration.minutes(5)),
    BurnRate("Slow", 6.0, cdk.Duration.hours(6), cdk.Duration.minutes(30)),
)


@dataclass(frozen=True)
class Objective:
    """A promise: at least the share ``target`` is good; ``bad_share`` measures over a window."""

    name: str
    sentence: str
    target: float
    bad_share: Callable[[cdk.Duration], cloudwatch.IMetric]


def objectives_of(stage: Stage, api: apigateway.HttpApi) -> tuple[Objective, ...]:
    """Return the three promises: lookups answer, lookups are fast, what lands is served soon."""

    def unanswered(window: cdk.Duration) -> cloudwatch.IMetric:
        failed = api.metric_server_error(statistic=cloudwatch.Stats.SUM, period=window)
        count = api.metric_count(statistic=cloudwatch.Stats.SUM, period=window)
        return bad_share(failed, count, at_least=LOOKUPS_TO_JUDGE, period=window)

    def slow(window: cdk.Duration) -> cloudwatch.IMetric:
        fast = cloudwatch.Stats.percentile_rank(0, stage.lookup_latency_ms)
        count = api.metric_count(statistic=cloudwatch.Stats.SUM, period=window)
        rank = api.metric_latency(statistic=fast, period=window)
        return share_above(rank, count, at_least=LOOKUPS_TO_JUDGE, period=window)

    def late(window: cdk.Duration) -> cloudwatch.IMetric:
        in_time = cloudwatch.Stats.percentile_rank(0, stage.drop_to_served_s)
        rank, count = (
            oasis_metric(
                stage, "DropToServed", of="activate_plan", statistic=statistic, period=window
            )
            for statistic in (in_time, cloudwatch.Stats.SAMPLE_COUNT)
        )
        return share_above(rank, count, at_least=1, period=window)

    return (
        Objective(
            "LookupAvailability",
            f"{stage.lookup_availability:.2%} of lookups are answered without a server error.",
            stage.lookup_availability,
            unanswered,
        ),
        Objective(
            "LookupLatency",
            f"{stage.lookups_in_time:.1%} of lookups take at most {stage.lookup_latency_ms} ms at "
            "the gateway.",
            stage.lookups_in_time,
            slow,
        ),
        Objective(
            "DropToServed",
            f"{stage.drops_in_time:.0%} of drops are served at most {stage.drop_to_served_s} s "
            "after they landed.",
            stage.drops_in_time,
            late,
        ),
    )


class Objectives(Construct):
    """Two alarms an objective and burn rate, and one that joins them and tells ``topic``."""

    def __init__(
        self,
        scope: Construct,
        *,
        stage: Stage,
        api: apigateway.HttpApi,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, "Objectives")
        self.objectives = objectives_of(stage, api)
        self.alarms: dict[str, list[cloudwatch.CompositeAlarm]] = {}
        action = actions.SnsAction(topic)
        for objective in self.objectives:
            self.alarms[objective.name] = [
                self._joined(objective, burn, action) for burn in BURN_RATES
            ]

    def _window(
        self, objective: Objective, burn: BurnRate, name: str, window: cdk.Duration
    ) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            f"{objective.name}{burn.name}{name}",
            metric=objective.bad_share(window),
            threshold=burn.rate * (1 - objective.target),
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=f"{objective.sentence} Over {window.to_human_string()} its error "
            f"budget burns {burn.rate:g} times too fast. {runbook(objective.name)}",
        )

    def _joined(
        self,
        objective: Objective,
        burn: BurnRate,
        action: cloudwatch.IAlarmAction,
    ) -> cloudwatch.CompositeAlarm:
        windows = [
            self._window(objective, burn, name, window)
            for name, window in (("Long", burn.long), ("Short", burn.short))
        ]
        joined = cloudwatch.CompositeAlarm(
            self,
            f"{objective.name}{burn.name}",
            alarm_rule=cloudwatch.AlarmRule.all_of(*windows),
            alarm_description=f"{objective.sentence} Its error budget burns {burn.rate:g} times "
            f"too fast, over {burn.long.to_human_string()} and still now. "
            f"{runbook(objective.name)}",
        )
        joined.add_alarm_action(action)
        joined.add_ok_action(action)
        return joined
