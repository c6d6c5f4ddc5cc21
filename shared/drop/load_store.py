"""Noun drop: how far accepted drops are written, and the runs that write the large ones."""

import json
from dataclasses import asdict
from hashlib import blake2b
from itertools import count
from typing import Any

import boto3
from pynamodb.attributes import MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError
from pynamodb.models import Model

from shared.drop.load_parts import LoadPart, LoadProgress
from shared.drop.schema import DROP_ID
from shared.event.events import DropAccepted
from shared.event.schema import LOAD_RUN_PREFIX
from shared.request.clients import bounded
from shared.score.store import WriteCounts
from shared.table.models import bound

LOAD_PREFIX = "load#"
UNDER_WAY = ("RUNNING", "PENDING_REDRIVE")


class LoadItem(Model):
    """The writing of one accepted object; it stands among the records of drops."""

    class Meta:
        """Table and client settings; the store names the table."""

        table_name = ""
        connect_timeout_seconds = 2
        read_timeout_seconds = 5

    item_id = UnicodeAttribute(hash_key=True, attr_name=DROP_ID)
    parts = NumberAttribute()
    done: MapAttribute[str, Any] = MapAttribute(default=dict)


class LoadTable:
    """Progress by accepted key."""

    def __init__(self, drops_table: str) -> None:
        """Name the table."""
        self._model = bound(LoadItem, drops_table)

    def begin(self, accepted_key: str, parts: int) -> LoadProgress:
        """Note of how many parts the writing is, and return how far it has come already."""
        item = self._model(LOAD_PREFIX + accepted_key, parts=parts)
        try:
            item.save(condition=self._model.item_id.does_not_exist())
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            item.refresh(consistent_read=True)
        return _progress(item)

    def forget(self, accepted_key: str) -> None:
        """Forget that an accepted object was written, so that it is written again."""
        self._model(LOAD_PREFIX + accepted_key).delete()

    def note_part(self, accepted_key: str, part: LoadPart, counts: WriteCounts) -> LoadProgress:
        """Note what writing a part did, and return how far all of it is.

        Of a part that is written again the first figures stay: they tell what changed.
        """
        item = self._model(LOAD_PREFIX + accepted_key)
        done = self._model.done[str(part.number)]
        item.update(actions=[done.set(done | [counts.written, counts.superseded])])
        return _progress(item)

    def find(self, accepted_key: str) -> LoadProgress | None:
        """Return how far the writing of an accepted object is, None before it began."""
        try:
            return _progress(self._model.get(LOAD_PREFIX + accepted_key, consistent_read=True))
        except self._model.DoesNotExist:
            return None


class LoadRuns:
    """Executions of the state machine that writes the parts of a large drop."""

    def __init__(self, state_machine_arn: str) -> None:
        """Name the state machine."""
        self._machine = state_machine_arn
        self._executions = state_machine_arn.replace(":stateMachine:", ":execution:", 1)
        self._client = boto3.client("stepfunctions", config=bounded())

    def start(self, drop: DropAccepted, parts: tuple[LoadPart, ...]) -> None:
        """Start a run that writes an accepted object, unless one is under way."""
        named = LOAD_RUN_PREFIX + blake2b(drop.accepted_key.encode(), digest_size=16).hexdigest()
        asked = json.dumps({"drop": asdict(drop), "parts": [asdict(part) for part in parts]})
        for attempt in count():
            name = f"{named}-{attempt}"
            try:
                self._client.start_execution(stateMachineArn=self._machine, name=name, input=asked)
            except self._client.exceptions.ExecutionAlreadyExists:
                run = self._client.describe_execution(executionArn=f"{self._executions}:{name}")
                if run["status"] not in UNDER_WAY:
                    continue
            return


def _progress(item: LoadItem) -> LoadProgress:
    done = list(item.done.as_dict().values())
    return LoadProgress(
        parts=int(item.parts),
        parts_done=len(done),
        written=int(sum(written for written, _ in done)),
        superseded=int(sum(superseded for _, superseded in done)),
    )
