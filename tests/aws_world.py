"""One moto world for every test of handlers: buckets, tables, the bus, the state machines.

Imported before anything that makes a client, and once: a hook of its own stands before moto's.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

REGION = "eu-north-1"
ACCOUNT = "123456789012"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "POWERTOOLS_SERVICE_NAME": "oasis",
    "POWERTOOLS_METRICS_NAMESPACE": "Oasis",
    "POWERTOOLS_LOG_LEVEL": "INFO",
    "POWERTOOLS_TRACE_DISABLED": "true",
    "STAGE": "test",
    "DROP_BUCKET": "oasis-test-drops",
    "RECEIPT_BUCKET": "oasis-test-receipts",
    "ACCEPTED_BUCKET": "oasis-test-accepted",
    "PLAN_BUCKET": "oasis-test-plans",
    "EXPORT_BUCKET": "oasis-test-exports",
    "ERASURE_KEY": "oasis-test-erasure-key",
    "EVENT_BUS": "oasis-test-bus",
    "DROPS_TABLE": "oasis-test-drops",
    "SCORES_TABLE": "oasis-test-scores",
    "CAMPAIGNS_TABLE": "oasis-test-campaigns",
    "PLANS_TABLE": "oasis-test-plans",
    "PLAN_STATE_MACHINE_ARN": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:oasis-test-plan",
    "LOAD_STATE_MACHINE_ARN": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:oasis-test-load",
    "LOAD_PART_ROWS": "10",
    "MOST_EDGES": "1000000",
    "MOST_SERVING_BYTES": "1000000",
    "SHARD_EDGES": "4",
    "SETTLED_AFTER_S": "900",
    "POLICY_PRODUCER": "operations",
    "ADMISSION": "everybody",
}
for unwanted in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_CA_BUNDLE"):
    os.environ.pop(unwanted, None)
os.environ.update(ENVIRONMENT)

import boto3  # noqa: E402
from botocore.handlers import BUILTIN_HANDLERS  # noqa: E402


class KilledError(BaseException):
    """The process ended at an API call; no ``except Exception`` sees it, as with a real kill."""


@dataclass
class CallLog:
    """Every API call of every client, in order; may kill the process at one of them.

    It stands before moto in botocore's chain, so a call killed before it is sent changes nothing,
    and one killed after it has changed everything, exactly once. Who is dead calls no more: until
    the next start every later call, of whatever thread, is killed before it is sent.
    """

    calls: list[str] = field(default_factory=list)
    kill_at: int | None = None
    when: str = "before"
    turn: Any = field(default_factory=Lock, repr=False)

    def start(self, kill_at: int | None = None, when: str = "before") -> None:
        """Forget the calls so far; kill at call ``kill_at`` (0 = first), before or after it."""
        self.calls, self.kill_at, self.when = [], kill_at, when

    def __call__(self, event_name: str, request: Any, **_: Any) -> None:
        """Note one call ``service.Operation``, and kill there if told to."""
        operation = event_name.removeprefix("before-send.")
        with self.turn:
            position = len(self.calls)
            self.calls.append(operation)
        if self.kill_at is None or position < self.kill_at:
            return
        if position == self.kill_at and self.when == "after":
            from moto.core.models import botocore_stubber

            botocore_stubber(event_name, request)
        raise KilledError(f"{self.when} call {self.kill_at}, {operation}")


CALLS = CallLog()
BUILTIN_HANDLERS.insert(0, ("before-send", CALLS))

from moto import mock_aws  # noqa: E402

from shared.campaign.schema import CAMPAIGNS  # noqa: E402
from shared.drop.schema import DROPS  # noqa: E402
from shared.pointer.schema import PLANS  # noqa: E402
from shared.score.schema import SCORES  # noqa: E402
from shared.table.schemas import TableSchema  # noqa: E402
from tests.moto_connection import answered_by_moto  # noqa: E402

SESSION = boto3.Session()  # one for all worlds: each reads anew what services there are


@dataclass
class World:
    """Names of the resources, clients to look at them, and what was said on the bus."""

    drop_bucket: str = ENVIRONMENT["DROP_BUCKET"]
    receipt_bucket: str = ENVIRONMENT["RECEIPT_BUCKET"]
    accepted_bucket: str = ENVIRONMENT["ACCEPTED_BUCKET"]
    plan_bucket: str = ENVIRONMENT["PLAN_BUCKET"]
    export_bucket: str = ENVIRONMENT["EXPORT_BUCKET"]
    erasure_key: str = ENVIRONMENT["ERASURE_KEY"]
    event_bus: str = ENVIRONMENT["EVENT_BUS"]
    drops_table: str = ENVIRONMENT["DROPS_TABLE"]
    scores_table: str = ENVIRONMENT["SCORES_TABLE"]
    campaigns_table: str = ENVIRONMENT["CAMPAIGNS_TABLE"]
    plans_table: str = ENVIRONMENT["PLANS_TABLE"]
    plan_state_machine_arn: str = ENVIRONMENT["PLAN_STATE_MACHINE_ARN"]
    load_state_machine_arn: str = ENVIRONMENT["LOAD_STATE_MACHINE_ARN"]
    account: str = ACCOUNT
    region: str = REGION
    calls: CallLog = field(default_factory=lambda: CALLS)

    def __post_init__(self) -> None:
        """Create everything that the stacks would."""
        self.s3 = SESSION.client("s3")
        self.sqs = SESSION.client("sqs")
        self.bus = SESSION.client("events")
        self.dynamodb = SESSION.client("dynamodb")
        self.tables = SESSION.resource("dynamodb")
        self.states = SESSION.client("stepfunctions")
        place = {"LocationConstraint": REGION}
        for bucket in (
            self.drop_bucket,
            self.receipt_bucket,
            self.accepted_bucket,
            self.plan_bucket,
            self.export_bucket,
        ):
            self.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
        self.s3.put_bucket_versioning(
            Bucket=self.drop_bucket, VersioningConfiguration={"Status": "Enabled"}
        )
        SESSION.client("secretsmanager").create_secret(Name=self.erasure_key, SecretString="s" * 64)
        for schema, name in (
            (DROPS, self.drops_table),
            (SCORES, self.scores_table),
            (CAMPAIGNS, self.campaigns_table),
            (PLANS, self.plans_table),
        ):
            self._create_table(schema, name)
        self._create_bus()
        self._create_state_machines()
        self.calls.start()

    def events(self, *detail_types: str) -> list[tuple[str, dict[str, Any]]]:
        """Take (detail-type, detail) of what was sent on the bus since the last look, in order."""
        seen: list[tuple[str, dict[str, Any]]] = []
        while messages := self.sqs.receive_message(
            QueueUrl=self._queue_url, MaxNumberOfMessages=10
        ).get("Messages", []):
            for message in messages:
                event = json.loads(message["Body"])
                seen.append((event["detail-type"], event["detail"]))
                self.sqs.delete_message(
                    QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"]
                )
        return [event for event in seen if not detail_types or event[0] in detail_types]

    def objects(self, bucket: str, prefix: str = "") -> dict[str, bytes]:
        """Return every current object of a bucket by key."""
        found = self.s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
        return {
            each["Key"]: self.s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
            for each in found
        }

    def items(self, table: str) -> list[dict[str, Any]]:
        """Return every item of a table, in no order that means anything."""
        return self.tables.Table(table).scan()["Items"]

    def drop(self, key: str, data: bytes) -> dict[str, Any]:
        """Put a file and return the EventBridge event that S3 would send for it."""
        version_id = self.s3.put_object(Bucket=self.drop_bucket, Key=key, Body=data)["VersionId"]
        return object_created(self.drop_bucket, key, version_id=version_id, size=len(data))

    def _create_table(self, schema: TableSchema, name: str) -> None:
        attributes = {schema.partition_key} | {a for _, keys in schema.sort_indexes for a in keys}
        indexes = [
            {
                "IndexName": index,
                "KeySchema": [
                    {"AttributeName": partition, "KeyType": "HASH"},
                    {"AttributeName": sort, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
            for index, (partition, sort) in schema.sort_indexes
        ]
        self.dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": schema.partition_key, "KeyType": "HASH"}],
            AttributeDefinitions=[
                {"AttributeName": each, "AttributeType": "S"} for each in sorted(attributes)
            ],
            BillingMode="PAY_PER_REQUEST",
            **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
        )

    def _create_bus(self) -> None:
        self._queue_url = self.sqs.create_queue(QueueName="everything-said")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self._queue_url, AttributeNames=["QueueArn"])
        self.bus.create_event_bus(Name=self.event_bus)
        self.bus.put_rule(
            Name="everything",
            EventBusName=self.event_bus,
            EventPattern=json.dumps({"account": [ACCOUNT]}),
        )
        self.bus.put_targets(
            Rule="everything",
            EventBusName=self.event_bus,
            Targets=[{"Id": "queue", "Arn": arn["Attributes"]["QueueArn"]}],
        )

    def _create_state_machines(self) -> None:
        definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
        for arn in (self.plan_state_machine_arn, self.load_state_machine_arn):
            self.states.create_state_machine(
                name=arn.rpartition(":")[2],
                definition=json.dumps(definition),
                roleArn=f"arn:aws:iam::{ACCOUNT}:role/run",
            )


@dataclass(frozen=True)
class LambdaContext:
    """What Powertools reads of the context."""

    function_name: str = "oasis-test"
    memory_limit_in_mb: int = 1769
    invoked_function_arn: str = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:oasis-test"
    aws_request_id: str = "00000000-0000-0000-0000-000000000000"

    remaining_ms: int = 900_000

    def get_remaining_time_in_millis(self) -> int:
        """Return the time that is left, which does not pass."""
        return self.remaining_ms


def object_created(
    bucket: str, key: str, *, version_id: str | None = None, size: int = 0
) -> dict[str, Any]:
    """Return S3's EventBridge event "Object Created"; without a version id it says none."""
    described: dict[str, Any] = {"key": key, "size": size, "etag": "0"}
    if version_id is not None:
        described["version-id"] = version_id
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": ACCOUNT,
        "time": "2026-01-05T00:00:00Z",
        "region": REGION,
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {"version": "0", "bucket": {"name": bucket}, "object": described},
    }


def queue_batch(*bodies: dict[str, Any]) -> dict[str, Any]:
    """Return the Lambda event of one SQS batch with these message bodies."""
    return {
        "Records": [
            {
                "messageId": f"message-{i}",
                "receiptHandle": f"handle-{i}",
                "body": json.dumps(body),
                "attributes": {
                    "ApproximateReceiveCount": "1",
                    "SentTimestamp": "1767571200000",
                    "SenderId": "events",
                    "ApproximateFirstReceiveTimestamp": "1767571200001",
                },
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:queue",
                "awsRegion": REGION,
            }
            for i, body in enumerate(bodies)
        ]
    }


@contextmanager
def one_world() -> Iterator[World]:
    """Give a fresh world of moto's; every client made within or at import sees it."""
    with mock_aws(), answered_by_moto(CALLS):
        yield World()
        CALLS.start()
