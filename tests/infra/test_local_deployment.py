"""The local stack: a deployment that fails says of which resource, and why."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.local.deployment import DeploymentError, deploy
from infra.local.emulator import Emulator

SUM_OF_METRICS = {"EvaluationPeriods": 1, "Metrics": [{"Id": "a", "Expression": "1 + 1"}]}


@pytest.fixture
def emulator(tmp_path):
    made = Emulator(tmp_path / ".oasis")
    made.folder.mkdir()
    yield made
    made.stop()


def assembly_of(folder: Path, resources: dict[str, Any]) -> Path:
    """Return a cloud assembly of one stack of these resources."""
    published = {
        "source": {"path": "Many.template.json", "packaging": "file"},
        "destinations": {"here": {"bucketName": "assets", "objectKey": "many.json"}},
    }
    for name, document in (
        ("Many.template.json", {"Resources": resources}),
        ("Many.assets.json", {"files": {"template": published}}),
        ("manifest.json", {"artifacts": {"Many": {"type": "aws:cloudformation:stack"}}}),
    ):
        (folder / name).write_text(json.dumps(document))
    return folder


def test_what_failed_among_many_resources_is_named(emulator, tmp_path):
    queues: dict[str, Any] = {f"Queue{i}": {"Type": "AWS::SQS::Queue"} for i in range(40)}
    alarm = {"Type": "AWS::CloudWatch::Alarm", "Properties": SUM_OF_METRICS, "DependsOn": [*queues]}
    assembly = assembly_of(tmp_path, {**queues, "Alarm": alarm})

    with pytest.raises(DeploymentError, match=r"ROLLBACK_COMPLETE: .*Alarm: .*not supported"):
        deploy(assembly, emulator.start(None).endpoint, print)


def test_a_template_that_is_refused_is_named(emulator, tmp_path):
    assembly = assembly_of(tmp_path, {"Kept": {"Type": "AWS::Events::Archive"}})

    with pytest.raises(DeploymentError, match=r"Many: .*AWS::Events::Archive"):
        deploy(assembly, emulator.start(None).endpoint, print)
