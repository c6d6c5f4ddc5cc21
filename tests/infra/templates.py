"""What the tests of the template look at: resources by type, functions, their rights."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk.assertions import Template

from infra.app import build

FUNCTIONS = (
    "activate_plan",
    "count_delivery",
    "evaluate_shard",
    "export_part",
    "export_plan",
    "ingest_drop",
    "load_part",
    "load_scores",
    "lookup_scores",
    "reconcile",
    "request_plan",
    "solve_plan",
    "update_campaign",
)
Resource = Mapping[str, Any]
Resources = Mapping[str, Resource]


class Stacks:
    """The templates of one stage, as CloudFormation sees them."""

    def __init__(self, stage: str, outdir: Path, target: str = "lambda") -> None:
        context = {"stage": stage, "target": target, "aws:cdk:bundling-stacks": []}
        app = build(context, str(outdir))
        stacks = {child.node.id: child for child in app.node.children if cdk.Stack.is_stack(child)}
        templates = {name: Template.from_stack(stack) for name, stack in stacks.items()}  # type: ignore[arg-type]
        self.name = stage
        self.outdir = outdir
        self.data_stack = stacks[f"Oasis-{stage}-Data"]
        self.oasis = templates[f"Oasis-{stage}"]
        self.resources = joined([template.to_json() for template in templates.values()])

    def of_type(self, kind: str) -> Resources:
        """Return the resources of a type, of all stacks, by logical id."""
        return of_type(self.resources, kind)

    def function(self, name: str) -> tuple[str, Mapping[str, Any]]:
        """Return the logical id and the properties of the function of `functions/{name}`."""
        for logical_id, found in self.of_type("AWS::Lambda::Function").items():
            if found["Properties"]["Handler"] == f"functions.{name}.handler.handle":
                return logical_id, found["Properties"]
        raise LookupError(name)

    def machine(self, construct: str) -> tuple[str, Mapping[str, Any]]:
        """Return the logical id and the properties of a construct's state machine."""
        found = properties(self.resources, "AWS::StepFunctions::StateMachine")
        ((logical_id, machine),) = ((n, p) for n, p in found.items() if n.startswith(construct))
        return logical_id, machine

    def statements(self, name: str) -> list[Mapping[str, Any]]:
        """Return the policy statements of a function's role, inline and attached."""
        return statements_of(self.resources, target_of(self.function(name)[1]["Role"]))


def joined(templates: Iterable[Mapping[str, Any]]) -> Resources:
    """Return the resources of all templates, where imported values stand in their exporters' form.

    Raises:
        ValueError: two stacks use the same logical id.
    """
    documents = list(templates)
    exported = {
        output["Export"]["Name"]: output["Value"]
        for document in documents
        for output in document.get("Outputs", {}).values()
        if "Export" in output
    }
    resources: dict[str, Resource] = {}
    for document in documents:
        for logical_id, resource in document["Resources"].items():
            if logical_id in resources:
                raise ValueError(f"two stacks use the logical id {logical_id}")
            resources[logical_id] = _with_imports(resource, exported)
    return resources


def of_type(resources: Resources, kind: str) -> Resources:
    """Return the resources of a type by logical id."""
    return {name: found for name, found in resources.items() if found["Type"] == kind}


def properties(resources: Resources, kind: str) -> Mapping[str, Any]:
    """Return the properties of the resources of a type by logical id."""
    return {name: found.get("Properties", {}) for name, found in of_type(resources, kind).items()}


def listed(value: Any) -> list[Any]:
    """Return a value that a template may write alone or in a list, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def target_of(value: Any) -> str:
    """Return the logical id that a Ref, a GetAtt or a Join of them names first; else nothing."""
    if isinstance(value, dict):
        if "Ref" in value:
            return "" if value["Ref"].startswith("AWS::") else str(value["Ref"])
        if "Fn::GetAtt" in value:
            return str(value["Fn::GetAtt"][0])
        return next((found for part in value.values() if (found := target_of(part))), "")
    if isinstance(value, list):
        return next((found for part in value if (found := target_of(part))), "")
    return ""


def statements_of(resources: Resources, role: str) -> list[Mapping[str, Any]]:
    """Return the policy statements of a role, inline and attached."""
    inline = resources[role]["Properties"].get("Policies", [])
    attached = [
        policy
        for policy in properties(resources, "AWS::IAM::Policy").values()
        if {"Ref": role} in policy["Roles"]
    ]
    return [
        statement
        for policy in [*inline, *attached]
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def _with_imports(value: Any, exported: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"Fn::ImportValue"}:
            return exported[value["Fn::ImportValue"]]
        return {key: _with_imports(part, exported) for key, part in value.items()}
    if isinstance(value, list):
        return [_with_imports(part, exported) for part in value]
    return value
