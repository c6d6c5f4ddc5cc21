"""What differs between stages is said in one place, and what AWS would refuse is refused here."""

from dataclasses import replace

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Match, Template

from infra.app import FEATURES, build
from infra.data_stack import DataStack
from infra.oasis_stack import OasisStack
from infra.stage import DEV, PROD, STAGES, stage_named


def template_of(stage, outdir):
    app = cdk.App(context={**FEATURES, "aws:cdk:bundling-stacks": []}, outdir=str(outdir))
    data = DataStack(app, "Data")
    return Template.from_stack(OasisStack(app, "Oasis", stage=stage, data=data))


def test_an_unknown_stage_is_refused_with_those_that_are_known():
    with pytest.raises(ValueError, match="dev, prod"):
        stage_named("staging")


def test_provisioned_concurrency_and_a_snapshot_are_not_for_one_function():
    with pytest.raises(ValueError, match="not both"):
        replace(DEV, lookup_provisioned_concurrency=1, lookup_snap_start=True)


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_what_is_reserved_covers_what_is_provisioned(stage):
    provisioned = stage.lookup_provisioned_concurrency or 0

    assert provisioned <= (stage.lookup_reserved_concurrency or provisioned)


def test_production_answers_from_provisioned_instances(stacks):
    aliases = list(stacks.of_type("AWS::Lambda::Alias").values())

    provisioned = [
        alias["Properties"]["ProvisionedConcurrencyConfig"]["ProvisionedConcurrentExecutions"]
        for alias in aliases
    ]

    assert provisioned == {"dev": [], "prod": [20]}[stacks.name]


def test_a_stage_may_start_the_lookup_from_a_snapshot(tmp_path):
    stage = replace(PROD, lookup_provisioned_concurrency=None, lookup_snap_start=True)

    template = template_of(stage, tmp_path)

    template.has_resource_properties(
        "AWS::Lambda::Function",
        {
            "Handler": "functions.lookup_scores.handler.handle",
            "SnapStart": {"ApplyOn": "PublishedVersions"},
        },
    )
    template.has_resource_properties("AWS::Lambda::Alias", {"Name": "live"})
    template.has_resource_properties(
        "AWS::ApiGatewayV2::Integration",
        {"IntegrationUri": {"Ref": Match.string_like_regexp("LookupScoresLive.*")}},
    )


def test_stages_of_one_account_share_no_name(tmp_path):
    names = {
        stage: {
            child.node.id
            for child in build(
                {"stage": stage, "aws:cdk:bundling-stacks": []}, str(tmp_path / stage)
            ).node.children
            if cdk.Stack.is_stack(child)
        }
        for stage in STAGES
    }

    assert names == {stage: {f"Oasis-{stage}", f"Oasis-{stage}-Data"} for stage in STAGES}


NAMES_OF_RESOURCES = {
    "AlarmName",
    "BucketName",
    "DashboardName",
    "FunctionName",
    "LogGroupName",
    "PolicyName",
    "QueueName",
    "RoleName",
    "RuleName",
    "StateMachineName",
    "TableName",
    "TopicName",
}


def test_names_of_resources_are_left_to_cloudformation(stacks):
    named = {
        (found["Type"], value)
        for found in stacks.resources.values()
        for key, value in found.get("Properties", {}).items()
        if key in NAMES_OF_RESOURCES and isinstance(value, str)
    }

    # CloudFormation asks for these two; an inline policy's name stands within its role.
    assert {kind for kind, _ in named} == {"AWS::IAM::Policy", "AWS::CloudWatch::CompositeAlarm"}
    for kind, name in named - {pair for pair in named if pair[0] == "AWS::IAM::Policy"}:
        assert name.startswith(f"Oasis{stacks.name}"), kind


def test_everything_that_can_carry_a_tag_carries_its_stage(stacks):
    tagged = {
        logical_id: found["Properties"]["Tags"]
        for logical_id, found in stacks.resources.items()
        if found["Type"] in {"AWS::S3::Bucket", "AWS::Lambda::Function", "AWS::SQS::Queue"}
    }

    assert len(tagged) >= 20
    for tags in tagged.values():
        assert {"Key": "oasis:stage", "Value": stacks.name} in tags
