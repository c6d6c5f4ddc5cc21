"""Somebody is told: alarms on causes, objectives on what users feel, a budget."""

import json
import re

import pytest
from templates import FUNCTIONS

WORKING_ARROWS = {
    "IngestDrop",
    "LoadScores",
    "UpdateCampaign",
    "CountDelivery",
    "Reconcile",
    "RequestPlan",
}
ARROWS = {"".join(part.title() for part in name.split("_")) for name in FUNCTIONS}


def alarms_of(stacks):
    return {
        found["Properties"]["AlarmDescription"]: found["Properties"]
        for found in stacks.of_type("AWS::CloudWatch::Alarm").values()
    }


def names_of(stacks):
    """Return the alarms by the end of their logical id, without CDK's hash."""
    return {
        re.sub(r"^Watch(Alarms|Objectives)|[0-9A-F]{8}$", "", logical_id): found["Properties"]
        for logical_id, found in stacks.of_type("AWS::CloudWatch::Alarm").items()
    }


def joined_of(stacks):
    return list(stacks.of_type("AWS::CloudWatch::CompositeAlarm").values())


def test_every_last_stop_alarms_at_its_first_message(stacks):
    names = names_of(stacks)

    for arrow in WORKING_ARROWS:
        for stop in ("DeadLetters", "Undelivered"):
            alarm = names[f"{arrow}{stop}"]
            assert alarm["Threshold"] == 0
            assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
            assert (alarm["Period"], alarm["EvaluationPeriods"]) == (60, 1)
            watched = alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
            assert watched.startswith(f"{arrow}Work{stop}")


def test_every_function_alarms_at_errors_and_throttles(stacks):
    names = names_of(stacks)

    watched = {
        (arrow, kind)
        for arrow in ARROWS
        for kind in ("Errors", "Throttles")
        if f"{arrow}{kind}" in names
    }

    assert len(watched) == 2 * len(FUNCTIONS)


def test_work_that_waits_old_plans_old_scores_and_held_plans_alarm(stacks):
    names = names_of(stacks)

    assert names.keys() >= {f"{arrow}Waits" for arrow in WORKING_ARROWS}
    assert names.keys() >= {"PlanAge", "ScoreAge", "PlansHeld", "PlansRefused"}
    assert names.keys() >= {"RunFailed", "LoadRunFailed", "ExportFailed"}
    assert "DropsQuarantined" in names
    assert names.keys() >= {f"{t}TableThrottles" for t in ("Drops", "Scores", "Campaigns", "Plans")}


def test_every_alarm_of_a_cause_tells_the_topic_when_it_begins_and_when_it_ends(stacks):
    (topic,) = stacks.of_type("AWS::SNS::Topic")
    causes = [
        alarm for alarm in stacks.of_type("AWS::CloudWatch::Alarm").items() if "Alarms" in alarm[0]
    ]

    assert len(causes) == 58
    for _, alarm in causes:
        assert alarm["Properties"]["AlarmActions"] == [{"Ref": topic}]
        assert alarm["Properties"]["OKActions"] == [{"Ref": topic}]


def test_every_alarm_says_in_a_sentence_what_it_means(stacks):
    descriptions = list(alarms_of(stacks))

    assert all(re.match(r"[A-Z0-9].* .*\.", description) for description in descriptions)
    assert len(descriptions) == len(stacks.of_type("AWS::CloudWatch::Alarm"))


def test_an_objective_tells_when_its_budget_burns_over_a_long_and_a_short_window(stacks):
    rules = [json.dumps(found["Properties"]["AlarmRule"]) for found in joined_of(stacks)]

    assert len(rules) == 3 * 2
    for rule in rules:
        assert rule.count("ALARM(") == 2
        assert " AND " in rule
        assert "Long" in rule
        assert "Short" in rule


@pytest.mark.parametrize(
    ("name", "window", "rate"),
    [
        ("FastLong", 3600, 14.4),
        ("FastShort", 300, 14.4),
        ("SlowLong", 21_600, 6),
        ("SlowShort", 1800, 6),
    ],
)
def test_burn_rates_stand_on_the_objective_of_the_stage(stacks, name, window, rate):
    targets = {
        "dev": {"LookupAvailability": 0.99, "LookupLatency": 0.95, "DropToServed": 0.95},
        "prod": {"LookupAvailability": 0.999, "LookupLatency": 0.99, "DropToServed": 0.95},
    }[stacks.name]
    names = names_of(stacks)

    for objective, target in targets.items():
        alarm = names[f"{objective}{name}"]
        periods = {m["MetricStat"]["Period"] for m in alarm["Metrics"] if "MetricStat" in m}
        assert alarm["Threshold"] == pytest.approx(rate * (1 - target))
        assert periods == {window}


def test_every_burn_rate_can_be_reached(stacks):
    names = names_of(stacks)

    for objective in ("LookupAvailability", "LookupLatency", "DropToServed"):
        for rate in ("FastLong", "FastShort", "SlowLong", "SlowShort"):
            assert 0 < names[f"{objective}{rate}"]["Threshold"] < 1


def test_a_handful_of_lookups_does_not_burn_a_budget(stacks):
    names = names_of(stacks)

    for objective in ("LookupAvailability", "LookupLatency"):
        (expression,) = (
            metric["Expression"]
            for metric in names[f"{objective}FastShort"]["Metrics"]
            if "Expression" in metric
        )
        assert expression.startswith("IF(everything >= 50, ")


def test_cloudwatch_and_budgets_of_this_account_alone_may_tell_the_topic(stacks):
    (policy,) = stacks.of_type("AWS::SNS::TopicPolicy").values()

    (allowed,) = (
        statement
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    )

    services = {"budgets.amazonaws.com", "cloudwatch.amazonaws.com"}
    assert set(allowed["Principal"]["Service"]) == services
    assert allowed["Action"] == "sns:Publish"
    assert allowed["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }


def test_the_budget_counts_what_carries_the_tag_of_its_stage(stacks):
    (budget,) = stacks.of_type("AWS::Budgets::Budget").values()
    (policy,) = stacks.of_type("AWS::SNS::TopicPolicy")

    settings = budget["Properties"]["Budget"]

    assert settings["CostFilters"] == {"TagKeyValue": [f"user:oasis:stage${stacks.name}"]}
    assert settings["BudgetLimit"]["Amount"] > 0
    assert policy in budget["DependsOn"]
    assert [
        (n["Notification"]["NotificationType"], n["Notification"]["Threshold"])
        for n in budget["Properties"]["NotificationsWithSubscribers"]
    ] == [("ACTUAL", 80), ("FORECASTED", 100)]
