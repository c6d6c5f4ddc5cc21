"""What must outlive every deployment is versioned, private, encrypted, retained."""

import pytest

from shared.campaign.schema import CAMPAIGNS
from shared.drop.schema import DROPS
from shared.pointer.schema import PLANS
from shared.score.schema import SCORES

BUCKETS = {"DropBucket", "ReceiptBucket", "AcceptedBucket", "PlanBucket"}
TABLES = {
    "DropsTable": DROPS,
    "ScoresTable": SCORES,
    "CampaignsTable": CAMPAIGNS,
    "PlansTable": PLANS,
}


def test_names_of_stored_things_are_frozen(stacks):
    buckets = stacks.of_type("AWS::S3::Bucket")
    tables = stacks.of_type("AWS::DynamoDB::GlobalTable")
    buses = stacks.of_type("AWS::Events::EventBus")

    assert buckets.keys() == BUCKETS
    assert tables.keys() == TABLES.keys()
    assert buses.keys() == {"EventBus"}


def test_everything_stored_stays_when_its_stack_goes(stacks):
    kept = {
        **stacks.of_type("AWS::S3::Bucket"),
        **stacks.of_type("AWS::DynamoDB::GlobalTable"),
        **stacks.of_type("AWS::Events::EventBus"),
    }

    policies = {
        name: (found["DeletionPolicy"], found["UpdateReplacePolicy"])
        for name, found in kept.items()
    }

    assert set(policies.values()) == {("Retain", "Retain")}
    assert stacks.data_stack.termination_protection


@pytest.mark.parametrize("bucket", sorted(BUCKETS))
def test_a_bucket_is_versioned_private_and_encrypted(stacks, bucket):
    properties = stacks.of_type("AWS::S3::Bucket")[bucket]["Properties"]

    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(properties["PublicAccessBlockConfiguration"]) == 4
    assert properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert properties["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


@pytest.mark.parametrize("bucket", sorted(BUCKETS))
def test_a_bucket_refuses_requests_without_tls(stacks, bucket):
    policies = stacks.of_type("AWS::S3::BucketPolicy").values()

    conditions = [
        statement["Condition"]
        for policy in policies
        if policy["Properties"]["Bucket"] == {"Ref": bucket}
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny" and statement["Action"] == "s3:*"
    ]

    assert {"Bool": {"aws:SecureTransport": "false"}} in conditions
    assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in conditions


def test_only_the_drop_bucket_announces_its_objects(stacks):
    buckets = stacks.of_type("AWS::S3::Bucket")

    announcing = {
        name
        for name, bucket in buckets.items()
        if bucket["Properties"].get("NotificationConfiguration")
        == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    }

    assert announcing == {"DropBucket"}


@pytest.mark.parametrize(("logical_id", "schema"), TABLES.items())
def test_a_table_has_the_keys_of_its_schema(stacks, logical_id, schema):
    properties = stacks.of_type("AWS::DynamoDB::GlobalTable")[logical_id]["Properties"]

    indexes = {
        index["IndexName"]: tuple(key["AttributeName"] for key in index["KeySchema"])
        for index in properties.get("GlobalSecondaryIndexes", ())
    }
    time_to_live = properties.get("TimeToLiveSpecification", {}).get("AttributeName")

    assert properties["KeySchema"] == [{"AttributeName": schema.partition_key, "KeyType": "HASH"}]
    assert indexes == dict(schema.sort_indexes)
    assert time_to_live == schema.time_to_live


@pytest.mark.parametrize("logical_id", sorted(TABLES))
def test_a_table_can_be_restored_and_is_not_deleted_by_mistake(stacks, logical_id):
    properties = stacks.of_type("AWS::DynamoDB::GlobalTable")[logical_id]["Properties"]

    replicas = properties["Replicas"]

    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert len(replicas) == 1
    assert replicas[0]["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert replicas[0]["DeletionProtectionEnabled"] is True
