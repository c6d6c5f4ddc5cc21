"""Every Lambda is made alike, is told what it reads, and may do what it does and no more."""

import json

import pytest
from templates import FUNCTIONS

GENERAL = {
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_METRICS_NAMESPACE",
    "POWERTOOLS_LOG_LEVEL",
    "STAGE",
}
S3_ACTIONS = {
    "ingest_drop": {"s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:ListBucket"},
    "load_scores": {"s3:GetObject", "s3:ListBucket"},
    "update_campaign": {"s3:GetObject", "s3:ListBucket"},
    "request_plan": set(),
    "solve_plan": {"s3:GetObject", "s3:PutObject", "s3:ListBucket"},
    "activate_plan": {"s3:GetObject", "s3:ListBucket"},
    "lookup_scores": {"s3:GetObject"},
}


def listed(value):
    return value if isinstance(value, list) else [value]


def test_the_template_holds_the_seven_functions_and_no_other(stacks):
    handlers = {
        function["Properties"]["Handler"]
        for function in stacks.of_type("AWS::Lambda::Function").values()
    }

    assert handlers == {f"functions.{name}.handler.handle" for name in FUNCTIONS}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_arm64_traced_and_logs_json_to_a_group_that_forgets(stacks, name):
    _, properties = stacks.function(name)

    group = properties["LoggingConfig"]["LogGroup"]["Ref"]

    assert properties["Runtime"] == "python3.13"
    assert properties["Architectures"] == ["arm64"]
    assert properties["TracingConfig"] == {"Mode": "Active"}
    assert properties["LoggingConfig"]["LogFormat"] == "JSON"
    assert stacks.of_type("AWS::Logs::LogGroup")[group]["Properties"]["RetentionInDays"] in (7, 90)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_told_exactly_what_its_handler_reads(stacks, environment_names, name):
    _, properties = stacks.function(name)

    told = properties["Environment"]["Variables"].keys()

    assert told >= GENERAL
    assert told - GENERAL == environment_names(name) - GENERAL
    assert properties["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == name


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_has_a_wildcard_among_its_actions(stacks, name):
    statements = stacks.statements(name)

    actions = [action for statement in statements for action in listed(statement["Action"])]

    assert statements
    assert [action for action in actions if "*" in action] == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_only_tracing_is_allowed_on_any_resource(stacks, name):
    statements = stacks.statements(name)

    anywhere = {
        action
        for statement in statements
        if "*" in listed(statement["Resource"])
        for action in listed(statement["Action"])
    }

    assert anywhere == {"xray:PutTelemetryRecords", "xray:PutTraceSegments"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_touches_buckets_as_its_arrow_says(stacks, name):
    statements = stacks.statements(name)

    actions = {action for statement in statements for action in listed(statement["Action"])}

    assert {action for action in actions if action.startswith("s3:")} == S3_ACTIONS[name]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_managed_policy_widens_a_role(stacks, name):
    role_id = stacks.function(name)[1]["Role"]["Fn::GetAtt"][0]

    role = stacks.of_type("AWS::IAM::Role")[role_id]["Properties"]

    assert "ManagedPolicyArns" not in role


def test_only_the_named_producer_may_start_in_production(stacks):
    _, properties = stacks.function("ingest_drop")

    variables = properties["Environment"]["Variables"]

    expected = {"dev": "everybody", "prod": "nobody"}[stacks.name]
    assert variables["ADMISSION"] == expected
    assert variables["STAGE"] == stacks.name
    assert variables["POLICY_PRODUCER"] == "operations"


def test_the_solver_has_a_whole_core_and_a_quarter_of_an_hour(stacks):
    _, properties = stacks.function("solve_plan")

    assert properties["MemorySize"] >= 1769
    assert properties["Timeout"] == 900


def test_a_plan_is_requested_only_of_our_state_machine(stacks):
    statements = [s for s in stacks.statements("request_plan") if "states:" in json.dumps(s)]

    resources = {s["Action"]: json.dumps(s["Resource"]) for s in statements}

    assert resources.keys() == {"states:StartExecution", "states:DescribeExecution"}
    assert "StateMachine" in resources["states:StartExecution"]
    assert ":execution:" in resources["states:DescribeExecution"]
