"""Noun drop: all stores that judging a drop needs."""

from dataclasses import dataclass
from pathlib import Path

from shared.drop.accepted_store import AcceptedBucket
from shared.drop.claim_store import ClaimStore
from shared.drop.receipt_store import ReceiptBucket
from shared.drop.record_store import DropTable
from shared.drop.store import DropBucket
from shared.erasure.store import ErasureStore


@dataclass(frozen=True)
class DropStores:
    """Where drops are read from, and what is made of them goes.

    Files that judging needs lie below ``scratch``, or where the system has them.
    """

    drops: DropBucket
    accepted: AcceptedBucket
    claims: ClaimStore
    receipts: ReceiptBucket
    records: DropTable
    erasures: ErasureStore
    scratch: Path | None = None
