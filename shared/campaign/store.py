"""Noun campaign: the table `campaigns`."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import TransactWriteError, UpdateError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from shared.campaign.campaigns import Campaign
from shared.campaign.events import CampaignEvent, to_event
from shared.campaign.schema import CAMPAIGN_ID
from shared.pointer.pointers import Pointer, Suppression, suppression_after
from shared.pointer.schema import POINTER_ITEM
from shared.pointer.store import PointerStore
from shared.table.models import bound


class CampaignItem(Model):
    """One campaign as it stands in the table; ``document`` is its newest event as JSON."""

    class Meta:
        """Table and client settings; the store names the table."""

        table_name = ""
        connect_timeout_seconds = 2
        read_timeout_seconds = 5

    campaign_id = UnicodeAttribute(hash_key=True, attr_name=CAMPAIGN_ID)
    version = NumberAttribute()
    status = UnicodeAttribute()
    document = UnicodeAttribute()
    digest = UnicodeAttribute()
    publisher = UnicodeAttribute()


class CampaignMovedError(RuntimeError):
    """The campaign or the pointer changed between reading and writing; read and decide again."""


class CampaignStore:
    """All campaigns, each at the highest version that was accepted."""

    def __init__(self, campaigns_table: str, pointer: PointerStore) -> None:
        """Name the table; ``pointer`` holds the suppressions that go with a campaign's status."""
        self._model = bound(CampaignItem, campaigns_table)
        self._pointer = pointer
        # Made once: a connection of its own for each transaction loads botocore's model anew.
        self._connection = Connection(connect_timeout_seconds=2, read_timeout_seconds=5)

    def find(self, campaign_id: str) -> tuple[int, str] | None:
        """Return version and digest of the campaign as it stands, or None."""
        try:
            item = self._model.get(campaign_id, consistent_read=True)
        except self._model.DoesNotExist:
            return None
        return int(item.version), item.digest

    def get(self, campaign_id: str) -> Campaign | None:
        """Return the campaign as it stands, or None."""
        try:
            item = self._model.get(campaign_id, consistent_read=True)
        except self._model.DoesNotExist:
            return None
        return CampaignEvent.model_validate_json(item.document).to_campaign()

    def find_all(self, campaign_ids: Iterable[str]) -> Iterator[Campaign]:
        """Return the campaigns of these ids as they stand, in no order, those there are."""
        for item in self._model.batch_get(campaign_ids, consistent_read=True):
            yield CampaignEvent.model_validate_json(item.document).to_campaign()

    def apply(
        self, campaign: Campaign, *, publisher: str, stored: Campaign | None, pointer: Pointer
    ) -> None:
        """Write the campaign and its suppression in one transaction.

        ``stored`` and ``pointer`` were read before; the transaction holds only while the pointer's
        revision is unchanged and the stored version is older.

        Raises:
            CampaignMovedError: either changed in between; nothing was written.
        """
        before = pointer.suppressed.get(campaign.campaign_id)
        after = suppression_after(
            before,
            version=campaign.version,
            is_active=campaign.is_active,
            is_cap_reached=stored is not None and _keeps_cap(stored, before, campaign),
        )
        document = to_event(campaign).model_dump_json()
        item = self._model(
            campaign.campaign_id,
            version=campaign.version,
            status=campaign.status.value,
            document=document,
            digest=digest(campaign),
            publisher=publisher,
        )
        pointer_model = self._pointer.model
        unmoved = pointer_model.revision == pointer.revision
        is_newer = self._model.campaign_id.does_not_exist() | (
            self._model.version < campaign.version
        )
        with self._transaction(f"Campaign {campaign.campaign_id}") as transaction:
            transaction.save(item, condition=is_newer)
            if after == before:
                transaction.condition_check(pointer_model, POINTER_ITEM, condition=unmoved)
            else:
                transaction.update(
                    pointer_model(POINTER_ITEM),
                    actions=self._pointer.changes_of({campaign.campaign_id: after}),
                    condition=unmoved,
                )

    def replace(self, before: Campaign, after: Campaign) -> None:
        """Write a campaign over itself, of the same version.

        Raises:
            CampaignMovedError: it is not what it was; nothing was written.
        """
        item = self._model(before.campaign_id)
        try:
            item.update(
                actions=[
                    self._model.document.set(to_event(after).model_dump_json()),
                    self._model.digest.set(digest(after)),
                ],
                condition=self._model.digest == digest(before),
            )
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            raise CampaignMovedError(f"Campaign {before.campaign_id} changed meanwhile.") from error

    def suppress(
        self, changes: Sequence[tuple[Campaign, Suppression | None]], *, pointer: Pointer
    ) -> None:
        """Change the entries of at most 99 campaigns in one transaction.

        It holds only while the pointer's revision and each campaign's version are as they were
        read.

        Raises:
            CampaignMovedError: one changed in between; nothing was written.
        """
        pointer_model = self._pointer.model
        after = {campaign.campaign_id: entry for campaign, entry in changes}
        with self._transaction(f"One of {len(changes)} campaigns") as transaction:
            for campaign, _ in changes:
                transaction.condition_check(
                    self._model,
                    campaign.campaign_id,
                    condition=self._model.version == campaign.version,
                )
            transaction.update(
                pointer_model(POINTER_ITEM),
                actions=self._pointer.changes_of(after),
                condition=pointer_model.revision == pointer.revision,
            )

    def all(self) -> Iterator[Campaign]:
        """Return every campaign, in no order."""
        for item in self._model.scan(consistent_read=True):
            yield CampaignEvent.model_validate_json(item.document).to_campaign()

    @contextmanager
    def _transaction(self, what: str) -> Iterator[TransactWrite]:
        try:
            with TransactWrite(connection=self._connection) as transaction:
                yield transaction
        except TransactWriteError as error:
            if error.cause_response_code == "TransactionCanceledException":
                raise CampaignMovedError(f"{what} or the pointer changed meanwhile.") from error
            raise


def digest(campaign: Campaign) -> str:
    """Return what tells two campaigns with equal id and version apart."""
    return blake2b(to_event(campaign).model_dump_json().encode(), digest_size=16).hexdigest()


def _keeps_cap(stored: Campaign, entry: Suppression | None, campaign: Campaign) -> bool:
    """Say whether an entry means a reached cap that ``campaign`` does not raise.

    No pause leaves an active campaign with an entry of its own version.
    """
    is_reached = stored.is_active and entry == stored.version
    return is_reached and campaign.cap_exposures <= stored.cap_exposures
