"""Rules of what must outlive every deployment: kept, restorable, private (PROMISES, rule 8).

Each takes the resources of all templates and returns its violations, none where it is kept.
"""

from templates import Resources, of_type, properties, target_of

from shared.campaign.schema import CAMPAIGNS
from shared.drop.schema import DROPS
from shared.event.schema import CAMPAIGN_CHANGED
from shared.export.schema import EXPORT_PREFIX
from shared.plan.schema import WORK_PREFIX
from shared.pointer.schema import PLANS
from shared.score.schema import SCORES

FROZEN = {
    "AWS::S3::Bucket": {
        "AcceptedBucket",
        "AccessLogBucket",
        "DropBucket",
        "ExportBucket",
        "PlanBucket",
        "ReceiptBucket",
    },
    "AWS::DynamoDB::GlobalTable": {"CampaignsTable", "DropsTable", "PlansTable", "ScoresTable"},
    "AWS::Events::EventBus": {"EventBus"},
    "AWS::Events::Archive": {"CampaignArchive"},
    "AWS::SecretsManager::Secret": {"ErasureKey"},
}
"""Logical ids that no change may touch: another id is another, empty resource."""

SCHEMAS = {
    "CampaignsTable": CAMPAIGNS,
    "DropsTable": DROPS,
    "PlansTable": PLANS,
    "ScoresTable": SCORES,
}
LOGS = "AccessLogBucket"
TLS_ONLY = {"Bool": {"aws:SecureTransport": "false"}}
MODERN_TLS_ONLY = {"NumericLessThan": {"s3:TlsVersion": 1.2}}
Found = list[str]


def names_of_stored_things_are_frozen(resources: Resources) -> Found:
    return [
        name
        for kind, frozen in FROZEN.items()
        for name in sorted(frozen ^ of_type(resources, kind).keys())
    ]


def everything_stored_stays_when_its_stack_goes_or_changes(resources: Resources) -> Found:
    return [
        name
        for name, found in resources.items()
        if found["Type"] in {*FROZEN, "AWS::DynamoDB::Table"}
        and (found.get("DeletionPolicy"), found.get("UpdateReplacePolicy")) != ("Retain", "Retain")
    ]


def a_bucket_keeps_every_version(resources: Resources) -> Found:
    return [
        bucket
        for bucket, found in properties(resources, "AWS::S3::Bucket").items()
        if found.get("VersioningConfiguration") != {"Status": "Enabled"}
    ]


def no_lifecycle_removes_what_tables_are_rebuilt_from(resources: Resources) -> Found:
    harmless = {"AbortIncompleteMultipartUpload", "Status"}
    return [
        bucket
        for bucket, found in properties(resources, "AWS::S3::Bucket").items()
        if bucket != LOGS
        for rule in found.get("LifecycleConfiguration", {}).get("Rules", [])
        if rule.keys() - harmless and rule.get("Prefix") not in (WORK_PREFIX, EXPORT_PREFIX)
    ]


def a_bucket_is_encrypted(resources: Resources) -> Found:
    return [
        bucket
        for bucket, found in properties(resources, "AWS::S3::Bucket").items()
        if not found.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration")
    ]


def a_bucket_is_private(resources: Resources) -> Found:
    blocks = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    return [
        bucket
        for bucket, found in properties(resources, "AWS::S3::Bucket").items()
        if not all(found.get("PublicAccessBlockConfiguration", {}).get(b) is True for b in blocks)
        or found.get("OwnershipControls", {}).get("Rules")
        != [{"ObjectOwnership": "BucketOwnerEnforced"}]
    ]


def a_bucket_refuses_requests_without_modern_tls(resources: Resources) -> Found:
    refusals = [
        (target_of(policy["Bucket"]), condition)
        for policy in properties(resources, "AWS::S3::BucketPolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if (statement["Effect"], statement["Action"], statement["Principal"])
        == ("Deny", "s3:*", {"AWS": "*"})
        for condition in [statement.get("Condition")]
    ]
    return [
        bucket
        for bucket in of_type(resources, "AWS::S3::Bucket")
        if (bucket, TLS_ONLY) not in refusals or (bucket, MODERN_TLS_ONLY) not in refusals
    ]


def a_bucket_logs_who_reads_and_writes_it(resources: Resources) -> Found:
    return [
        bucket
        for bucket, found in properties(resources, "AWS::S3::Bucket").items()
        if bucket != LOGS
        and target_of(found.get("LoggingConfiguration", {}).get("DestinationBucketName")) != LOGS
    ]


def only_the_drop_bucket_announces_its_objects(resources: Resources) -> Found:
    announcing = {
        bucket
        for bucket, found in properties(resources, "AWS::S3::Bucket").items()
        if found.get("NotificationConfiguration")
    }
    return sorted(announcing ^ {"DropBucket"})


def a_table_can_be_restored_to_any_second(resources: Resources) -> Found:
    return [
        table
        for table, found in properties(resources, "AWS::DynamoDB::GlobalTable").items()
        for replica in found["Replicas"]
        if replica.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled")
        is not True
    ]


def a_table_is_not_deleted_by_mistake(resources: Resources) -> Found:
    return [
        table
        for table, found in properties(resources, "AWS::DynamoDB::GlobalTable").items()
        for replica in found["Replicas"]
        if replica.get("DeletionProtectionEnabled") is not True
    ]


def a_table_has_the_keys_and_lifetimes_of_its_schema(resources: Resources) -> Found:
    tables = properties(resources, "AWS::DynamoDB::GlobalTable")
    return [
        table
        for table, schema in SCHEMAS.items()
        for found in [tables.get(table, {})]
        if found.get("KeySchema") != [{"AttributeName": schema.partition_key, "KeyType": "HASH"}]
        or {
            index["IndexName"]: tuple(key["AttributeName"] for key in index["KeySchema"])
            for index in found.get("GlobalSecondaryIndexes", ())
        }
        != dict(schema.sort_indexes)
        or _lifetime(found) != schema.time_to_live
    ]


def campaign_events_are_archived_for_ever(resources: Resources) -> Found:
    kept = [
        archive
        for archive in properties(resources, "AWS::Events::Archive").values()
        if archive.get("EventPattern") == {"detail-type": [CAMPAIGN_CHANGED]}
        and archive.get("RetentionDays", 0) == 0
        and target_of(archive["SourceArn"]) == "EventBus"
    ]
    return [] if kept else ["CampaignArchive"]


def _lifetime(table: dict[str, dict[str, object]]) -> object:
    found = table.get("TimeToLiveSpecification", {})
    return found.get("AttributeName") if found.get("Enabled") else None


RULES = (
    names_of_stored_things_are_frozen,
    everything_stored_stays_when_its_stack_goes_or_changes,
    a_bucket_keeps_every_version,
    no_lifecycle_removes_what_tables_are_rebuilt_from,
    a_bucket_is_encrypted,
    a_bucket_is_private,
    a_bucket_refuses_requests_without_modern_tls,
    a_bucket_logs_who_reads_and_writes_it,
    only_the_drop_bucket_announces_its_objects,
    a_table_can_be_restored_to_any_second,
    a_table_is_not_deleted_by_mistake,
    a_table_has_the_keys_and_lifetimes_of_its_schema,
    campaign_events_are_archived_for_ever,
)
