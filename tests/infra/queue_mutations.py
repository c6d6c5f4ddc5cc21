"""Templates that break a rule of queues, by what is wrong with them."""

from mutations import STATEMENTS, added, changed, removed

QUEUE, QUEUE_POLICY, RULE = "AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "AWS::Events::Rule"
MAPPING, FUNCTION = "AWS::Lambda::EventSourceMapping", "AWS::Lambda::Function"
MACHINE = "AWS::StepFunctions::StateMachine"
HIDDEN = "a_message_is_hidden_while_its_worker_may_run"
TRIED = "a_message_is_tried_five_times_before_its_last_stop"
LIMITED = "a_rule_says_how_often_it_tries_and_where_it_gives_up"
ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
FROM_BUCKET = {"Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
UNTRIED = '{"States":{"Solve":{"Type":"Task","Parameters":{"FunctionName":"f"}}}}'

MUTATIONS = {
    "a message is seen again after one timeout": changed(
        QUEUE, "IngestDropWorkQueue", "VisibilityTimeout", to=120, breaks=HIDDEN
    ),
    "a window longer than visibility allows": changed(
        MAPPING, "RequestPlan", "MaximumBatchingWindowInSeconds", to=9, breaks=HIDDEN
    ),
    "fifteen minutes behind a queue": changed(
        FUNCTION,
        "LoadScoresFunction",
        "Timeout",
        to=900,
        breaks="work_behind_a_queue_ends_within_two_minutes",
    ),
    "no redrive": removed(QUEUE, "IngestDropWorkQueue", "RedrivePolicy", breaks=TRIED),
    "one try": changed(
        QUEUE, "LoadScoresWorkQueue", "RedrivePolicy", "maxReceiveCount", to=1, breaks=TRIED
    ),
    "dead letters for a day": changed(
        QUEUE,
        "UpdateCampaignWorkDeadLetters",
        "MessageRetentionPeriod",
        to=86400,
        breaks="a_last_stop_keeps_for_two_weeks",
    ),
    "an alarm that tells nobody": removed(
        "AWS::CloudWatch::Alarm",
        "WatchAlarmsLoadScoresUndelivered",
        "AlarmActions",
        breaks="a_last_stop_alarms_somebody_at_its_first_message",
    ),
    "whole batches fail": removed(
        MAPPING,
        "UpdateCampaign",
        "FunctionResponseTypes",
        breaks="one_bad_message_does_not_repeat_its_batch",
    ),
    "ten files at a time": changed(
        MAPPING, "IngestDrop", "BatchSize", to=10, breaks="files_come_one_at_a_time"
    ),
    "any number of workers": removed(
        MAPPING, "LoadScores", "ScalingConfig", breaks="a_queue_starts_no_more_workers_than_said"
    ),
    "a rule straight to a function": changed(
        RULE,
        "LoadScoresWorkAccepted",
        "Targets",
        0,
        "Arn",
        to={"Ref": "Function"},
        breaks="a_rule_feeds_queues_alone",
    ),
    "retries left to the service": removed(
        RULE, "IngestDropWorkDropped", "Targets", 0, "RetryPolicy", breaks=LIMITED
    ),
    "a rule gives up in silence": removed(
        RULE, "RequestPlanWorkClock", "Targets", 0, "DeadLetterConfig", breaks=LIMITED
    ),
    "a rule gives up into the queue it could not reach": changed(
        RULE,
        "RequestPlanWorkClock",
        "Targets",
        0,
        "DeadLetterConfig",
        "Arn",
        to={"Fn::GetAtt": ["RequestPlanWorkQueue", "Arn"]},
        breaks=LIMITED,
    ),
    "a plain queue": changed(
        QUEUE,
        "RequestPlanWorkUndelivered",
        "SqsManagedSseEnabled",
        to=False,
        breaks="a_queue_is_encrypted",
    ),
    "a queue over http": removed(
        QUEUE_POLICY,
        "RequestPlanWorkQueuePolicy",
        *STATEMENTS,
        0,
        breaks="a_queue_refuses_requests_without_tls",
    ),
    "a queue for anybody": changed(
        QUEUE_POLICY,
        "IngestDropWorkQueuePolicy",
        *STATEMENTS,
        "+",
        to=ANYBODY,
        breaks="a_queue_takes_messages_of_named_rules_alone",
    ),
    "a bucket invokes a function": added(
        "AWS::Lambda::Permission",
        "FromBucket",
        FROM_BUCKET,
        breaks="nothing_but_the_api_invokes_a_function_past_its_queue",
    ),
    "a task tried once": changed(
        MACHINE,
        "PlanRunStateMachine",
        "DefinitionString",
        to={"Fn::Join": ["", [UNTRIED]]},
        breaks="a_task_says_how_often_it_is_tried",
    ),
}
