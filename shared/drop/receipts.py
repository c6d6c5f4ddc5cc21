"""Noun drop: the receipt of one judgement of one drop version."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import msgspec

from shared.drop.drops import Drop, ObjectVersion, UnreadableKey
from shared.drop.judgements import DUPLICATE, REJECTED, Judgement
from shared.drop.rejections import Rejection

FIRST_ERRORS = 20
REASONS_IN_SENTENCE = 5
WRITE_UNIT_BYTES = 1024
DOLLARS_PER_MILLION_WRITE_UNITS = 0.625  # on-demand, us-east-1, 2026-11
ROW_OVERHEAD_BYTES = 160  # the attributes of a score row beside its packed bytes, at most


@dataclass(frozen=True)
class WriteCost:
    """What writing the accepted rows costs at most."""

    write_units: int
    dollars: float


@dataclass(frozen=True)
class Receipt:
    """What became of a drop, for its producer and for the machine. Never rewritten."""

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
    rejected_by_reason: dict[str, int]
    first_errors: tuple[Rejection, ...]
    sha256: str
    size_bytes: int
    write_cost: WriteCost
    judged_at: str
    judged_in_s: float
    sentence: str


def receipt_key(drop_id: str, judgement: int = 0) -> str:
    """Return where the receipt of a judgement stands."""
    return f"receipts/{drop_id}-{judgement}.json"


def write_cost(row_bytes: list[int]) -> WriteCost:
    """Return the cost of writing rows of these packed sizes, one item each."""
    units = sum(-(-(size + ROW_OVERHEAD_BYTES) // WRITE_UNIT_BYTES) for size in row_bytes)
    return WriteCost(units, units * DOLLARS_PER_MILLION_WRITE_UNITS / 1e6)


def make_receipt(
    drop: Drop | UnreadableKey,
    judgement: Judgement,
    *,
    sha256: str,
    cost: WriteCost,
    now: datetime,
    judged_in_s: float,
) -> Receipt:
    """Return the receipt of a judgement; a key that names no drop has one, too."""
    version: ObjectVersion = drop.version
    is_drop = isinstance(drop, Drop)
    dataset = drop.dataset.name if isinstance(drop, Drop) else drop.dataset
    return Receipt(
        drop_id=version.drop_id,
        judgement=0,
        bucket=version.bucket,
        key=version.key,
        version_id=version.version_id,
        dataset=dataset,
        producer=drop.producer,
        as_of=drop.as_of.isoformat() if isinstance(drop, Drop) else "",
        order=drop.order if isinstance(drop, Drop) else "",
        status=judgement.status,
        reason=judgement.reason,
        reason_line=judgement.reason_line,
        rows_parsed=judgement.rows_parsed,
        rows_accepted=judgement.rows_accepted,
        rows_rejected=judgement.rows_rejected,
        rejected_by_reason=judgement.rejections.counts(),
        first_errors=judgement.rejections[:FIRST_ERRORS],
        sha256=sha256,
        size_bytes=version.size,
        write_cost=cost,
        judged_at=now.astimezone(UTC).isoformat(),
        judged_in_s=round(judged_in_s, 3),
        sentence=sentence_of(judgement, is_drop=is_drop),
    )


def sentence_of(judgement: Judgement, *, is_drop: bool = True) -> str:
    """Return the judgement as a sentence for people."""
    if judgement.status == DUPLICATE:
        return f"Nothing to do: {judgement.message}"
    if judgement.status == REJECTED:
        kept = " The data before it stays live." if is_drop else ""
        details = f" {_reasons(judgement)}." if judgement.rejections else ""
        return f"Refused whole, {judgement.reason}: {judgement.message}{details}{kept}"
    if not judgement.rejections:
        plural = "" if judgement.rows_accepted == 1 else "s"
        return f"Accepted all {judgement.rows_accepted:,} row{plural}."
    return (
        f"Accepted {judgement.rows_accepted:,} of {judgement.rows_parsed:,} rows; "
        f"{judgement.rows_rejected:,} rejected: {_reasons(judgement)}."
    )


def encode_receipt(receipt: Receipt) -> bytes:
    """Return the receipt as JSON."""
    return msgspec.json.format(msgspec.json.encode(asdict(receipt)), indent=2)


def _reasons(judgement: Judgement) -> str:
    counts = judgement.rejections.counts()
    shown = []
    for code, many in list(counts.items())[:REASONS_IN_SENTENCE]:
        first = judgement.rejections.first(code)
        place = f"first: line {first.line:,}"
        place += f", column {first.column}" if first.column else ""
        place += f", value {first.value}" if first.value else ""
        shown.append(f"{many:,} × {code} ({place})")  # noqa: RUF001
    more = len(counts) - len(shown)
    return ", ".join(shown) + (f" and {more} more reasons" if more else "")
