"""Rules that keep a deployed function what it is on AWS, and listeners out of its logs.

Who may change a function's environment may as well change its code: the deployer. So that botocore
and our own client would follow `AWS_ENDPOINT_URL` there is no hole, as long as no template sets it.
Each rule takes the resources of all templates and returns its violations, none where it is kept.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from templates import Resources, properties

OTHERS = re.compile(
    r"(AWS|BOTO|PYTHON|LD|SSL|REQUESTS|CURL|HTTPS?|NO|ALL)_.*|PYTHON\w+", re.IGNORECASE
)
"""Names by which a runtime, an SDK or a client would be told to be somewhere or somebody else."""

POWERTOOLS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}
"""Others of theirs log whole events, switch traces off, or print for developers."""

LOCAL = re.compile(r"https?:|localhost|127\.0\.0\.|0\.0\.0\.0|\[?::1\]?:|\blocal\b|botocore")
LOGGED = {
    "$context.requestId",
    "$context.routeKey",
    "$context.status",
    "$context.protocol",
    "$context.responseLength",
    "$context.responseLatency",
    "$context.integrationLatency",
    "$context.integrationErrorMessage",
    "$context.authorizer.error",
    "$context.identity.caller",
}
"""What an access log may hold of a request: nothing that a caller wrote into it."""

Found = list[str]


def told(resources: Resources) -> Iterator[tuple[str, str, Any]]:
    """Yield function, name and value of every environment variable."""
    for function, found in properties(resources, "AWS::Lambda::Function").items():
        for name, value in found.get("Environment", {}).get("Variables", {}).items():
            yield function, name, value


def no_function_is_told_to_be_elsewhere(resources: Resources) -> Found:
    return [
        f"{function}: {name}"
        for function, name, value in told(resources)
        if OTHERS.fullmatch(name)
        or (name.startswith("POWERTOOLS_") and name not in POWERTOOLS)
        or LOCAL.search(json.dumps(value))
    ]


def nothing_is_put_before_the_code_of_a_function(resources: Resources) -> Found:
    return [
        function
        for function, found in properties(resources, "AWS::Lambda::Function").items()
        if found.get("Layers") or not found["Handler"].startswith("functions.")
    ]


def in_production_nobody_is_let_in_before_a_policy(resources: Resources) -> Found:
    stages = {function: value for function, name, value in told(resources) if name == "STAGE"}
    return [
        function
        for function, name, value in told(resources)
        if name == "ADMISSION"
        and (stages.get(function), value) not in (("dev", "everybody"), ("prod", "nobody"))
    ]


def an_access_log_holds_nothing_that_a_caller_wrote(resources: Resources) -> Found:
    return [
        f"{stage}: {value}"
        for stage, found in properties(resources, "AWS::ApiGatewayV2::Stage").items()
        for value in json.loads(found["AccessLogSettings"]["Format"]).values()
        if value not in LOGGED
    ]


TENANT_RULES = (
    no_function_is_told_to_be_elsewhere,
    nothing_is_put_before_the_code_of_a_function,
    in_production_nobody_is_let_in_before_a_policy,
)
PRIVACY_RULES = (an_access_log_holds_nothing_that_a_caller_wrote,)
