"""Every hop retries within stated limits and then stops where somebody is told (PROMISES, 1)."""

import pytest

QUEUE_BATCHES = {"ingest_drop": 1, "load_scores": 1, "update_campaign": 10, "request_plan": 10}


def queue_of(stacks, function):
    logical_id, _ = stacks.function(function)
    mappings = [
        mapping["Properties"]
        for mapping in stacks.of_type("AWS::Lambda::EventSourceMapping").values()
        if mapping["Properties"]["FunctionName"] == {"Ref": logical_id}
    ]
    assert len(mappings) == 1
    queue_id = mappings[0]["EventSourceArn"]["Fn::GetAtt"][0]
    return queue_id, stacks.of_type("AWS::SQS::Queue")[queue_id]["Properties"], mappings[0]


@pytest.mark.parametrize("function", QUEUE_BATCHES)
def test_a_message_is_not_seen_twice_while_its_first_worker_may_run(stacks, function):
    _, properties = stacks.function(function)

    _, queue, mapping = queue_of(stacks, function)

    window = mapping.get("MaximumBatchingWindowInSeconds", 0)
    assert properties["Timeout"] <= 120
    assert queue["VisibilityTimeout"] >= 6 * properties["Timeout"] + window


@pytest.mark.parametrize("function", QUEUE_BATCHES)
def test_a_failed_message_is_tried_five_times_and_then_kept_for_two_weeks(stacks, function):
    _, queue, _ = queue_of(stacks, function)

    redrive = queue["RedrivePolicy"]
    last_stop = stacks.of_type("AWS::SQS::Queue")[redrive["deadLetterTargetArn"]["Fn::GetAtt"][0]]

    assert redrive["maxReceiveCount"] == 5
    assert last_stop["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 3600


@pytest.mark.parametrize(("function", "batch"), QUEUE_BATCHES.items())
def test_one_bad_message_does_not_repeat_its_batch(stacks, function, batch):
    _, _, mapping = queue_of(stacks, function)

    assert mapping["BatchSize"] == batch
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"]["MaximumConcurrency"] >= 2


def test_every_rule_states_its_retries_and_has_a_last_stop(stacks):
    rules = stacks.of_type("AWS::Events::Rule")

    targets = [target for rule in rules.values() for target in rule["Properties"]["Targets"]]

    assert len(targets) == len(rules) == 8
    for target in targets:
        assert target["RetryPolicy"] == {
            "MaximumEventAgeInSeconds": 24 * 3600,
            "MaximumRetryAttempts": 185,
        }
        assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0].find("Undelivered") > 0


def test_every_last_stop_alarms_at_its_first_message(stacks):
    alarms = stacks.of_type("AWS::CloudWatch::Alarm").values()
    feeding = {queue_of(stacks, function)[0] for function in QUEUE_BATCHES}

    watched = {
        alarm["Properties"]["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        for alarm in alarms
        if alarm["Properties"].get("Namespace") == "AWS/SQS"
        and alarm["Properties"]["Threshold"] == 1
    }

    assert watched == stacks.of_type("AWS::SQS::Queue").keys() - feeding


def test_every_queue_is_encrypted_and_speaks_tls_only(stacks):
    queues = stacks.of_type("AWS::SQS::Queue")
    policies = stacks.of_type("AWS::SQS::QueuePolicy").values()

    denying = {
        policy["Properties"]["Queues"][0]["Ref"]
        for policy in policies
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny"
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    }

    assert denying == queues.keys()
    assert all(queue["Properties"]["SqsManagedSseEnabled"] for queue in queues.values())
