"""Noun drop: where the claims on each shard of audiences stand, moved by compare-and-swap."""

from pynamodb.exceptions import PutError

from shared.drop.drop_items import DropItem
from shared.table.models import bound

CLAIMS_PREFIX = "claims#"


class ClaimPointers:
    """Pointers to claims, an item a shard in the table `drops`."""

    def __init__(self, drops_table: str) -> None:
        """Name the table."""
        self._model = bound(DropItem, drops_table)

    def key(self, shard: int) -> str:
        """Return where the claims on a shard of audiences stand, empty before any."""
        try:
            item = self._model.get(f"{CLAIMS_PREFIX}{shard:02}", consistent_read=True)
        except self._model.DoesNotExist:
            return ""
        return str(item.key)

    def move(self, shard: int, before: str, now: str) -> bool:
        """Point a shard's claims from one key to another; say whether they stood there."""
        model = self._model
        stood = model.key == before if before else model.drop_id.does_not_exist()
        try:
            model(f"{CLAIMS_PREFIX}{shard:02}", key=now).save(condition=stood)
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            return False
        return True
