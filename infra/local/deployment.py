"""The local stack: a cloud assembly put in place by CloudFormation, as the CDK CLI would."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.local.clients import local_client
from infra.local.emulator import ACCOUNT, REGION
from infra.local.endpoint import Endpoint

DEPLOY_TIMEOUT_S = 120.0
PLACEHOLDERS = {"${AWS::AccountId}": ACCOUNT, "${AWS::Region}": REGION, "${AWS::Partition}": "aws"}


class DeploymentError(RuntimeError):
    """A stack could not be created or updated; the message names what failed."""


def deploy(
    assembly: Path, endpoint: Endpoint, on_progress: Callable[[str], None]
) -> Mapping[str, str]:
    """Create or update the assembly's stacks in their order; return the last one's outputs.

    Raises:
        DeploymentError: a stack ends in another state than complete.
    """
    storage = local_client("s3", endpoint)
    formation = local_client("cloudformation", endpoint)
    outputs: Mapping[str, str] = {}
    for name in _stacks_in_order(assembly):
        on_progress(f"deploying {name}")
        template_url = _publish(assembly, name, storage, endpoint.url)
        outputs = _apply(formation, name, template_url)
    return outputs


def _stacks_in_order(assembly: Path) -> list[str]:
    artifacts = json.loads((assembly / "manifest.json").read_text())["artifacts"]
    waiting = {
        name: set(artifact.get("dependencies", ()))
        for name, artifact in artifacts.items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    ordered: list[str] = []
    while waiting:
        ready = [name for name, needs in waiting.items() if not needs & waiting.keys()]
        ordered += sorted(ready)
        for name in ready:
            del waiting[name]
    return ordered


def _publish(assembly: Path, name: str, storage: Any, endpoint_url: str) -> str:
    """Upload a stack's assets and its template; return the template's address."""
    files = json.loads((assembly / f"{name}.assets.json").read_text())["files"]
    buckets: set[str] = set()
    template_url = ""
    for file in files.values():
        if file["source"]["packaging"] != "file":
            raise DeploymentError(f"{file['source']['path']}: a folder is no asset here")
        source = assembly / file["source"]["path"]
        for destination in file["destinations"].values():
            bucket, key = _filled(destination["bucketName"]), _filled(destination["objectKey"])
            if bucket not in buckets:
                storage.create_bucket(Bucket=bucket)
                buckets.add(bucket)
            body = source.read_bytes()
            if source.name == f"{name}.template.json":
                template_url = f"{endpoint_url}/{bucket}/{key}"
                body = _without_bootstrap(body)
            storage.put_object(Bucket=bucket, Key=key, Body=body)
    return template_url


def _filled(text: str) -> str:
    for placeholder, value in PLACEHOLDERS.items():
        text = text.replace(placeholder, value)
    return text


def _without_bootstrap(template: bytes) -> bytes:
    """Drop the check of the bootstrap version: this account was never bootstrapped."""
    document = json.loads(template)
    document.pop("Rules", None)
    document.get("Parameters", {}).pop("BootstrapVersion", None)
    return json.dumps(document).encode()


def _apply(formation: Any, name: str, template_url: str) -> Mapping[str, str]:
    request = {
        "StackName": name,
        "TemplateURL": template_url,
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
    }
    try:
        try:
            formation.create_stack(**request)
        except formation.exceptions.AlreadyExistsException:
            formation.update_stack(**request)
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise DeploymentError(f"{name}: {error}") from error
    deadline = time.monotonic() + DEPLOY_TIMEOUT_S
    while time.monotonic() < deadline:
        stack = formation.describe_stacks(StackName=name)["Stacks"][0]
        status = stack["StackStatus"]
        if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            return {out["OutputKey"]: out["OutputValue"] for out in stack.get("Outputs", ())}
        if not status.endswith("IN_PROGRESS"):
            raise DeploymentError(f"{name} is {status}: {_reasons(formation, name)}")
        time.sleep(0.05)
    raise DeploymentError(f"{name} is still {status} after {DEPLOY_TIMEOUT_S:.0f} s")


def _reasons(formation: Any, name: str) -> str:
    pages = formation.get_paginator("describe_stack_events").paginate(StackName=name)
    return "; ".join(
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '?')}"
        for page in pages
        for event in page["StackEvents"]
        if "FAILED" in event["ResourceStatus"]
    )
