"""All that a world says beside what it is asked to keep: logs, metrics, events, errors, answers."""

import io
import json
import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from typing import Any

from aws_lambda_powertools import Logger

from tests.aws_world import World
from tests.faults.privacy.canaries import hashes_in, ids_in

MAY_NAME_IDS = ("CampaignChanged",)


@dataclass
class Heard:
    """What was said so far, by where."""

    world: World
    said: list[tuple[str, str]] = field(default_factory=list)

    def note(self, place: str, what: object) -> None:
        """Add something that was said."""
        self.said.append((place, what if isinstance(what, str) else json.dumps(what, default=str)))

    def failing(self, run: Callable[[], object]) -> Exception | None:
        """Run what may fail, and add the text of the failure, as logs and traces have it."""
        try:
            self.note("answer of a function", run())
        except Exception as error:
            self.note("error", traceback.format_exc())
            self.note("error", repr(error))
            return error
        return None

    def hits(self) -> Iterator[str]:
        """Yield each place where a canary stands that may not, as text or as plain hash."""
        for place, text in (*self.said, *_kept_in_tables(self.world), *_reports(self.world)):
            for canary in {*ids_in(text), *hashes_in(text)}:
                yield f"{canary!r} in {place}: {_around(text)}"
        for place, body in _plans_and_keys(self.world):
            for canary in ids_in(body):
                yield f"{canary!r} in {place}"


@contextmanager
def hearing(world: World) -> Iterator[Heard]:
    """Hear all that is said within."""
    heard, logged, printed = Heard(world), io.StringIO(), io.StringIO()
    take = world.events

    def taken(*detail_types: str) -> list[tuple[str, dict[str, Any]]]:
        said = take()
        for name, detail in said:
            if name not in MAY_NAME_IDS:
                heard.note(f"event {name}", detail)
        return [event for event in said if not detail_types or event[0] in detail_types]

    world.events = taken  # type: ignore[method-assign]
    handler = logging.StreamHandler(logged)
    handler.setLevel(logging.INFO)
    own = Logger().registered_handler
    assert isinstance(own, logging.StreamHandler)
    before = own.setStream(logged)
    logging.getLogger().addHandler(handler)
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            yield heard
    finally:
        logging.getLogger().removeHandler(handler)
        own.setStream(before)
        taken()
        world.events = take  # type: ignore[method-assign]
        for text in logged.getvalue().splitlines():
            heard.note("log", text)
        for text in printed.getvalue().splitlines():
            heard.note("stdout or stderr", text)


def _reports(world: World) -> Iterator[tuple[str, str]]:
    """Yield receipts, the reports of plans, and what runs were asked and answered."""
    for key, body in world.objects(world.receipt_bucket, "receipts/").items():
        yield f"receipt {key}", body.decode()
    for key, body in world.objects(world.plan_bucket, "plans/").items():
        if key.endswith("report.json"):
            yield f"report {key}", body.decode()
    for machine in (world.plan_state_machine_arn, world.load_state_machine_arn):
        found = world.states.list_executions(stateMachineArn=machine)["executions"]
        for each in found:
            run = world.states.describe_execution(executionArn=each["executionArn"])
            yield "run", f"{run['name']} {run['input']} {run.get('output')}"


def _kept_in_tables(world: World) -> Iterator[tuple[str, str]]:
    there = world.dynamodb.list_tables()["TableNames"]
    for table in sorted({world.drops_table, world.plans_table}.intersection(there)):
        for item in world.items(table):
            yield f"table {table}", repr(item)


def _plans_and_keys(world: World) -> Iterator[tuple[str, str | bytes]]:
    """Yield every object of a plan, which may hold hashes, and the key of every object."""
    for key, body in world.objects(world.plan_bucket).items():
        yield f"plan {key}", body
    buckets = (world.receipt_bucket, world.accepted_bucket, world.plan_bucket, world.export_bucket)
    for bucket in buckets:
        for found in world.s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            yield f"key in {bucket}", found["Key"]


def _around(text: str) -> str:
    return text if len(text) < 1500 else f"{text[:700]} … {text[-700:]}"
