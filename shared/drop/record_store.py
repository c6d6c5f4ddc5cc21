"""Noun drop: the record of each drop version in the table `drops`, and the newest accepted."""

from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from pynamodb.exceptions import DeleteError, PutError, UpdateError

from shared.drop.drop_items import DropItem
from shared.drop.profiles import NOT_COMPARED, Departure, Profile
from shared.table.models import bound

NEWEST_PREFIX = "newest#"
UNKNOWN_DATASET = "unknown"


@dataclass(frozen=True)
class DropRecord:
    """What the table holds of a judged drop."""

    drop_id: str
    dataset: str
    order: str
    producer: str
    as_of: str
    key: str
    version_id: str
    sha256: str
    status: str
    sentence: str
    accepted_key: str
    judged_at: str
    departure: Departure = NOT_COMPARED
    profile: Profile | None = None
    released_at: str = ""
    reverted_at: str = ""


@dataclass(frozen=True)
class NewestDrop:
    """The newest accepted drop of a dataset and producer; no profile where it cannot be read."""

    drop_id: str
    sha256: str
    as_of: str
    profile: Profile | None


class DropTable:
    """Records of drops."""

    def __init__(self, drops_table: str) -> None:
        """Name the table."""
        self._model = bound(DropItem, drops_table)

    def put(self, record: DropRecord) -> None:
        """Record a judgement; a record that is there already stays as it is."""
        item = self._model(
            record.drop_id,
            dataset=record.dataset or UNKNOWN_DATASET,
            order=record.order,
            producer=record.producer,
            as_of=record.as_of,
            key=record.key,
            version_id=record.version_id,
            sha256=record.sha256,
            status=record.status,
            sentence=record.sentence,
            accepted_key=record.accepted_key,
            judged_at=record.judged_at,
            departure=_text(record.departure),
            profile=_text(record.profile),
        )
        self._save(item, self._model.drop_id.does_not_exist())

    def find(self, record_id: str) -> DropRecord | None:
        """Return what is recorded of a judgement, None where nothing is."""
        try:
            item = self._model.get(record_id, consistent_read=True)
        except self._model.DoesNotExist:
            return None
        return DropRecord(
            drop_id=item.drop_id,
            dataset=item.dataset,
            order=item.order,
            producer=item.producer,
            as_of=item.as_of,
            key=item.key,
            version_id=item.version_id,
            sha256=item.sha256,
            status=item.status,
            sentence=item.sentence,
            accepted_key=item.accepted_key,
            judged_at=item.judged_at,
            departure=msgspec.json.decode(item.departure or "{}", type=Departure),
            profile=_profile(item.profile),
            released_at=item.released_at or "",
            reverted_at=item.reverted_at or "",
        )

    def note_released(self, record_id: str, now: str) -> None:
        """Record that a person released a drop from quarantine; the first time stays."""
        model = self._model
        model(record_id).update(actions=[model.released_at.set(model.released_at | now)])

    def note_reverted(self, record_id: str, now: str) -> None:
        """Record that a person undid a drop; the first time stays."""
        model = self._model
        model(record_id).update(actions=[model.reverted_at.set(model.reverted_at | now)])

    def newest(self, dataset: str, producer: str) -> NewestDrop | None:
        """Return the newest accepted drop of a dataset and producer."""
        try:
            item = self._model.get(f"{NEWEST_PREFIX}{dataset}#{producer}", consistent_read=True)
        except self._model.DoesNotExist:
            return None
        return NewestDrop(item.newest_drop_id, item.sha256, item.as_of, _profile(item.profile))

    def note_newest(self, record: DropRecord) -> None:
        """Make an accepted drop the newest of its dataset and producer, if its order is."""
        is_newer = self._model.drop_id.does_not_exist() | (self._model.order < record.order)
        self._save(self._newest_item(record), is_newer)

    def _newest_item(self, record: DropRecord) -> DropItem:
        # Without `dataset` the item stays out of the index; `order` stands under another key.
        return self._model(
            f"{NEWEST_PREFIX}{record.dataset}#{record.producer}",
            order=record.order,
            newest_drop_id=record.drop_id,
            sha256=record.sha256,
            as_of=record.as_of,
            profile=_text(record.profile),
        )

    def replace_newest(self, undone: DropRecord, before: DropRecord | None) -> None:
        """Make the accepted drop before one that was undone the newest, where that one is."""
        newest_id = f"{NEWEST_PREFIX}{undone.dataset}#{undone.producer}"
        newest = self.newest(undone.dataset, undone.producer)
        if newest is None or newest.drop_id.partition("+")[0] != undone.drop_id:
            return
        stands = self._model.newest_drop_id == newest.drop_id
        if before is not None:
            self._save(self._newest_item(before), stands)
            return
        try:
            self._model(newest_id).delete(condition=stands)
        except DeleteError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise

    def note_loaded(self, drop_id: str, *, written: int, superseded: int, now: str) -> None:
        """Record that a drop's rows stand in the table; a repetition does not change the first."""
        self._model(drop_id).update(
            actions=[
                self._model.rows_written.set(self._model.rows_written | written),
                self._model.rows_superseded.set(self._model.rows_superseded | superseded),
                self._model.loaded_at.set(self._model.loaded_at | now),
            ]
        )

    def note_served(self, drop_id: str, *, plan_id: str, now: datetime) -> bool:
        """Record the first plan that used a drop; return whether this was not known before.

        A drop whose judgement is not recorded yet stays without it.
        """
        model = self._model
        try:
            model(drop_id).update(
                actions=[
                    model.first_plan_id.set(plan_id),
                    model.served_at.set(now.astimezone(UTC).isoformat()),
                ],
                condition=model.drop_id.exists() & model.first_plan_id.does_not_exist(),
            )
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def _save(self, item: DropItem, condition: "object") -> None:
        try:
            item.save(condition=condition)  # type: ignore[arg-type]
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise


def _text(value: Departure | Profile | None) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _profile(text: str | None) -> Profile | None:
    try:
        return msgspec.json.decode(text or "", type=Profile)
    except msgspec.DecodeError:
        return None
