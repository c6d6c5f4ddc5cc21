"""The HTTP API answers signed requests alone and keeps listeners out of its log."""

import json

OUTPUTS = {
    "AcceptedBucket",
    "AlarmTopic",
    "CampaignsTable",
    "DropBucket",
    "DropsTable",
    "ErasureKey",
    "EventBus",
    "ExportBucket",
    "ExportStateMachine",
    "LookupUrl",
    "PlanBucket",
    "PlanStateMachine",
    "PlansTable",
    "ReceiptBucket",
    "ScoresTable",
    "WorkQueues",
}


def test_every_route_asks_for_a_signature(stacks):
    routes = [route["Properties"] for route in stacks.of_type("AWS::ApiGatewayV2::Route").values()]

    kinds = {route["RouteKey"]: route.get("AuthorizationType") for route in routes}

    routes = ("POST /v1/lookup", "GET /v1/lookup", "GET /v1/openapi.json")
    assert kinds == dict.fromkeys(routes, "AWS_IAM")


def test_the_function_gets_the_payload_that_its_handler_reads(stacks):
    (integration,) = stacks.of_type("AWS::ApiGatewayV2::Integration").values()

    assert integration["Properties"]["PayloadFormatVersion"] == "2.0"


def test_the_access_log_names_no_listener(stacks):
    (stage,) = stacks.of_type("AWS::ApiGatewayV2::Stage").values()

    fields = json.loads(stage["Properties"]["AccessLogSettings"]["Format"])

    assert "$context.requestId" in fields.values()
    assert not [value for value in fields.values() if "path" in value or "query" in value.lower()]


def test_the_api_is_throttled(stacks):
    (stage,) = stacks.of_type("AWS::ApiGatewayV2::Stage").values()

    settings = stage["Properties"]["DefaultRouteSettings"]

    assert settings["ThrottlingRateLimit"] > 0
    assert settings["ThrottlingBurstLimit"] >= settings["ThrottlingRateLimit"]


def test_the_stack_says_where_everything_is(stacks):
    outputs = stacks.oasis.to_json()["Outputs"]

    assert outputs.keys() == OUTPUTS
