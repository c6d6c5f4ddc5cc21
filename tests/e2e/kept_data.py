"""The data stack as a deployment must keep it: names, objects and items."""

from dataclasses import dataclass
from typing import Any

import boto3

DATA_STACK = "Oasis-dev-Data"


@dataclass(frozen=True)
class Deployed:
    """What stood in the account: physical names by logical id, objects and items by place."""

    names: dict[str, str]
    objects: dict[str, bytes]
    items: dict[str, list[dict[str, Any]]]


def resources(kind: str) -> dict[str, str]:
    """Return the physical names of the data stack's resources of a kind by logical id."""
    found = boto3.client("cloudformation").describe_stack_resources(StackName=DATA_STACK)
    return {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for resource in found["StackResources"]
        if resource["ResourceType"] == kind
    }


def buckets() -> dict[str, str]:
    return resources("AWS::S3::Bucket")


def tables() -> dict[str, str]:
    return resources("AWS::DynamoDB::GlobalTable")


def write_everywhere() -> None:
    """Put an object into every bucket and an item into every table."""
    storage, database = boto3.client("s3"), boto3.resource("dynamodb")
    for logical_id, bucket in buckets().items():
        storage.put_object(Bucket=bucket, Key="kept/before-the-update", Body=logical_id.encode())
    for logical_id, name in tables().items():
        table = database.Table(name)
        key = table.key_schema[0]["AttributeName"]
        table.put_item(Item={key: "before-the-update", "written_to": logical_id})


def deployed() -> Deployed:
    """Return all that stands in the data stack's buckets and tables, and what they are called."""
    storage, database = boto3.client("s3"), boto3.resource("dynamodb")
    buses = resources("AWS::Events::EventBus")
    return Deployed(
        names={**buckets(), **tables(), **buses},
        objects={
            f"{bucket}/{found['Key']}": storage.get_object(Bucket=bucket, Key=found["Key"])[
                "Body"
            ].read()
            for bucket in buckets().values()
            for found in storage.list_objects_v2(Bucket=bucket).get("Contents", [])
        },
        items={name: database.Table(name).scan()["Items"] for name in tables().values()},
    )
