"""Templates of which a function would be local, open, or a log that names listeners."""

import json

from local_mode_rules import LOGGED
from mutations import Mutation, changed

LOOKUP = "LookupScoresFunction"
ELSEWHERE = "no_function_is_told_to_be_elsewhere"
LOG = "an_access_log_holds_nothing_that_a_caller_wrote"


def told(name: str, value: str, *, breaks: str = ELSEWHERE, function: str = LOOKUP) -> Mutation:
    """Return the mutation that tells a function something by its environment."""
    path = ("Environment", "Variables", name)
    return changed("AWS::Lambda::Function", function, *path, to=value, breaks=breaks)


def logged(field: str) -> Mutation:
    """Return the mutation that puts a field into the access log."""
    line = json.dumps({"id": next(iter(LOGGED)), "more": field})
    at = ("AccessLogSettings", "Format")
    return changed("AWS::ApiGatewayV2::Stage", "LookupScoresStage", *at, to=line, breaks=LOG)


TENANT_MUTATIONS = {
    "requests by botocore": told("AWS_REQUESTS", "botocore"),
    "another endpoint": told("AWS_ENDPOINT_URL", "https://example.com"),
    "another endpoint of one service": told("AWS_ENDPOINT_URL_S3", "https://example.com"),
    "another authority": told("AWS_CA_BUNDLE", "/tmp/ca.pem"),
    "a key in the template": told("AWS_CONTAINER_CREDENTIALS_FULL_URI", "https://example.com"),
    "a proxy": told("HTTPS_PROXY", "example.com:3128"),
    "another path of modules": told("PYTHONPATH", "/tmp"),
    "events in the log": told("POWERTOOLS_LOGGER_LOG_EVENT", "true"),
    "a table beside it": told("SCORES_TABLE", "http://127.0.0.1:8000"),
    "a wrapper before it": changed(
        "AWS::Lambda::Function",
        LOOKUP,
        "Layers",
        to=["arn:aws:lambda:eu-north-1:123456789012:layer:wrapper:1"],
        breaks="nothing_is_put_before_the_code_of_a_function",
    ),
    "any word for admission": told(
        "ADMISSION",
        "anybody",
        breaks="in_production_nobody_is_let_in_before_a_policy",
        function="UpdateCampaignFunction",
    ),
}
PRIVACY_MUTATIONS = {
    "the query string": logged("$context.requestOverride.querystring"),
    "the path": logged("$context.path"),
    "a header": logged("$request.header.referer"),
}
