"""Watching: alarms of causes, each of which names what a person should look at."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.constructs.work_queue import WorkQueue
from infra.data_stack import DataStack
from infra.python_function import PythonFunction
from infra.stage import Stage
from infra.watch.metrics import oasis_metric, runs_without, throttles_of_table
from infra.watch.sections import runbook

AT_ONCE = cdk.Duration.minutes(1)
SOON = cdk.Duration.minutes(5)
OVER = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
POINTER_ENTRIES = 100
"""About as many suppressions as fit beside the pointer's other attributes in one unit of a read."""


class Alarms(Construct):
    """All alarms of causes; those of `objectives` stand there. Every one tells ``topic``."""

    def __init__(self, scope: Construct, *, stage: Stage, topic: sns.ITopic) -> None:
        super().__init__(scope, "Alarms")
        self._stage = stage
        self._action = actions.SnsAction(topic)

    def alarm(
        self,
        construct_id: str,
        metric: cloudwatch.IMetric,
        *,
        above: float,
        because: str,
        missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
        periods: int = 1,
    ) -> cloudwatch.Alarm:
        """Alarm where a metric is above a limit for so many periods; tell when it ends, too."""
        alarm = cloudwatch.Alarm(
            self,
            construct_id,
            metric=metric,
            threshold=above,
            comparison_operator=OVER,
            evaluation_periods=periods,
            treat_missing_data=missing,
            alarm_description=f"{because} {runbook(construct_id)}",
        )
        alarm.add_alarm_action(self._action)
        alarm.add_ok_action(self._action)
        return alarm

    def watch_queue(self, arrow: str, work: WorkQueue) -> list[cloudwatch.Alarm]:
        """Alarm at the first message that was given up, and at work that waits too long."""
        waited = work.queue.metric_approximate_age_of_oldest_message(
            period=AT_ONCE, statistic=cloudwatch.Stats.MAXIMUM
        )
        given_up = {
            "DeadLetters": (work.dead_letters, "failed every time that it was tried"),
            "Undelivered": (work.undelivered, "could not be delivered to its queue"),
        }
        return [
            *(
                self.alarm(
                    f"{arrow}{name}",
                    queue.metric_approximate_number_of_messages_visible(
                        period=AT_ONCE, statistic=cloudwatch.Stats.MAXIMUM
                    ),
                    above=0,
                    because=f"{arrow}: a message {what}; nothing tries it again by itself.",
                )
                for name, (queue, what) in given_up.items()
            ),
            self.alarm(
                f"{arrow}Waits",
                waited,
                above=self._stage.queue_age_limit_s,
                periods=3,
                because=f"{arrow}: the oldest message waits longer than it should.",
            ),
        ]

    def watch_function(self, arrow: str, function: PythonFunction) -> list[cloudwatch.Alarm]:
        """Alarm where a function raises errors or is throttled."""
        return [
            self.alarm(
                f"{arrow}Errors",
                function.metric_errors(period=SOON),
                above=0,
                because=f"{arrow}: invocations end in errors.",
            ),
            self.alarm(
                f"{arrow}Throttles",
                function.metric_throttles(period=SOON),
                above=0,
                periods=2,
                because=f"{arrow}: invocations are throttled; account or reservation is too small.",
            ),
        ]

    def watch_drops(self) -> list[cloudwatch.Alarm]:
        """Alarm at drops that a gate holds back; a producer sees a refusal in its own receipt."""
        name = "DropsQuarantined"
        held = oasis_metric(
            self._stage, name, of="ingest_drop", statistic=cloudwatch.Stats.SUM, period=SOON
        )
        because = "A gate holds a drop back until a person releases it."
        return [self.alarm(name, held, above=0, because=because)]

    def watch_lookups(self) -> list[cloudwatch.Alarm]:
        """Alarm where stores are out of reach; answers from memory are no errors to the gateway."""
        name = "LookupsUnavailable"
        cut_off = oasis_metric(
            self._stage, name, of="lookup_scores", statistic=cloudwatch.Stats.SUM, period=SOON
        )
        because = "Lookups do not reach DynamoDB or S3, and answer from memory or not at all."
        return [self.alarm(name, cut_off, above=0, because=because)]

    def watch_plan_run(self, machine: sfn.StateMachine) -> list[cloudwatch.Alarm]:
        """Alarm where a plan's run fails or takes too long; the last good plan is served."""
        because = "A run ended without a plan. The last good plan is served and grows older."
        ended = runs_without(machine, "a plan", SOON)
        return [self.alarm("RunFailed", ended, above=0, because=because)]

    def watch_load_run(self, machine: sfn.StateMachine) -> list[cloudwatch.Alarm]:
        """Alarm where the run that writes a large drop fails; the rows before it are served."""
        because = "A large drop is written in part. What it did not reach is served as before."
        ended = runs_without(machine, "all parts", SOON)
        return [self.alarm("LoadRunFailed", ended, above=0, because=because)]

    def watch_export_run(self, machine: sfn.StateMachine) -> list[cloudwatch.Alarm]:
        """Alarm where an export fails; without a manifest nobody takes it for whole."""
        because = "An export ended without a manifest. What is there of it is not whole."
        ended = runs_without(machine, "a manifest", SOON)
        return [self.alarm("ExportFailed", ended, above=0, because=because)]

    def watch_plans(self) -> list[cloudwatch.Alarm]:
        """Alarm at held and refused plans, at old plans, old scores, and a pointer grown large."""
        stage, clock = self._stage, cdk.Duration.minutes(self._stage.clock_rate_minutes)
        kinds = {
            "PlansHeld": "A plan is held until a person activates it.",
            "PlansRefused": "A plan was unsound and refused; the last good one is served.",
        }
        counted = [
            self.alarm(
                name,
                oasis_metric(
                    stage, name, of="activate_plan", statistic=cloudwatch.Stats.SUM, period=SOON
                ),
                above=0,
                because=because,
            )
            for name, because in kinds.items()
        ]
        largest = {
            "PlanAge": ("request_plan", stage.plan_age_limit_s, "The current plan is old."),
            "ScoreAge": ("solve_plan", stage.score_age_limit_s, "The newest scores are old."),
            "Suppressions": (
                "request_plan",
                POINTER_ENTRIES,
                "The pointer holds so many suppressions that each lookup reads two units.",
            ),
        }
        return counted + [
            self.alarm(
                name,
                oasis_metric(
                    stage, name, of=function, statistic=cloudwatch.Stats.MAXIMUM, period=clock
                ),
                above=limit,
                missing=cloudwatch.TreatMissingData.MISSING,
                because=because,
            )
            for name, (function, limit, because) in largest.items()
        ]

    def watch_tables(self, data: DataStack) -> dict[str, cloudwatch.Alarm]:
        """Alarm where a table throttles; return the alarms by table."""
        tables: dict[str, dynamodb.ITableV2] = {
            "Drops": data.drops_table,
            "Scores": data.scores_table,
            "Campaigns": data.campaigns_table,
            "Plans": data.plans_table,
        }
        return {
            name: self.alarm(
                f"{name}TableThrottles",
                throttles_of_table(table.table_name, SOON),
                above=0,
                periods=2,
                because=f"The table of {name.lower()} throttles reads or writes.",
            )
            for name, table in tables.items()
        }
