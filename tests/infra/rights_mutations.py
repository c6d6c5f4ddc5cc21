"""Templates that break a rule of rights or of what runs, by what is wrong with them."""

from mutations import STATEMENTS, added, changed, removed

POLICY, ROLE, FUNCTION = "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::Lambda::Function"
BUCKET_POLICY, LOG_GROUP = "AWS::S3::BucketPolicy", "AWS::Logs::LogGroup"
MACHINE, ROUTE = "AWS::StepFunctions::StateMachine", "AWS::ApiGatewayV2::Route"
API_STAGE = "AWS::ApiGatewayV2::Stage"
LOOP = "triggers_form_no_loop_but_that_of_ended_runs"
SIGNED = "every_route_asks_for_a_signature"
SHARED = "a_role_reaches_only_its_items_of_the_shared_table"
LOGGED = "a_function_logs_json_to_a_group_of_its_own"
ENDS = "a_state_machine_is_traced_logged_and_ends"
LIMITED = "an_api_is_throttled_and_logs_its_requests"
ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}


def granted(role, action, resource, *, breaks):
    """Return the mutation that gives a role one more right."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return changed(POLICY, role, *STATEMENTS, "+", to=statement, breaks=breaks)


def arn(name):
    """Return the ARN of a resource as a template writes it."""
    return {"Fn::GetAtt": [name, "Arn"]}


MUTATIONS = {
    "the key of the erased for the lookup": granted(
        "LookupScoresRole",
        "secretsmanager:GetSecretValue",
        {"Ref": "ErasureKey"},
        breaks="only_who_reads_ids_of_others_reads_the_key_of_the_erased",
    ),
    "every action of S3": granted(
        "IngestDropRole", "s3:*", arn("PlanBucket"), breaks="no_action_is_a_wildcard"
    ),
    "all readings": granted(
        "LoadScoresRole", ["s3:Get*"], arn("PlanBucket"), breaks="no_action_is_a_wildcard"
    ),
    "any object": granted(
        "PlanRunSolvePlanRole",
        "s3:GetObject",
        "*",
        breaks="only_tracing_and_log_delivery_are_allowed_on_all_resources",
    ),
    "a bucket for anybody": changed(
        BUCKET_POLICY,
        "PlanBucketPolicy",
        *STATEMENTS,
        "+",
        to=ANYBODY,
        breaks="nobody_is_allowed_without_a_name",
    ),
    "another account's role": changed(
        ROLE,
        "LoadScoresRole",
        "AssumeRolePolicyDocument",
        "Statement",
        0,
        "Principal",
        to={"AWS": "123456789012"},
        breaks="only_services_take_a_role",
    ),
    "an administrator": changed(
        ROLE,
        "LoadScoresRole",
        "ManagedPolicyArns",
        to=["arn:aws:iam::aws:policy/AdministratorAccess"],
        breaks="no_managed_policy_widens_a_role",
    ),
    "a borrowed role": changed(
        FUNCTION,
        "LookupScoresFunction",
        "Role",
        to=arn("IngestDropRoleDE5058B8"),
        breaks="each_function_has_a_role_of_its_own",
    ),
    "a right to delete": granted(
        "PlanRunActivatePlanRole",
        "dynamodb:DeleteItem",
        arn("ScoresTable"),
        breaks="no_function_may_delete_what_is_stored",
    ),
    "all items of the shared table": granted(
        "UpdateCampaignRole", "dynamodb:PutItem", arn("PlansTable"), breaks=SHARED
    ),
    "a scan of the shared table": granted(
        "LookupScoresRole", "dynamodb:Scan", arn("PlansTable"), breaks=SHARED
    ),
    "any event": granted(
        "LookupScoresRole",
        "events:PutEvents",
        arn("EventBus"),
        breaks="a_function_sends_only_events_of_its_own",
    ),
    "an open route": changed(
        ROUTE, "LookupScoresApiPOST", "AuthorizationType", to="NONE", breaks=SIGNED
    ),
    "an address past the API": added(
        "AWS::Lambda::Url", "LookupUrl", {"AuthType": "NONE"}, breaks=SIGNED
    ),
    "ingestion drops files": granted(
        "IngestDropRole", "s3:PutObject", arn("DropBucket"), breaks=LOOP
    ),
    "campaigns announce what loads them": granted(
        "UpdateCampaignRole", "events:PutEvents", arn("EventBus"), breaks=LOOP
    ),
    "a plan starts a plan": granted(
        "PlanRunActivatePlanRole",
        "states:StartExecution",
        {"Ref": "PlanRunStateMachine5CB6F596"},
        breaks=LOOP,
    ),
    "another machine": changed(
        FUNCTION,
        "PlanRunSolvePlanFunction",
        "Architectures",
        to=["x86_64"],
        breaks="a_function_runs_where_its_bundle_is_made_for",
    ),
    "no trace": removed(
        FUNCTION, "LookupScoresFunction", "TracingConfig", breaks="a_function_is_traced"
    ),
    "no log group": removed(FUNCTION, "IngestDropFunction", "LoggingConfig", breaks=LOGGED),
    "logs for ever": removed(
        LOG_GROUP,
        "LookupScoresAccessLog",
        "RetentionInDays",
        breaks="a_log_is_forgotten_after_a_stated_time",
    ),
    "runs without a trace": removed(
        MACHINE, "PlanRunStateMachine", "TracingConfiguration", breaks=ENDS
    ),
    "runs log what they carry": changed(
        MACHINE,
        "PlanRunStateMachine",
        "LoggingConfiguration",
        "IncludeExecutionData",
        to=True,
        breaks=ENDS,
    ),
    "any number of requests": removed(
        API_STAGE, "LookupScoresStage", "DefaultRouteSettings", breaks=LIMITED
    ),
    "requests without a log": removed(
        API_STAGE, "LookupScoresStage", "AccessLogSettings", breaks=LIMITED
    ),
}
