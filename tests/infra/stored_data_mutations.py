"""Templates that break a rule of stored data, by what is wrong with them."""

from mutations import GONE, STATEMENTS, Mutation, added, changed, removed

BUCKET, TABLE = "AWS::S3::Bucket", "AWS::DynamoDB::GlobalTable"
BUCKET_POLICY, ARCHIVE = "AWS::S3::BucketPolicy", "AWS::Events::Archive"
FROZEN = "names_of_stored_things_are_frozen"
STAYS = "everything_stored_stays_when_its_stack_goes_or_changes"
REBUILT = "no_lifecycle_removes_what_tables_are_rebuilt_from"
PRIVATE = "a_bucket_is_private"
MODERN_TLS = "a_bucket_refuses_requests_without_modern_tls"
ALL_BLOCKS = "PublicAccessBlockConfiguration"

MUTATIONS = {
    "one more table": added(TABLE, "ScoresTable2", {"Replicas": []}, breaks=FROZEN),
    "one more bucket": added(BUCKET, "DropBucket7F3A", {}, breaks=FROZEN),
    "another key of the erased": added(
        "AWS::SecretsManager::Secret", "ErasureKey2", {}, breaks=FROZEN
    ),
    "a table goes with its stack": Mutation(
        STAYS, TABLE, "ScoresTable", ("DeletionPolicy",), "Delete"
    ),
    "a bucket goes when replaced": Mutation(
        STAYS, BUCKET, "DropBucket", ("UpdateReplacePolicy",), GONE
    ),
    "the newest version alone": removed(
        BUCKET,
        "AcceptedBucket",
        "VersioningConfiguration",
        breaks="a_bucket_keeps_every_version",
    ),
    "drops expire": changed(
        BUCKET,
        "DropBucket",
        "LifecycleConfiguration",
        "Rules",
        0,
        "ExpirationInDays",
        to=90,
        breaks=REBUILT,
    ),
    "older versions of receipts expire": changed(
        BUCKET,
        "ReceiptBucket",
        "LifecycleConfiguration",
        "Rules",
        0,
        "NoncurrentVersionExpiration",
        to={"NoncurrentDays": 30},
        breaks=REBUILT,
    ),
    "a plain bucket": removed(
        BUCKET, "ReceiptBucket", "BucketEncryption", breaks="a_bucket_is_encrypted"
    ),
    "public lists": changed(
        BUCKET, "PlanBucket", ALL_BLOCKS, "BlockPublicAcls", to=False, breaks=PRIVATE
    ),
    "lists of access": removed(BUCKET, "AccessLogBucket", "OwnershipControls", breaks=PRIVATE),
    "a bucket over http": removed(
        BUCKET_POLICY, "DropBucketPolicy", *STATEMENTS, 0, breaks=MODERN_TLS
    ),
    "a bucket over old TLS": removed(
        BUCKET_POLICY, "ReceiptBucketPolicy", *STATEMENTS, 1, breaks=MODERN_TLS
    ),
    "nobody sees who reads": removed(
        BUCKET,
        "ReceiptBucket",
        "LoggingConfiguration",
        breaks="a_bucket_logs_who_reads_and_writes_it",
    ),
    "accepted data announced": changed(
        BUCKET,
        "AcceptedBucket",
        "NotificationConfiguration",
        to={"EventBridgeConfiguration": {"EventBridgeEnabled": True}},
        breaks="only_the_drop_bucket_announces_its_objects",
    ),
    "no restoring": removed(
        TABLE,
        "PlansTable",
        "Replicas",
        0,
        "PointInTimeRecoverySpecification",
        breaks="a_table_can_be_restored_to_any_second",
    ),
    "one call deletes a table": changed(
        TABLE,
        "CampaignsTable",
        "Replicas",
        0,
        "DeletionProtectionEnabled",
        to=False,
        breaks="a_table_is_not_deleted_by_mistake",
    ),
    "score rows for ever": removed(
        TABLE,
        "ScoresTable",
        "TimeToLiveSpecification",
        breaks="a_table_has_the_keys_and_lifetimes_of_its_schema",
    ),
    "campaign events for a month": changed(
        ARCHIVE,
        "CampaignArchive",
        "RetentionDays",
        to=30,
        breaks="campaign_events_are_archived_for_ever",
    ),
}
