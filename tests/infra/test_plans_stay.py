"""Promise R4, the rest of it: no plan is collected, so none is missing while it is read."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from templates import Resources, Stacks, properties

from shared.plan.schema import WORK_PREFIX

pytestmark = pytest.mark.promise("R4")
KINDS = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::Role")
REMOVES = ("s3:*", "s3:delete", "s3:putlifecycle", "*")


def removals(resources: Resources) -> Iterator[str]:
    """Yield who may remove objects, and what lifecycle removes of the plans."""
    for kind in KINDS:
        for name, found in properties(resources, kind).items():
            inline = [policy["PolicyDocument"] for policy in found.get("Policies", [])]
            documents = [*inline, *([found["PolicyDocument"]] if "PolicyDocument" in found else [])]
            for statement in (each for document in documents for each in document["Statement"]):
                actions = statement["Action"]
                for action in [actions] if isinstance(actions, str) else actions:
                    if statement["Effect"] == "Allow" and action.lower().startswith(REMOVES):
                        yield f"{name} may {action}"
    bucket = properties(resources, "AWS::S3::Bucket")["PlanBucket"]
    for rule in bucket["LifecycleConfiguration"]["Rules"]:
        if "AbortIncompleteMultipartUpload" not in rule and rule.get("Prefix") != WORK_PREFIX:
            yield f"the bucket's lifecycle has {rule}"


def test_nothing_removes_a_plan(stacks: Stacks) -> None:
    assert list(removals(stacks.resources)) == []


def deleting(resources: Any) -> None:
    policy = next(iter(properties(resources, "AWS::IAM::Policy").values()))
    policy["PolicyDocument"]["Statement"][0]["Action"] = ["s3:DeleteObject"]


def expiring(resources: Any) -> None:
    rule = {"ExpirationInDays": 1, "Prefix": "plans/", "Status": "Enabled"}
    resources["PlanBucket"]["Properties"]["LifecycleConfiguration"]["Rules"].append(rule)


def passing_everything(resources: Any) -> None:
    for rule in resources["PlanBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]:
        rule.pop("Prefix", None)


@pytest.mark.usefixtures("mutant")
@pytest.mark.parametrize("mutate", [deleting, expiring, passing_everything])
def test_what_would_remove_a_plan_is_noticed(stacks: Stacks, mutate: Callable[[Any], None]) -> None:
    resources = copy.deepcopy(stacks.resources)
    mutate(resources)

    assert list(removals(resources)) != []
