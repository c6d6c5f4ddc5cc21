"""Noun plan: the one item that turns any number of requests into one run at a time."""

from dataclasses import dataclass
from datetime import UTC, datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.models import Model

from shared.event.schema import PLAN_RUN_PREFIX
from shared.plan.schema import REQUEST_ITEM
from shared.pointer.schema import ITEM
from shared.table.models import bound


class RequestItem(Model):
    """The count of requests, how far which run has noted it, and the run in flight."""

    class Meta:
        """Table and client settings; the store names the table."""

        table_name = ""
        connect_timeout_seconds = 2
        read_timeout_seconds = 5

    item = UnicodeAttribute(hash_key=True, attr_name=ITEM)
    requested = NumberAttribute(default=0)
    noted = NumberAttribute(default=0)
    noted_by = UnicodeAttribute(default="")
    run = UnicodeAttribute(default="")
    claimed_at = UnicodeAttribute(default="")


@dataclass(frozen=True)
class Requests:
    """How many plans were requested, how many which run noted, and the run in flight."""

    requested: int
    noted: int
    noted_by: str  # empty where none noted yet what it was claimed for
    run: str  # empty where none is in flight
    claimed_at: str  # ISO 8601, UTC: from when the run in flight counts

    @property
    def is_due(self) -> bool:
        """Say whether somebody asked for a plan since a run last noted it."""
        return self.requested > self.noted


class RequestStore:
    """The request item, changed by conditional updates alone."""

    def __init__(self, plans_table: str) -> None:
        """Name the table."""
        self._model = bound(RequestItem, plans_table)

    def read(self) -> Requests:
        """Return the item as of now."""
        try:
            item = self._model.get(REQUEST_ITEM, consistent_read=True)
        except self._model.DoesNotExist:
            return Requests(0, 0, "", "", "")
        noted = int(item.noted)
        return Requests(int(item.requested), noted, item.noted_by, item.run, item.claimed_at)

    def raise_requested(self) -> None:
        """Ask for one more plan. Asked twice, two are due, and the second changes nothing."""
        self._model(REQUEST_ITEM).update(actions=[self._model.requested.add(1)])

    def count_from(self, number: int) -> None:
        """Count on from a number that is above all before it, where the count is not there yet."""
        model = self._model
        try:
            model(REQUEST_ITEM).update(
                actions=[model.requested.set(number)],
                condition=model.item.does_not_exist() | (model.requested < number),
            )
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise

    def claim(self, before: Requests, now: datetime) -> Requests:
        """Make the run that ``before`` asks for the one in flight, if none is, and return it."""
        model = self._model
        run = f"{PLAN_RUN_PREFIX}{before.requested}"
        claimed_at = now.astimezone(UTC).isoformat()
        no_run = model.run.does_not_exist() | (model.run == "")
        try:
            model(REQUEST_ITEM).update(
                actions=[
                    model.run.set(run),
                    model.claimed_at.set(claimed_at),
                    model.noted.set(before.requested),
                ],
                condition=no_run & (model.requested >= before.requested),
            )
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
        return self.read()

    def release(self, run: str) -> None:
        """Forget a run that ended, if it is still the one in flight."""
        try:
            self._model(REQUEST_ITEM).update(
                actions=[self._model.run.set("")], condition=self._model.run == run
            )
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise

    def note(self, run: str) -> int:
        """Note, before a run reads its inputs, how many plans were requested, and return it.

        A run notes once: told again, it returns what it noted, however many were requested since.
        What is left of a run that ended notes nothing: nobody would answer what it noted.
        """
        model, requested = self._model, self.read().requested
        has_noted = model.noted_by.exists() & (model.noted_by == run)
        try:
            model(REQUEST_ITEM).update(
                actions=[model.noted.set(requested), model.noted_by.set(run)],
                condition=(model.run == run) & ~has_noted,
            )
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            before = self.read()
            return before.noted if before.noted_by == run else requested
        return requested
