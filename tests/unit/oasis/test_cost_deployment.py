"""What the calculator holds of the stack, against the stage and the synthesised template."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20,22")

import pytest
from aws_cdk.assertions import Template

from infra.app import build
from infra.stage import STAGES
from oasis.costs.assumptions import Assumptions
from oasis.costs.deployments import deployment_of
from oasis.costs.serving import LOOKUP_TIMEOUT_S

ROOT = Path(__file__).resolve().parents[3]
STAGE = "prod"


@pytest.fixture(scope="module")
def resources(tmp_path_factory: pytest.TempPathFactory) -> list[Mapping[str, Any]]:
    """Every resource of the stage prod, without bundles."""
    outdir = tmp_path_factory.mktemp("cdk")
    app = build({"stage": STAGE, "aws:cdk:bundling-stacks": []}, str(outdir))
    stacks = [child for child in app.node.children if child.node.id.startswith("Oasis-")]
    return [
        resource
        for stack in stacks
        for resource in Template.from_stack(stack).to_json()["Resources"].values()  # type: ignore[arg-type]
    ]


def of_type(resources: list[Mapping[str, Any]], kind: str) -> list[Mapping[str, Any]]:
    """Return the properties of the resources of a type."""
    return [found["Properties"] for found in resources if found["Type"] == kind]


@pytest.mark.parametrize("stage", STAGES)
def test_memory_comes_from_the_stage(stage: str) -> None:
    deployment, declared = deployment_of(stage), STAGES[stage]

    assert deployment.solve_memory_mb == declared.solve_memory_mb
    assert deployment.lookup_memory_mb == declared.lookup_memory_mb
    assert deployment.ingest_memory_mb == declared.ingest_memory_mb
    assert deployment.load_memory_mb == declared.load_memory_mb


def test_functions_have_the_memory_and_time_that_are_billed(
    resources: list[Mapping[str, Any]],
) -> None:
    deployment = deployment_of(STAGE)

    found = {
        properties["Handler"].split(".")[1]: (properties["MemorySize"], properties["Timeout"])
        for properties in of_type(resources, "AWS::Lambda::Function")
        if properties["Handler"].startswith("functions.")
    }

    work_s, solve_s = deployment.work_timeout_s, deployment.solve_timeout_s
    assert found["ingest_drop"] == (deployment.ingest_memory_mb, work_s)
    assert found["load_scores"] == (deployment.load_memory_mb, work_s)
    assert found["activate_plan"] == (deployment.activate_memory_mb, work_s)
    assert found["solve_plan"] == (deployment.solve_memory_mb, solve_s)
    assert found["lookup_scores"] == (deployment.lookup_memory_mb, LOOKUP_TIMEOUT_S)
    assert found["update_campaign"][0] == deployment.update_memory_mb
    assert found["request_plan"][0] == deployment.request_memory_mb
    assert found["update_campaign"][1] <= work_s
    assert found["request_plan"][1] <= work_s
    assert found["load_part"] == (deployment.load_memory_mb, deployment.part_timeout_s)
    assert found["count_delivery"] == (deployment.ingest_memory_mb, work_s)
    assert found["reconcile"] == (deployment.reconcile_memory_mb, work_s)
    assert found["evaluate_shard"] == (deployment.shard_memory_mb, solve_s)
    assert found["export_plan"] == (deployment.solve_memory_mb, solve_s)
    assert found["export_part"] == (deployment.shard_memory_mb, solve_s)
    assert len(found) == 13


def test_scratch_space_and_polled_queues_are_those_of_the_stack(
    resources: list[Mapping[str, Any]],
) -> None:
    deployment = deployment_of(STAGE)

    scratch = [
        properties["EphemeralStorage"]["Size"] / 1024
        for properties in of_type(resources, "AWS::Lambda::Function")
        if "EphemeralStorage" in properties
    ]

    assert scratch == [deployment.ingest_scratch_gb]
    assert len(of_type(resources, "AWS::Lambda::EventSourceMapping")) == deployment.work_queues


def test_alarms_and_dashboards_are_no_more_than_assumed(
    resources: list[Mapping[str, Any]],
) -> None:
    assumed = Assumptions()

    watched = sum(
        sum("MetricStat" in metric for metric in alarm["Metrics"]) if "Metrics" in alarm else 1
        for alarm in of_type(resources, "AWS::CloudWatch::Alarm")
    )

    assert assumed.alarm_metrics * 0.5 <= watched <= assumed.alarm_metrics
    composite = of_type(resources, "AWS::CloudWatch::CompositeAlarm")
    assert len(composite) <= assumed.composite_alarms
    assert len(of_type(resources, "AWS::CloudWatch::Dashboard")) <= assumed.dashboards


def test_metrics_that_functions_put_are_no_more_than_assumed() -> None:
    statuses = 4  # of what a metric with a status in its name counts

    calls = [
        match
        for path in (ROOT / "functions").glob("*/*.py")
        for match in re.findall(r"add_metric\(\s*(f?)\"", path.read_text())
    ]

    names = sum(statuses if is_by_status else 1 for is_by_status in calls)
    assert 0 < names <= Assumptions().custom_metrics
