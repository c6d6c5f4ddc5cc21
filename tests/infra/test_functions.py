"""Every Lambda is made alike, is told what it reads, and may do what it does and no more."""

import json

import pytest
from templates import FUNCTIONS, listed, target_of

GENERAL = {
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_METRICS_NAMESPACE",
    "POWERTOOLS_LOG_LEVEL",
    "STAGE",
}
S3_ACTIONS = {
    "count_delivery": {"s3:GetObject", "s3:PutObject", "s3:ListBucket"},
    "evaluate_shard": {"s3:GetObject", "s3:PutObject"},
    "export_part": {"s3:GetObject", "s3:PutObject"},
    "export_plan": {"s3:GetObject", "s3:ListBucket", "s3:PutObject"},
    "ingest_drop": {
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:ListBucket",
        "s3:ListBucketVersions",
        "s3:PutObject",
    },
    "load_part": {"s3:GetObject", "s3:ListBucket"},
    "load_scores": {"s3:GetObject", "s3:ListBucket"},
    "reconcile": {"s3:GetObject", "s3:ListBucket", "s3:ListBucketVersions"},
    "update_campaign": {"s3:GetObject", "s3:ListBucket"},
    "request_plan": set(),
    "solve_plan": {"s3:GetObject", "s3:PutObject", "s3:ListBucket"},
    "activate_plan": {"s3:GetObject", "s3:ListBucket"},
    "lookup_scores": {"s3:GetObject"},
}
ANY_PLAN = "plan#*"
ITEMS = {
    "count_delivery": {"GetItem": ["pointer"], "UpdateItem": ["pointer"]},
    "update_campaign": {
        "ConditionCheckItem": ["pointer"],
        "GetItem": ["pointer"],
        "PutItem": ["pointer"],
        "UpdateItem": ["pointer"],
    },
    "request_plan": {
        "GetItem": ["pointer", "request", ANY_PLAN],
        "PutItem": ["pointer"],
        "UpdateItem": ["request"],
    },
    "solve_plan": {
        "GetItem": ["pointer", "request"],
        "PutItem": [ANY_PLAN],
        "UpdateItem": ["request"],
    },
    "activate_plan": {
        "GetItem": ["pointer", "request"],
        "UpdateItem": ["pointer", ANY_PLAN],
        "Scan": None,
    },
    "export_plan": {"GetItem": ["pointer", ANY_PLAN]},
    "lookup_scores": {"BatchGetItem": ["pointer"]},
}
EVENTS = {
    "ingest_drop": ["DropAccepted", "DropQuarantined", "DropRejected"],
    "load_part": ["ScoresLoaded"],
    "load_scores": ["ScoresLoaded"],
    "reconcile": ["DropAccepted", "ReplayRequested"],
    "update_campaign": ["CampaignApplied", "CampaignRejected"],
    "activate_plan": ["PlanActivated", "PlanHeld"],
}


def test_the_template_holds_the_thirteen_functions_and_no_other(stacks):
    handlers = {
        function["Properties"]["Handler"]
        for function in stacks.of_type("AWS::Lambda::Function").values()
    }

    assert handlers == {f"functions.{name}.handler.handle" for name in FUNCTIONS}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_told_exactly_what_its_handler_reads(stacks, environment_names, name):
    _, properties = stacks.function(name)

    told = properties["Environment"]["Variables"].keys()

    assert told >= GENERAL
    assert told - GENERAL == environment_names(name) - GENERAL
    assert properties["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == name


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_touches_buckets_as_its_arrow_says(stacks, name):
    statements = stacks.statements(name)

    actions = {action for statement in statements for action in listed(statement["Action"])}

    assert {action for action in actions if action.startswith("s3:")} == S3_ACTIONS[name]


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


@pytest.mark.parametrize(
    ("name", "machine"), [("request_plan", "PlanRun"), ("load_scores", "LoadRun")]
)
def test_a_run_is_started_only_of_its_own_state_machine(stacks, name, machine):
    statements = [s for s in stacks.statements(name) if "states:" in json.dumps(s)]

    resources = {s["Action"]: json.dumps(s["Resource"]) for s in statements}

    assert resources.keys() == {"states:StartExecution", "states:DescribeExecution"}
    assert f"{machine}StateMachine" in resources["states:StartExecution"]
    assert ":execution:" in resources["states:DescribeExecution"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_reaches_its_items_of_the_shared_table(stacks, name):
    statements = stacks.statements(name)

    items = {
        action.removeprefix("dynamodb:"): condition.get("dynamodb:LeadingKeys")
        for statement in statements
        if "PlansTable" in map(target_of, listed(statement["Resource"]))
        for condition in [statement.get("Condition", {}).get("ForAllValues:StringLike", {})]
        for action in listed(statement["Action"])
    }

    assert items == ITEMS.get(name, {})


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_sends_the_events_of_its_arrow(stacks, name):
    statements = stacks.statements(name)

    sent = [
        statement["Condition"]["ForAllValues:StringEquals"]
        for statement in statements
        if "events:PutEvents" in listed(statement["Action"])
    ]

    types = EVENTS.get(name)
    assert sent == ([{"events:detail-type": types, "events:source": ["oasis"]}] if types else [])


def test_production_reserves_concurrency_and_development_takes_none(stacks):
    reserved = {
        name: stacks.function(name)[1].get("ReservedConcurrentExecutions") for name in FUNCTIONS
    }

    found = {name: number for name, number in reserved.items() if number is not None}
    in_production = {"lookup_scores": 400, "solve_plan": 2, "activate_plan": 2}
    assert found == {"dev": {}, "prod": in_production}[stacks.name]
