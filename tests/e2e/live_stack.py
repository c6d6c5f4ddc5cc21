"""A running local stack as the tests see it: what is dropped, said, stored and still under way."""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import boto3

from oasis.campaign import campaigns_of, send, wait_until_applied
from oasis.connection import Connection
from oasis.drop import drop_prefix, put_drop, receipt_of
from oasis.dropped import DroppedFile
from oasis.erase import removals_of
from oasis.lookup import SignedCaller
from oasis.parts import Told, put_parts
from shared.campaign.campaigns import Campaign
from shared.drop.load_store import LoadTable
from shared.drop.record_store import DropTable
from shared.drop.release import replay_drop
from shared.erasure.store import ErasureStore
from shared.event.events import DropAccepted
from shared.event.schema import SOURCE
from shared.event.store import EventBus
from shared.plan.request_store import RequestStore
from shared.plan.store import PlanBucket
from shared.pointer.store import PointerStore
from tests.e2e.told_functions import described
from tests.e2e.work_queues import WorkQueues

STACK = "Oasis-dev"
TIMEOUT_S = 120.0
Answer = TypeVar("Answer")


def until(
    check: Callable[[], Answer | None], what: str, left: Callable[[], object] = lambda: "unknown"
) -> Answer:
    """Return the first answer of ``check`` that is not None, or fail and say for what it waited."""
    ends = time.monotonic() + TIMEOUT_S
    while (answer := check()) is None:
        assert time.monotonic() < ends, f"waited {TIMEOUT_S:.0f} s for {what}; left: {left()}"
        time.sleep(0.05)
    return answer


