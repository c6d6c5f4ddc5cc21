"""The queue in front of a function: what it retries, where it gives up, who is told."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.findings import acknowledge
from shared.event.schema import SOURCE

MAX_RECEIVES = 5
EVENT_RETRIES = 185
EVENT_AGE = cdk.Duration.hours(24)
DEAD_LETTER_RETENTION = cdk.Duration.days(14)


class WorkQueue(Construct):
    """A queue that feeds one function, and the rules that feed the queue.

    Visibility is six times the function's timeout and the batching window, as AWS asks, so that
    no message is worked on twice while its first worker may still run. Messages that fail
    ``MAX_RECEIVES`` times go to `dead_letters`, events that a rule cannot deliver within a day to
    `undelivered`; either alarms at its first message.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        function: lambda_.Function,
        batch_size: int,
        max_concurrency: int,
        batching_window: cdk.Duration | None = None,
    ) -> None:
        super().__init__(scope, "Work")
        window = batching_window or cdk.Duration.seconds(0)
        if function.timeout is None:
            raise ValueError("a function behind a queue needs a timeout")
        self.dead_letters = self._last_stop("DeadLetters")
        self.undelivered = self._last_stop("Undelivered")
        acknowledge(
            self.undelivered,
            "AwsSolutions-SQS3",
            because="It is itself a last stop, that of rules, which the check does not look at.",
        )
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=cdk.Duration.seconds(
                6 * function.timeout.to_seconds() + window.to_seconds()
            ),
            retention_period=cdk.Duration.days(4),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters, max_receive_count=MAX_RECEIVES
            ),
        )
        function.add_event_source(
            sources.SqsEventSource(
                self.queue,
                batch_size=batch_size,
                max_batching_window=window,
                max_concurrency=max_concurrency,
                report_batch_item_failures=True,
            )
        )
        acknowledge(
            function,
            "Serverless-LambdaEventSourceMappingDestination",
            because="Lambda takes no failure destination for a queue: what fails every time goes "
            "to the dead letters by the queue's own redrive policy.",
        )

    @property
    def addresses(self) -> dict[str, str]:
        """The addresses of the queue and of both last stops, whose messages came from there."""
        return {
            "queue": self.queue.queue_url,
            "dead_letters": self.dead_letters.queue_url,
            "undelivered": self.undelivered.queue_url,
        }

    def receive(
        self, rule_id: str, pattern: events.EventPattern, *, bus: events.IEventBus | None = None
    ) -> events.Rule:
        """Send the events of a pattern here; from the account's default bus unless told."""
        rule = events.Rule(self, rule_id, event_bus=bus, event_pattern=pattern)
        rule.add_target(self._target())
        return rule

    def receive_own(
        self,
        rule_id: str,
        *detail_types: str,
        bus: events.IEventBus,
        datasets: Sequence[str] = (),
    ) -> events.Rule:
        """Send what Oasis itself says here, of some datasets or of all.

        Publishers of other accounts write to the bus as well and may call their source what they
        like, but EventBridge says the account: only this one's counts.
        """
        pattern = events.EventPattern(
            account=[cdk.Stack.of(self).account],
            source=[SOURCE],
            detail_type=list(detail_types),
            detail={"dataset": list(datasets)} if datasets else None,
        )
        return self.receive(rule_id, pattern, bus=bus)

    def receive_every(self, rule_id: str, rate: cdk.Duration) -> None:
        """Send an event of the clock here, in the envelope of every other event."""
        rule = events.Rule(self, rule_id, schedule=events.Schedule.rate(rate))
        rule.add_target(self._target())

    def _target(self) -> targets.SqsQueue:
        return targets.SqsQueue(
            self.queue,
            dead_letter_queue=self.undelivered,
            retry_attempts=EVENT_RETRIES,
            max_event_age=EVENT_AGE,
        )

    def _last_stop(self, construct_id: str) -> sqs.Queue:
        queue = sqs.Queue(
            self,
            construct_id,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=DEAD_LETTER_RETENTION,
        )
        acknowledge(
            queue,
            "Serverless-SQSRedrivePolicy",
            because="It is itself the last stop, where messages wait for a person.",
        )
        return queue
