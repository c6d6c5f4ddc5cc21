"""cdk-nag finds nothing that is not acknowledged, and nothing is acknowledged in vain."""

import json
import re
from dataclasses import dataclass

import aws_cdk as cdk
import cdk_nag
import pytest
from aws_cdk import aws_s3 as s3

from infra.app import build
from infra.findings import acknowledge

pytestmark = pytest.mark.promise("R11")

PACKS = ("AwsSolutions", "Serverless")
ACKNOWLEDGED = "aws:cdk:acknowledged-rules"
SENTENCE = re.compile(r"[A-Z].{20,}\.", flags=re.DOTALL)


@dataclass(frozen=True)
class Report:
    """What cdk-nag says of an application: findings by pack, and where each was acknowledged."""

    violations: dict[str, list[str]]
    used: set[tuple[str, str]]
    acknowledged: dict[tuple[str, str], str]


def inspect(stage, outdir, spoil=None):
    """Synthesise a stage, spoiled on purpose or as it is, and return what cdk-nag says."""
    report_only = {"@aws-cdk/core:failSynthOnValidationErrors": False}
    context = {"stage": stage, "aws:cdk:bundling-stacks": [], **report_only}
    app = build(context, str(outdir))
    if spoil:
        spoil(app.node.find_child(f"Oasis-{stage}"))
    packs = cdk_nag.AwsSolutionsChecks(app), cdk_nag.ServerlessChecks(app)
    cdk.Validations.of(app).add_plugins(*packs)
    app.synth()
    reports = json.loads((outdir / "validation-report.json").read_text())["pluginReports"]
    return Report(
        violations={
            report["pluginName"]: [
                f"{found['ruleName']} at {construct['constructPath']}"
                for found in report["violations"]
                for construct in found["violatingConstructs"]
            ]
            for report in reports
        },
        used={
            (found["acknowledgedAt"], found["acknowledgedId"])
            for report in reports
            for found in report.get("suppressedViolations", ())
        },
        acknowledged={
            (construct.node.path, rule): reason
            for construct in app.node.find_all()
            for entry in construct.node.metadata
            if entry.type == ACKNOWLEDGED
            for rule, reason in entry.data.items()
        },
    )


@pytest.fixture(scope="module", params=["dev", "prod"])
def report(request, tmp_path_factory):
    return inspect(request.param, tmp_path_factory.mktemp("nag"))


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory):
    """What is said of an application with a plain bucket, acknowledged as if it were a queue."""

    def spoil(stack):
        bucket = s3.Bucket(stack, "Plain")
        acknowledge(bucket, "AwsSolutions-SQS3", because="It is no queue at all.")

    return inspect("dev", tmp_path_factory.mktemp("spoiled"), spoil)


@pytest.mark.parametrize("pack", PACKS)
def test_nothing_is_found_that_is_not_acknowledged(report, pack):
    violations = report.violations[pack]

    assert violations == []


def test_every_acknowledgement_is_still_needed(report):
    acknowledged = report.acknowledged.keys()

    assert acknowledged == report.used


def test_every_acknowledgement_gives_its_reason_in_a_sentence(report):
    reasons = set(report.acknowledged.values())

    assert reasons
    assert [reason for reason in reasons if not SENTENCE.fullmatch(reason)] == []


def test_nothing_is_acknowledged_for_a_whole_stack(report):
    places = {path for path, _ in report.acknowledged}

    assert [path for path in places if path.count("/") < 1] == []


@pytest.mark.usefixtures("mutant")
def test_a_bucket_that_takes_plain_http_is_found(spoiled):
    found = spoiled.violations["AwsSolutions"]

    assert "AwsSolutions-S10 at Oasis-dev/Plain/Resource" in found
    assert spoiled.violations["Serverless"] == []


@pytest.mark.usefixtures("mutant")
def test_an_acknowledgement_in_vain_is_found(spoiled):
    vain = spoiled.acknowledged.keys() - spoiled.used

    assert vain == {("Oasis-dev/Plain", "AwsSolutions::AwsSolutions-SQS3")}
