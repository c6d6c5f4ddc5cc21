"""Rules of every hop: what is tried again, how often, and where it stops (PROMISES, rule 1).

Each takes the resources of all templates and returns its violations, none where it is kept.
"""

from collections.abc import Iterator
from typing import Any

from templates import Resources, listed, properties, target_of
from trigger_graph import definition_of, tasks_of

DAY_S = 24 * 3600
TLS_ONLY = {"Bool": {"aws:SecureTransport": "false"}}
Found = list[str]


def workers(resources: Resources) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield for each queue that feeds a function: its id, the mapping, the function."""
    functions = properties(resources, "AWS::Lambda::Function")
    for mapping in properties(resources, "AWS::Lambda::EventSourceMapping").values():
        function = functions[target_of(mapping["FunctionName"])]
        yield target_of(mapping["EventSourceArn"]), mapping, function


def last_stops(resources: Resources) -> set[str]:
    """Return the queues that feed no function."""
    fed = {queue for queue, _, _ in workers(resources)}
    return set(properties(resources, "AWS::SQS::Queue")) - fed


def a_message_is_hidden_while_its_worker_may_run(resources: Resources) -> Found:
    queues = properties(resources, "AWS::SQS::Queue")
    return [
        queue
        for queue, mapping, function in workers(resources)
        if queues[queue].get("VisibilityTimeout", 30)
        < 6 * function["Timeout"] + mapping.get("MaximumBatchingWindowInSeconds", 0)
    ]


def work_behind_a_queue_ends_within_two_minutes(resources: Resources) -> Found:
    return [queue for queue, _, function in workers(resources) if function["Timeout"] > 120]


def a_message_is_tried_five_times_before_its_last_stop(resources: Resources) -> Found:
    queues = properties(resources, "AWS::SQS::Queue")
    redrives = {queue: queues[queue].get("RedrivePolicy", {}) for queue, _, _ in workers(resources)}
    return [
        queue
        for queue, redrive in redrives.items()
        if redrive.get("maxReceiveCount", 0) < 5
        or target_of(redrive.get("deadLetterTargetArn")) not in last_stops(resources)
    ]


def a_last_stop_keeps_for_two_weeks(resources: Resources) -> Found:
    queues = properties(resources, "AWS::SQS::Queue")
    return [
        queue
        for queue in sorted(last_stops(resources))
        if queues[queue].get("MessageRetentionPeriod", 4 * DAY_S) < 14 * DAY_S
    ]


def a_last_stop_alarms_somebody_at_its_first_message(resources: Resources) -> Found:
    at_the_first = {("GreaterThanThreshold", 0), ("GreaterThanOrEqualToThreshold", 1)}
    watched = {
        target_of(alarm["Dimensions"])
        for alarm in properties(resources, "AWS::CloudWatch::Alarm").values()
        if alarm.get("MetricName") == "ApproximateNumberOfMessagesVisible"
        and (alarm["ComparisonOperator"], alarm["Threshold"]) in at_the_first
        and alarm.get("AlarmActions")
    }
    return sorted(last_stops(resources) - watched)


def one_bad_message_does_not_repeat_its_batch(resources: Resources) -> Found:
    return [
        queue
        for queue, mapping, _ in workers(resources)
        if mapping.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]
    ]


def files_come_one_at_a_time(resources: Resources) -> Found:
    files = ("functions.ingest_drop.", "functions.load_scores.", "functions.count_delivery.")
    return [
        queue
        for queue, mapping, function in workers(resources)
        if function["Handler"].startswith(files) and mapping.get("BatchSize", 10) != 1
    ]


def a_queue_starts_no_more_workers_than_said(resources: Resources) -> Found:
    return [
        queue
        for queue, mapping, _ in workers(resources)
        if mapping.get("ScalingConfig", {}).get("MaximumConcurrency", 0) < 2
    ]


def a_rule_feeds_queues_alone(resources: Resources) -> Found:
    queues = properties(resources, "AWS::SQS::Queue")
    return [
        rule
        for rule, found in properties(resources, "AWS::Events::Rule").items()
        if not found.get("Targets")
        or any(target_of(target["Arn"]) not in queues for target in found["Targets"])
    ]


def a_rule_says_how_often_it_tries_and_where_it_gives_up(resources: Resources) -> Found:
    stops = last_stops(resources)
    return [
        rule
        for rule, found in properties(resources, "AWS::Events::Rule").items()
        for target in found.get("Targets", [])
        if target.get("RetryPolicy", {}).get("MaximumRetryAttempts", 0) < 5
        or target.get("RetryPolicy", {}).get("MaximumEventAgeInSeconds", 0) < DAY_S
        or target_of(target.get("DeadLetterConfig", {}).get("Arn")) not in stops
    ]


def a_queue_is_encrypted(resources: Resources) -> Found:
    return [
        queue
        for queue, found in properties(resources, "AWS::SQS::Queue").items()
        if not (found.get("SqsManagedSseEnabled") is True or found.get("KmsMasterKeyId"))
    ]


def a_queue_refuses_requests_without_tls(resources: Resources) -> Found:
    refusing = {
        target_of(queue)
        for policy in properties(resources, "AWS::SQS::QueuePolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny"
        and statement["Principal"] == {"AWS": "*"}
        and statement["Action"] == "sqs:*"
        and statement.get("Condition") == TLS_ONLY
        for queue in policy["Queues"]
    }
    return sorted(set(properties(resources, "AWS::SQS::Queue")) - refusing)


def a_queue_takes_messages_of_named_rules_alone(resources: Resources) -> Found:
    return [
        policy
        for policy, found in properties(resources, "AWS::SQS::QueuePolicy").items()
        for statement in found["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
        and (
            statement["Principal"] != {"Service": "events.amazonaws.com"}
            or not target_of(statement.get("Condition", {}).get("ArnEquals", {}))
        )
    ]


def nothing_but_the_api_invokes_a_function_past_its_queue(resources: Resources) -> Found:
    return [
        permission
        for permission, found in properties(resources, "AWS::Lambda::Permission").items()
        if found["Principal"] != "apigateway.amazonaws.com" or not found.get("SourceArn")
    ]


def a_task_says_how_often_it_is_tried(resources: Resources) -> Found:
    return [
        f"{machine}.{name}"
        for machine, found in properties(resources, "AWS::StepFunctions::StateMachine").items()
        for name, state in tasks_of(definition_of(found))
        if not any(retry.get("MaxAttempts", 0) > 0 for retry in listed(state.get("Retry")))
    ]


RULES = (
    a_message_is_hidden_while_its_worker_may_run,
    work_behind_a_queue_ends_within_two_minutes,
    a_message_is_tried_five_times_before_its_last_stop,
    a_last_stop_keeps_for_two_weeks,
    a_last_stop_alarms_somebody_at_its_first_message,
    one_bad_message_does_not_repeat_its_batch,
    files_come_one_at_a_time,
    a_queue_starts_no_more_workers_than_said,
    a_rule_feeds_queues_alone,
    a_rule_says_how_often_it_tries_and_where_it_gives_up,
    a_queue_is_encrypted,
    a_queue_refuses_requests_without_tls,
    a_queue_takes_messages_of_named_rules_alone,
    nothing_but_the_api_invokes_a_function_past_its_queue,
    a_task_says_how_often_it_is_tried,
)
