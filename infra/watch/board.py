"""Watching: the form of every dashboard."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.stage import Stage
from infra.watch.metrics import oasis_metric

PERIOD = cdk.Duration.minutes(5)
WIDTH = 24
HEIGHT = 6


class Board(cloudwatch.Dashboard):
    """A dashboard of rows; the first shows its alarms."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        alarms: Sequence[cloudwatch.IAlarm],
    ) -> None:
        super().__init__(scope, construct_id, default_interval=cdk.Duration.hours(12))
        self._stage = stage
        self.add_widgets(
            cloudwatch.AlarmStatusWidget(
                title="Alarms", alarms=list(alarms), width=WIDTH, height=HEIGHT
            )
        )

    def row(self, **graphs: Sequence[cloudwatch.IMetric]) -> None:
        """Add graphs of equal width; `_` in a name is a space of its title."""
        self.add_widgets(
            *(
                cloudwatch.GraphWidget(
                    title=name.replace("_", " ").capitalize(),
                    left=list(metrics),
                    width=WIDTH // len(graphs),
                    height=HEIGHT,
                )
                for name, metrics in graphs.items()
            )
        )

    def logged(self, *names: str, of: str, statistic: str) -> list[cloudwatch.IMetric]:
        """Return metrics that a function logs."""
        return [
            oasis_metric(self._stage, name, of=of, statistic=statistic, period=PERIOD)
            for name in names
        ]

    def at_percentiles(self, name: str, *, of: str) -> list[cloudwatch.IMetric]:
        """Return the median, p95 and largest of a metric that a function logs."""
        statistics = {"median": cloudwatch.Stats.p(50), "p95": cloudwatch.Stats.p(95)}
        return [
            oasis_metric(self._stage, name, of=of, statistic=statistic, period=PERIOD, label=label)
            for label, statistic in {**statistics, "largest": cloudwatch.Stats.MAXIMUM}.items()
        ]
