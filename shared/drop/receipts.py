"""Noun drop: the receipt of one judgement of one drop version."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import msgspec

from shared.drop.drops import Drop, DropPart, ObjectVersion, UnreadableKey
from shared.drop.profiles import Departure, Profile
from shared.drop.sentences import sentence_of
from shared.drop.verdicts import FirstError, Timings, Verdict, WriteCost

FIRST_ERRORS = 20
DUPLICATE_KEY = "duplicate_key"


@dataclass(frozen=True)
class Receipt:
    """What became of a drop, for its producer and for the machine. Never rewritten.

    With the bucket of accepted data it says all that the drop's record does, so that a lost table
    can be rebuilt. ``departure`` compares the drop with its producer's drop before it.
    ``rejected_rows_key`` is where the file of rejected rows stands in the bucket of receipts.
    ``mode`` and ``model`` are the manifest's, empty where the drop is one file.
    """

    drop_id: str
    judgement: int
    bucket: str
    key: str
    version_id: str
    dataset: str
    producer: str
    as_of: str
    order: str
    status: str
    reason: str
    reason_line: int | None
    rows_parsed: int
    rows_accepted: int
    rows_rejected: int
    rows_duplicate: int
    rejected_by_reason: dict[str, int]
    first_errors: tuple[FirstError, ...]
    rejected_rows_key: str
    departure: Departure
    mode: str
    model: str
    sha256: str
    size_bytes: int
    write_cost: WriteCost
    judged_at: str
    timings: Timings
    sentence: str
    profile: Profile | None = None


def receipt_key(drop_id: str, judgement: int = 0) -> str:
    """Return where the receipt of a judgement stands."""
    return f"receipts/{drop_id}-{judgement}.json"


def rejected_rows_key(drop: Drop, form: str) -> str:
    """Return where the file of a drop's rejected rows stands, beside its receipt."""
    return f"rejected/{drop.drop_id}-{drop.judgement}.{form}"


def make_receipt(
    drop: Drop | DropPart | UnreadableKey, verdict: Verdict, *, judgement: int, now: datetime
) -> Receipt:
    """Return the receipt of a judgement; a key that names no drop has one, too."""
    version: ObjectVersion = drop.version
    is_drop = isinstance(drop, Drop)
    counts = verdict.judgement.rejections.counts()
    return Receipt(
        drop_id=version.drop_id,
        judgement=judgement,
        bucket=version.bucket,
        key=version.key,
        version_id=version.version_id,
        dataset=drop.dataset.name if isinstance(drop, Drop) else drop.dataset,
        producer=drop.producer,
        as_of=drop.as_of.isoformat() if isinstance(drop, Drop) else "",
        order=drop.order if isinstance(drop, Drop) else "",
        status=verdict.status,
        reason=verdict.judgement.reason,
        reason_line=verdict.judgement.reason_line,
        rows_parsed=verdict.judgement.rows_parsed,
        rows_accepted=verdict.judgement.rows_accepted,
        rows_rejected=verdict.judgement.rows_rejected,
        rows_duplicate=counts.get(DUPLICATE_KEY, 0),
        rejected_by_reason=counts,
        first_errors=verdict.errors,
        rejected_rows_key=verdict.rejected_rows_key,
        departure=verdict.departure,
        mode=verdict.mode,
        model=verdict.model,
        sha256=verdict.sha256,
        size_bytes=version.size,
        write_cost=verdict.cost,
        judged_at=now.astimezone(UTC).isoformat(),
        timings=verdict.timings,
        sentence=sentence_of(verdict, is_drop=is_drop),
        profile=verdict.judgement.profile,
    )


def encode_receipt(receipt: Receipt) -> bytes:
    """Return the receipt as JSON."""
    return msgspec.json.format(msgspec.json.encode(asdict(receipt)), indent=2)


def decode_receipt(document: bytes) -> Receipt:
    """Read a receipt, also one of before profiles stood in them."""
    return msgspec.json.decode(document, type=Receipt)
