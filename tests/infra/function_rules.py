"""Rules of what runs: traced, logged for a while, throttled, on the machine it is bundled for.

Each takes the resources of all templates and returns its violations, none where it is kept.
"""

from templates import Resources, of_type, properties, target_of

Found = list[str]


def a_function_runs_where_its_bundle_is_made_for(resources: Resources) -> Found:
    return [
        name
        for name, found in properties(resources, "AWS::Lambda::Function").items()
        if (found.get("Runtime"), found.get("Architectures")) != ("python3.13", ["arm64"])
    ]


def a_function_is_traced(resources: Resources) -> Found:
    return [
        name
        for name, found in properties(resources, "AWS::Lambda::Function").items()
        if found.get("TracingConfig") != {"Mode": "Active"}
    ]


def a_function_logs_json_to_a_group_of_its_own(resources: Resources) -> Found:
    functions = properties(resources, "AWS::Lambda::Function")
    groups = [target_of(f.get("LoggingConfig", {}).get("LogGroup")) for f in functions.values()]
    return [
        name
        for (name, found), group in zip(functions.items(), groups, strict=True)
        if found.get("LoggingConfig", {}).get("LogFormat") != "JSON"
        or group not in of_type(resources, "AWS::Logs::LogGroup")
        or groups.count(group) > 1
    ]


def a_log_is_forgotten_after_a_stated_time(resources: Resources) -> Found:
    return [
        group
        for group, found in properties(resources, "AWS::Logs::LogGroup").items()
        if not 7 <= found.get("RetentionInDays", 0) <= 400
    ]


def a_state_machine_is_traced_logged_and_ends(resources: Resources) -> Found:
    return [
        machine
        for machine, found in properties(resources, "AWS::StepFunctions::StateMachine").items()
        if found.get("TracingConfiguration") != {"Enabled": True}
        or found.get("LoggingConfiguration", {}).get("Level") != "ALL"
        or found["LoggingConfiguration"].get("IncludeExecutionData") is not False
        or '"TimeoutSeconds":' not in str(found["DefinitionString"])
    ]


def an_api_is_throttled_and_logs_its_requests(resources: Resources) -> Found:
    return [
        stage
        for stage, found in properties(resources, "AWS::ApiGatewayV2::Stage").items()
        if found.get("DefaultRouteSettings", {}).get("ThrottlingRateLimit", 0) <= 0
        or found["DefaultRouteSettings"].get("ThrottlingBurstLimit", 0) <= 0
        or target_of(found.get("AccessLogSettings", {}).get("DestinationArn"))
        not in of_type(resources, "AWS::Logs::LogGroup")
    ]


RULES = (
    a_function_runs_where_its_bundle_is_made_for,
    a_function_is_traced,
    a_function_logs_json_to_a_group_of_its_own,
    a_log_is_forgotten_after_a_stated_time,
    a_state_machine_is_traced_logged_and_ends,
    an_api_is_throttled_and_logs_its_requests,
)