class LiveStack:
    """Clients of one local stack, made after `connect` has pointed this process at it."""

    def __init__(self, connection: Connection, scratch: Path) -> None:
        self.connection = connection
        self.caller = SignedCaller(connection)
        self.campaigns = campaigns_of(connection)
        self.plans = PlanBucket(connection.plan_bucket)
        self.pointer = PointerStore(connection.plans_table)
        self.requests = RequestStore(connection.plans_table)
        self._scratch = scratch
        self.queues = WorkQueues(_resources("AWS::SQS::Queue"))
        self._s3 = boto3.client("s3")
        self._tables = boto3.resource("dynamodb")
        self._runs = boto3.client("stepfunctions")
        (self._load_machine,) = (
            arn
            for name, arn in _resources("AWS::StepFunctions::StateMachine").items()
            if name.startswith("LoadRunStateMachine")
        )
        self._is_stuck = False

    def put(
        self, name: str, content: bytes, *, dataset: str, producer: str, as_of: str = ""
    ) -> Any:
        """Drop a file as of now unless told, and return what it stands as, without waiting."""
        file = self._scratch / name
        file.write_bytes(content)
        moment = as_of or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return put_drop(self.connection, file, dataset=dataset, producer=producer, as_of=moment)

    def receipt(self, dropped: DroppedFile) -> dict[str, Any]:
        """Return the receipt of a drop as soon as it is written."""
        return until(
            lambda: receipt_of(self.connection, dropped.drop_id), f"the receipt of {dropped.key}"
        )

    def drop(
        self, name: str, content: bytes, *, dataset: str, producer: str, as_of: str = ""
    ) -> dict[str, Any]:
        """Drop a file, wait until nothing is under way any more, and return its receipt."""
        dropped = self.put(name, content, dataset=dataset, producer=producer, as_of=as_of)
        receipt = self.receipt(dropped)
        self.settle()
        return receipt

    def drop_parts(
        self, parts: Mapping[str, bytes], *, dataset: str, producer: str, told: Told
    ) -> dict[str, Any]:
        """Drop parts and their manifest, wait until all is done, and return the receipt."""
        with TemporaryDirectory() as folder:
            files = [Path(folder) / name for name in parts]
            for file in files:
                file.write_bytes(parts[file.name])
            prefix = drop_prefix(dataset, producer, datetime.now(UTC).isoformat())
            *_, manifest = put_parts(
                self.connection, files, name="all", prefix=prefix, dataset=dataset, told=told
            )
        receipt = self.receipt(manifest)
        self.settle()
        return receipt

    def change(self, *campaigns: Campaign) -> None:
        """Send campaigns to the bus and return when they are applied; plans may be under way."""
        send(self.connection, campaigns)
        wait_until_applied(self.connection, campaigns)

    def fill(self, files: Mapping[str, bytes], campaigns: Iterable[Campaign]) -> None:
        """Drop a file of each dataset, send campaigns, and wait until a plan is served."""
        for dataset, content in files.items():
            receipt = self.drop(f"{dataset}.csv", content, dataset=dataset, producer="models")
            assert receipt["status"] == "accepted", receipt["sentence"]
        self.change(*campaigns)
        self.settle()

    def ask(self, audience_ids: list[str], track_ids: list[str], **more: Any) -> dict[str, Any]:
        """Ask for promotion scores over HTTP with a signed request."""
        return self.caller.ask(
            {"audience_ids": audience_ids, "track_ids": track_ids, "context": "radio", **more}
        )

    def settle(self) -> None:
        """Return when no message, no run and no request for a plan is left.

        A message that failed stays in its queue for minutes: this fails where anything did, and
        at once where it failed before.
        """
        assert not self._is_stuck, "work of an earlier test never ended"
        self._is_stuck = True
        until(lambda: None if self._under_way() else True, "all work to end", self._under_way)
        self._is_stuck = False
        assert not self.queues.have_dead_letters, "there are dead letters"

    def lose_work_on(self, *, judged: str, loaded: str) -> None:
        """Lose one drop's receipt, and what is known of another's loading, until they are back."""
        table = self.connection.drops_table
        loads, record = LoadTable(table), DropTable(table).find(loaded)
        assert record is not None, f"drop {loaded} has no record"
        self._s3.delete_object(
            Bucket=self.connection.receipt_bucket, Key=f"receipts/{judged}-0.json"
        )
        loads.forget(record.accepted_key)
        tick = {"id": "tick", "detail-type": "Scheduled Event", "source": "aws.events"}

        def are_back() -> bool | None:
            self.deliver_again("Reconcile", {**tick, "account": "000000000000", "detail": {}})
            is_loaded = loads.find(record.accepted_key)
            return True if is_loaded and receipt_of(self.connection, judged) else None

        until(are_back, "a drop to be judged again, and another to be loaded again")

    def acceptance_of(self, drop_id: str) -> dict[str, Any]:
        """Return what was said when a drop was accepted."""
        record = DropTable(self.connection.drops_table).find(drop_id)
        assert record is not None, f"drop {drop_id} has no record"
        said = DropAccepted(
            drop_id, record.dataset, record.producer, record.order, record.accepted_key
        )
        return {
            "id": f"again-{drop_id}",
            "account": "000000000000",
            "source": SOURCE,
            "detail-type": said.detail_type,
            "detail": asdict(said),
        }

    def erase(self, audience_id: str) -> list[str]:
        """Erase an audience, and return what is left of it for a later run."""
        ErasureStore(self.connection.accepted_bucket, self.connection.erasure_key).add(audience_id)
        removals = removals_of(self.connection, audience_id, is_dry=False)
        return [removal.left for removal in removals if removal.left]

    def judge_again(self, drop_id: str, judgement: int = 1) -> dict[str, Any]:
        """Replay a drop, wait until nothing is under way any more, and return its new receipt."""
        replay_drop(
            drop_id,
            judgement,
            records=DropTable(self.connection.drops_table),
            events=EventBus(self.connection.event_bus),
        )
        key = f"receipts/{drop_id}-{judgement}.json"
        found = until(
            lambda: self.objects(self.connection.receipt_bucket).get(key), f"the receipt {key}"
        )
        self.settle()
        receipt: dict[str, Any] = json.loads(found)
        return receipt

    def deliver_again(self, arrow: str, event: dict[str, Any]) -> None:
        """Put an event into the queue of an arrow once more, and wait until nothing is left."""
        self.queues.send(arrow, event)
        self.settle()

    def objects(self, bucket: str) -> dict[str, bytes]:
        """Return every current object of a bucket by key."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
        return {k: self._s3.get_object(Bucket=bucket, Key=k)["Body"].read() for k in keys}

    def put_all(self, bucket: str, objects: Mapping[str, bytes]) -> None:
        """Put objects into a bucket by key."""
        for key, body in objects.items():
            self._s3.put_object(Bucket=bucket, Key=key, Body=body)

    def items(self, table: str) -> dict[str, dict[str, Any]]:
        """Return every item of a table by its partition key."""
        found = self._tables.Table(table)
        key = found.key_schema[0]["AttributeName"]
        return {str(item[key]): item for item in found.scan(ConsistentRead=True)["Items"]}

    def stored(self) -> dict[str, dict[str, Any]]:
        """Return all that drops and campaigns lead to: two buckets and three tables."""
        c = self.connection
        return {
            "receipts": self.objects(c.receipt_bucket),
            "accepted": self.objects(c.accepted_bucket),
            "drops": self.items(c.drops_table),
            "scores": self.items(c.scores_table),
            "campaigns": self.items(c.campaigns_table),
        }

    def freeze(self, frozen: bool) -> None:
        """Hold later plans, as after a rollback, or let them be activated again."""
        self._tables.Table(self.connection.plans_table).update_item(
            Key={"item": "pointer"},
            UpdateExpression="SET frozen = :frozen ADD revision :one",
            ExpressionAttributeValues={":frozen": frozen, ":one": 1},
        )

    def forget_pointer(self) -> None:
        """Delete the pointer, as if nothing had been planned yet."""
        plans = self._tables.Table(self.connection.plans_table)
        plans.delete_item(Key={"item": "pointer"})

    def wait_for_log(self, function: str, word: str) -> None:
        """Return as soon as a function has logged a line with a word."""
        logs = boto3.client("logs")
        group = described(function)["LoggingConfig"]["LogGroup"]

        def look() -> bool | None:
            events = logs.filter_log_events(logGroupName=group)["events"]
            return True if any(word in event["message"] for event in events) else None

        until(look, f"{function} to log {word}")

    def _under_way(self) -> list[str]:
        """Return the arrows whose queues hold messages, and the run or the request in flight."""
        item = self.requests.read()
        loads = self._runs.list_executions(
            stateMachineArn=self._load_machine, statusFilter="RUNNING"
        )["executions"]
        waiting = [*self.queues.busy, *(f"load {load['name']}" for load in loads)]
        return [*waiting, *([f"run {item.run or 'to start'}"] if item.run or item.is_due else [])]


def _resources(kind: str) -> dict[str, str]:
    """Return the stack's resources of a type: physical ids by logical ids."""
    resources = boto3.client("cloudformation").describe_stack_resources(StackName=STACK)
    return {
        each["LogicalResourceId"]: each["PhysicalResourceId"]
        for each in resources["StackResources"]
        if each["ResourceType"] == kind
    }
