"""The routes by which tests carry events are the rules of the template, each and no other."""

from collections.abc import Iterator
from typing import Any

from templates import Stacks, properties, target_of

from tests.aws_world import ACCOUNT, ENVIRONMENT
from tests.faults.order.routes import CLOCK, QUEUED, ROUTES

TOLD = {
    "DropBucket": ENVIRONMENT["DROP_BUCKET"],
    "PlanRun": ENVIRONMENT["PLAN_STATE_MACHINE_ARN"],
}


def test_events_are_carried_where_the_rules_of_the_template_send_them(stacks: Stacks) -> None:
    found = sorted(map(repr, rules(stacks)))

    assert found == sorted(repr((name, sorted_tree(pattern))) for name, pattern in ROUTES)


def test_batches_are_as_large_as_the_template_lets_them_be(stacks: Stacks) -> None:
    found = {
        handler_of(stacks, target_of(each["FunctionName"])): each["BatchSize"]
        for each in properties(stacks.resources, "AWS::Lambda::EventSourceMapping").values()
    }

    assert found == {name: many for name, (_, many) in QUEUED.items()}


def rules(stacks: Stacks) -> Iterator[tuple[str, Any]]:
    """Yield the function that each rule feeds, and the rule's pattern."""
    mappings = properties(stacks.resources, "AWS::Lambda::EventSourceMapping").values()
    fed = {target_of(m["EventSourceArn"]): target_of(m["FunctionName"]) for m in mappings}
    for rule in properties(stacks.resources, "AWS::Events::Rule").values():
        pattern = rule.get("EventPattern", {"detail-type": [CLOCK]})
        for target in rule["Targets"]:
            if target_of(target["Arn"]) in fed:
                yield handler_of(stacks, fed[target_of(target["Arn"])]), sorted_tree(told(pattern))


def handler_of(stacks: Stacks, function: str) -> str:
    """Return the folder of a function."""
    handler = stacks.of_type("AWS::Lambda::Function")[function]["Properties"]["Handler"]
    return str(handler).split(".")[1]


def told(pattern: Any) -> Any:
    """Return a pattern with what it refers to."""
    if isinstance(pattern, list):
        return [told(each) for each in pattern]
    if not isinstance(pattern, dict):
        return pattern
    if pattern == {"Ref": "AWS::AccountId"}:
        return ACCOUNT
    if pattern.keys() & {"Ref", "Fn::GetAtt", "Fn::ImportValue"}:
        name = target_of(pattern)
        return next((value for start, value in TOLD.items() if name.startswith(start)), name)
    return {name: told(each) for name, each in pattern.items()}


def sorted_tree(pattern: Any) -> Any:
    """Return a pattern whose names stand in order."""
    if not isinstance(pattern, dict):
        return pattern
    return {name: sorted_tree(pattern[name]) for name in sorted(pattern)}
