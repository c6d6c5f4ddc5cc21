"""What the tests of the template look at: resources by type, functions, their rights."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_cdk.assertions import Template

from infra.app import build

FUNCTIONS = (
    "activate_plan",
    "ingest_drop",
    "load_scores",
    "lookup_scores",
    "request_plan",
    "solve_plan",
    "update_campaign",
)
Resources = Mapping[str, Mapping[str, Any]]


class Stacks:
    """The two templates of one stage, as CloudFormation sees them."""

    def __init__(self, stage: str, outdir: Path) -> None:
        app = build({"stage": stage, "aws:cdk:bundling-stacks": []}, str(outdir))
        children = {child.node.id: child for child in app.node.children}
        self.data_stack = children[f"Oasis-{stage}-Data"]
        self.data = Template.from_stack(self.data_stack)  # type: ignore[arg-type]
        self.oasis = Template.from_stack(children[f"Oasis-{stage}"])  # type: ignore[arg-type]
        self.name = stage
        self._of_data: Resources = self.data.to_json()["Resources"]
        self._of_oasis: Resources = self.oasis.to_json()["Resources"]

    def of_type(self, kind: str) -> Resources:
        """Return the resources of a type, of both stacks, by logical id."""
        both = {**self._of_data, **self._of_oasis}
        return {name: found for name, found in both.items() if found["Type"] == kind}

    def function(self, name: str) -> tuple[str, Mapping[str, Any]]:
        """Return the logical id and the properties of the function of `functions/{name}`."""
        for logical_id, found in self.of_type("AWS::Lambda::Function").items():
            if found["Properties"]["Handler"] == f"functions.{name}.handler.handle":
                return logical_id, found["Properties"]
        raise LookupError(name)

    def statements(self, name: str) -> list[Mapping[str, Any]]:
        """Return the policy statements of a function's role, inline and attached."""
        role = self.function(name)[1]["Role"]["Fn::GetAtt"][0]
        return [
            statement
            for policy in self.of_type("AWS::IAM::Policy").values()
            if {"Ref": role} in policy["Properties"]["Roles"]
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        ]
