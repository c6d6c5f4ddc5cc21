"""Rules of who may do what: named actions, named resources, signed requests (PROMISES, rule 8).

Each takes the resources of all templates and returns its violations, none where it is kept.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from templates import Resources, listed, properties, target_of
from trigger_graph import loop, rules_of_ended_runs, trigger_graph, without

GRANTED_ON_ALL = {
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
}
"""Actions of X-Ray and of log delivery: AWS knows no narrower resource for them."""

READS_IDS = ("IngestDropRole", "UpdateCampaignRole")
Found = list[str]


def grants(resources: Resources) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every statement that allows something, with the id of its policy or role."""
    for name, resource in resources.items():
        found = resource.get("Properties", {})
        documents = [found.get("PolicyDocument"), found.get("AssumeRolePolicyDocument")]
        documents += [policy["PolicyDocument"] for policy in found.get("Policies", [])]
        for document in filter(None, documents):
            for statement in document["Statement"]:
                if statement["Effect"] == "Allow":
                    yield name, statement


def no_action_is_a_wildcard(resources: Resources) -> Found:
    return [
        f"{name}: {action}"
        for name, statement in grants(resources)
        for action in [*listed(statement.get("Action")), *listed(statement.get("NotAction"))]
        if "*" in action or "NotAction" in statement
    ]


def only_tracing_and_log_delivery_are_allowed_on_all_resources(resources: Resources) -> Found:
    return [
        f"{name}: {action}"
        for name, statement in grants(resources)
        if "*" in listed(statement.get("Resource")) or "NotResource" in statement
        for action in listed(statement["Action"])
        if action not in GRANTED_ON_ALL
    ]


def nobody_is_allowed_without_a_name(resources: Resources) -> Found:
    return [
        name
        for name, statement in grants(resources)
        if "NotPrincipal" in statement
        or any(
            "*" in listed(principal)
            for found in [statement.get("Principal", {})]
            for principal in (found.values() if isinstance(found, dict) else [found])
        )
    ]


def only_services_take_a_role(resources: Resources) -> Found:
    return [
        role
        for role, found in properties(resources, "AWS::IAM::Role").items()
        for statement in found["AssumeRolePolicyDocument"]["Statement"]
        if statement["Principal"].keys() != {"Service"}
    ]


def no_managed_policy_widens_a_role(resources: Resources) -> Found:
    return [
        role
        for role, found in properties(resources, "AWS::IAM::Role").items()
        if found.get("ManagedPolicyArns")
    ]


def each_function_has_a_role_of_its_own(resources: Resources) -> Found:
    functions = properties(resources, "AWS::Lambda::Function")
    roles = [target_of(function["Role"]) for function in functions.values()]
    return sorted({role for role in roles if roles.count(role) > 1})


def no_function_may_delete_what_is_stored(resources: Resources) -> Found:
    return [
        f"{name}: {action}"
        for name, statement in grants(resources)
        for action in listed(statement["Action"])
        if action.startswith(("dynamodb:Delete", "s3:Delete", "dynamodb:BatchWrite"))
    ]


def only_who_reads_ids_of_others_reads_the_key_of_the_erased(resources: Resources) -> Found:
    return [
        f"{name}: {action}"
        for name, statement in grants(resources)
        for action in listed(statement["Action"])
        if action.startswith("secretsmanager:")
        and (action, name.startswith(READS_IDS)) != ("secretsmanager:GetSecretValue", True)
    ]


def a_role_reaches_only_its_items_of_the_shared_table(resources: Resources) -> Found:
    return [
        f"{name}: {action}"
        for name, statement in grants(resources)
        if "PlansTable" in map(target_of, listed(statement.get("Resource")))
        and not statement.get("Condition", {})
        .get("ForAllValues:StringLike", {})
        .get("dynamodb:LeadingKeys")
        for action in listed(statement["Action"])
        if (action, name.startswith("PlanRunActivatePlan")) != ("dynamodb:Scan", True)
    ]


def a_function_sends_only_events_of_its_own(resources: Resources) -> Found:
    return [
        name
        for name, statement in grants(resources)
        if "events:PutEvents" in listed(statement["Action"])
        and statement.get("Condition", {}).get("ForAllValues:StringEquals", {}).keys()
        != {"events:detail-type", "events:source"}
    ]


def every_route_asks_for_a_signature(resources: Resources) -> Found:
    open_urls = properties(resources, "AWS::Lambda::Url")
    return [
        *open_urls,
        *(
            route
            for route, found in properties(resources, "AWS::ApiGatewayV2::Route").items()
            if found.get("AuthorizationType") != "AWS_IAM"
        ),
    ]


def triggers_form_no_loop_but_that_of_ended_runs(resources: Resources) -> Found:
    graph = without(trigger_graph(resources), rules_of_ended_runs(resources))
    return sorted(loop(graph))


RULES = (
    no_action_is_a_wildcard,
    only_tracing_and_log_delivery_are_allowed_on_all_resources,
    nobody_is_allowed_without_a_name,
    only_services_take_a_role,
    no_managed_policy_widens_a_role,
    each_function_has_a_role_of_its_own,
    no_function_may_delete_what_is_stored,
    only_who_reads_ids_of_others_reads_the_key_of_the_erased,
    a_role_reaches_only_its_items_of_the_shared_table,
    a_function_sends_only_events_of_its_own,
    every_route_asks_for_a_signature,
    triggers_form_no_loop_but_that_of_ended_runs,
)
