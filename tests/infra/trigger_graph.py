"""The graph of triggers, read from the templates: what starts what."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from templates import Resources, listed, properties, statements_of, target_of

from shared.event.schema import RUN_ENDED

Graph = Mapping[str, set[str]]


def trigger_graph(resources: Resources) -> Graph:
    """Return for each rule, queue, function, bucket, machine and route what it may start.

    A function starts what its role lets it write, start or send: a bucket whose objects a rule
    hears, a state machine, and every rule that hears one of its events.
    """
    graph: dict[str, set[str]] = defaultdict(set)
    for before, after in _edges(resources):
        graph[before].add(after)
    return graph


def loop(graph: Graph) -> set[str]:
    """Return the members of one loop, or nothing where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return set(error.args[1])
    return set()


def rules_of_ended_runs(resources: Resources) -> set[str]:
    """Return the rules that hear the end of a plan run."""
    return {
        rule
        for rule, found in properties(resources, "AWS::Events::Rule").items()
        if RUN_ENDED in found.get("EventPattern", {}).get("detail-type", [])
    }


def without(graph: Graph, nodes: set[str]) -> Graph:
    """Return the graph without some nodes."""
    return {before: after - nodes for before, after in graph.items() if before not in nodes}


def definition_of(machine: Mapping[str, Any]) -> Any:
    """Return a state machine's definition; an ARN in it reads as the logical id it names."""
    parts = machine["DefinitionString"]["Fn::Join"][1]
    return json.loads("".join(p if isinstance(p, str) else target_of(p) or "aws" for p in parts))


def tasks_of(definition: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the name and the state of each task, those inside of maps too."""
    for name, state in definition["States"].items():
        if state["Type"] == "Task":
            yield name, state
        elif state["Type"] == "Map":
            yield from tasks_of(state["ItemProcessor"])


def _edges(resources: Resources) -> Iterator[tuple[str, str]]:
    rules = properties(resources, "AWS::Events::Rule")
    for rule, found in rules.items():
        yield from ((rule, target_of(target["Arn"])) for target in found["Targets"])
    for mapping in properties(resources, "AWS::Lambda::EventSourceMapping").values():
        yield target_of(mapping["EventSourceArn"]), target_of(mapping["FunctionName"])
    for api in properties(resources, "AWS::ApiGatewayV2::Integration").values():
        yield target_of(api["ApiId"]), target_of(api["IntegrationUri"])
    for machine, found in properties(resources, "AWS::StepFunctions::StateMachine").items():
        for _, task in tasks_of(definition_of(found)):
            yield machine, task["Parameters"]["FunctionName"]
    for function, found in properties(resources, "AWS::Lambda::Function").items():
        for statement in statements_of(resources, target_of(found["Role"])):
            yield from ((function, started) for started in _started(statement, rules))
    for rule, found in rules.items():
        pattern = found.get("EventPattern", {})
        for bucket in pattern.get("detail", {}).get("bucket", {}).get("name", []):
            yield target_of(bucket), rule
        for machine in pattern.get("detail", {}).get("stateMachineArn", []):
            yield target_of(machine), rule


def _started(statement: Mapping[str, Any], rules: Mapping[str, Any]) -> Iterator[str]:
    actions = set(listed(statement["Action"]))
    targets = {target_of(resource) for resource in listed(statement["Resource"])}
    if actions & {"s3:PutObject", "s3:*", "states:StartExecution", "sqs:SendMessage"}:
        yield from targets
    if "events:PutEvents" in actions:
        conditions = statement.get("Condition", {}).get("ForAllValues:StringEquals", {})
        sent = conditions.get("events:detail-type")
        for rule, found in rules.items():
            heard = found.get("EventPattern", {}).get("detail-type", [])
            is_on_bus = target_of(found.get("EventBusName")) in targets
            if is_on_bus and (sent is None or set(heard) & set(sent)):
                yield rule
