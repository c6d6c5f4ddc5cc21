"""What starts what: each arrow hears its own events, and no arrow starts itself."""

import json

import pytest
from trigger_graph import definition_of, tasks_of

from shared.event import schema

OWN = {"account": [{"Ref": "AWS::AccountId"}], "source": ["oasis"]}
ACCEPTED = {**OWN, "detail-type": ["DropAccepted"]}


def patterns_reaching(stacks, construct):
    return [
        rule["Properties"]["EventPattern"]
        for name, rule in stacks.of_type("AWS::Events::Rule").items()
        if name.startswith(construct) and "EventPattern" in rule["Properties"]
    ]


def test_scores_are_loaded_from_accepted_score_drops(stacks):
    patterns = patterns_reaching(stacks, "LoadScores")

    assert patterns == [{**ACCEPTED, "detail": {"dataset": ["scores"]}}]


def test_deliveries_are_counted_from_accepted_delivery_drops(stacks):
    patterns = patterns_reaching(stacks, "CountDelivery")

    assert patterns == [{**ACCEPTED, "detail": {"dataset": ["delivery"]}}]


def test_campaigns_come_from_publishers_and_from_accepted_drops(stacks):
    patterns = patterns_reaching(stacks, "UpdateCampaign")

    assert {"detail-type": [schema.CAMPAIGN_CHANGED]} in patterns
    assert {**ACCEPTED, "detail": {"dataset": ["campaigns"]}} in patterns
    assert len(patterns) == 2


def test_a_plan_is_requested_by_inputs_ended_runs_and_the_clock(stacks):
    patterns = patterns_reaching(stacks, "RequestPlan")
    clocks = [
        rule["Properties"]
        for rule in stacks.of_type("AWS::Events::Rule").values()
        if "ScheduleExpression" in rule["Properties"]
    ]

    details = {json.dumps(pattern["detail-type"]): pattern for pattern in patterns}

    inputs = details[json.dumps([schema.DROP_ACCEPTED])]
    assert inputs["detail"] == {"dataset": ["tracks", "audiences", "supply", "delivery", "policy"]}
    assert json.dumps([schema.SCORES_LOADED, schema.CAMPAIGN_APPLIED]) in details
    ended = details[json.dumps(["Step Functions Execution Status Change"])]["detail"]
    assert ended["status"] == ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]
    assert len(ended["stateMachineArn"]) == 1
    assert [clock["ScheduleExpression"] for clock in clocks] == ["rate(1 hour)"] * 2


def test_only_this_accounts_word_counts_for_what_oasis_says(stacks):
    patterns = [
        rule["Properties"]["EventPattern"]
        for rule in stacks.of_type("AWS::Events::Rule").values()
        if "EventBusName" in rule["Properties"]
    ]

    own = [p for p in patterns if p["detail-type"] != [schema.CAMPAIGN_CHANGED]]

    assert len(own) == 6
    assert all({**pattern, **OWN} == pattern for pattern in own)


def test_only_objects_under_drops_and_replays_are_ingested(stacks):
    by_source = {p["source"][0]: p for p in patterns_reaching(stacks, "IngestDrop")}
    pattern = by_source.pop("aws.s3")

    assert by_source == {"oasis": {**OWN, "detail-type": ["ReplayRequested"]}}
    assert pattern["detail-type"] == ["Object Created"]
    assert pattern["detail"]["object"] == {"key": [{"prefix": "drops/"}]}
    assert len(pattern["detail"]["bucket"]["name"]) == 1


@pytest.mark.parametrize("bus_rule", ["LoadScores", "UpdateCampaign", "CountDelivery"])
def test_rules_for_our_own_events_stand_on_our_own_bus(stacks, bus_rule):
    rules = [
        rule["Properties"]
        for name, rule in stacks.of_type("AWS::Events::Rule").items()
        if name.startswith(bus_rule)
    ]

    assert all("EventBusName" in rule for rule in rules)


def test_a_run_solves_then_activates_and_passes_the_output_whole(stacks):
    _, machine = stacks.machine("PlanRun")

    definition = definition_of(machine)

    solve, is_solved, activate = (
        definition["States"][name] for name in ("Solve", "IsSolved", "Activate")
    )
    assert definition["StartAt"] == "Solve"
    assert solve["Next"] == "IsSolved"
    assert is_solved["Choices"] == [
        {"Variable": "$.plan_id", "IsPresent": True, "Next": "Activate"}
    ]
    assert activate["End"] is True
    assert solve["OutputPath"] == activate["OutputPath"] == "$.Payload"
    assert solve["Parameters"]["Payload.$"] == "$"
    assert machine["StateMachineType"] == "STANDARD"
    assert machine["TracingConfiguration"] == {"Enabled": True}


def test_shards_go_round_by_a_distributed_map_until_a_plan_is_solved(stacks):
    _, machine = stacks.machine("PlanRun")

    states = definition_of(machine)["States"]

    shards, join = states["Shards"], states["Join"]
    assert states["IsSolved"]["Default"] == "Shards"
    assert shards["ItemProcessor"]["ProcessorConfig"]["Mode"] == "DISTRIBUTED"
    assert shards["ItemsPath"] == "$.shards"
    assert shards["ResultPath"] is None
    assert shards["Next"] == "Join"
    assert join["Next"] == "IsSolved"
    ((_, task),) = tasks_of(shards["ItemProcessor"])
    assert task["Parameters"]["FunctionName"] == stacks.function("evaluate_shard")[0]
    assert join["Parameters"]["FunctionName"] == states["Solve"]["Parameters"]["FunctionName"]
    assert stacks.function("solve_plan")[0] == join["Parameters"]["FunctionName"]


def test_a_large_drop_is_written_in_parts_by_a_distributed_map(stacks):
    _, machine = stacks.machine("LoadRun")

    parts = definition_of(machine)["States"]["Parts"]

    assert parts["ItemProcessor"]["ProcessorConfig"]["Mode"] == "DISTRIBUTED"
    assert parts["ItemsPath"] == "$.parts"
    assert parts["ItemSelector"] == {"drop.$": "$.drop", "part.$": "$$.Map.Item.Value"}
    assert 2 <= parts["MaxConcurrency"] <= 20
    ((_, task),) = tasks_of(parts["ItemProcessor"])
    assert task["Parameters"]["FunctionName"] == stacks.function("load_part")[0]


def test_an_export_writes_its_parts_side_by_side_before_it_is_concluded(stacks):
    _, machine = stacks.machine("ExportRun")

    states = definition_of(machine)["States"]

    begin, parts, conclude = (states[name] for name in ("Begin", "Parts", "Conclude"))
    assert (begin["Next"], parts["Next"], conclude["End"]) == ("Parts", "Conclude", True)
    assert parts["ItemsPath"] == "$.parts"
    assert parts["ItemProcessor"]["ProcessorConfig"]["Mode"] == "DISTRIBUTED"
    ((_, task),) = tasks_of(parts["ItemProcessor"])
    assert task["Parameters"]["FunctionName"] == stacks.function("export_part")[0]
    for step in (begin, conclude):
        assert step["Parameters"]["FunctionName"] == stacks.function("export_plan")[0]
