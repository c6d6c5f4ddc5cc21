"""Noun drop: the receipt of one judgement of one drop version."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import msgspec

from shared.drop.drops import Drop, ObjectVersion, UnreadableKey
from shared.drop.judgements import DRY_RUN, DUPLICATE, QUARANTINED, REJECTED, Judgement
from shared.drop.profiles import NOT_COMPARED, Departure

FIRST_ERRORS = 20
REASONS_IN_SENTENCE = 5
WRITE_UNIT_BYTES = 1024
DOLLARS_PER_MILLION_WRITE_UNITS = 0.625  # on-demand, us-east-1, 2026-11
ROW_OVERHEAD_BYTES = 160  # the attributes of a score row beside its packed bytes, at most
DUPLICATE_KEY = "duplicate_key"


@dataclass(frozen=True)
class WriteCost:
    """What writing the accepted rows costs at most."""

    write_units: int
    dollars: float


@dataclass(frozen=True)
class Timings:
    """Seconds that the steps of a judgement took."""

    fetch_s: float = 0.0
    judge_s: float = 0.0
    store_s: float = 0.0


NO_COST = WriteCost(0, 0.0)
NOT_TIMED = Timings()


@dataclass(frozen=True)
class FirstError:
    """One of the first rejected rows, as a receipt shows it; the value of an id is never quoted.

    ``character`` counts from 1 in the line's text; 0 where there is none.
    """

    line: int
    code: str
    column: str
    character: int
    value: str


@dataclass(frozen=True)
class Verdict:
    """What became of a drop: the judgement of its file, and what was made of it.

    ``status`` is that of the judgement, or `quarantined`, `dry_run`, `duplicate`. Keys are empty
    where nothing was stored.
    """

    status: str
    judgement: Judgement
    sha256: str = ""
    cost: WriteCost = NO_COST
    accepted_key: str = ""
    rejected_rows_key: str = ""
    departure: Departure = NOT_COMPARED
    errors: tuple[FirstError, ...] = ()
    timings: Timings = NOT_TIMED


@dataclass(frozen=True)
class Receipt:
    """What became of a drop, for its producer and for the machine. Never rewritten.

    ``departure`` compares the drop with its producer's drop before it. ``rejected_rows_key`` is
    where the file of rejected rows stands in the bucket of receipts.
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
    sha256: str
    size_bytes: int
    write_cost: WriteCost
    judged_at: str
    timings: Timings
    sentence: str


def receipt_key(drop_id: str, judgement: int = 0) -> str:
    """Return where the receipt of a judgement stands."""
    return f"receipts/{drop_id}-{judgement}.json"


def rejected_rows_key(drop: Drop) -> str:
    """Return where the file of a drop's rejected rows stands, beside its receipt."""
    return f"rejected/{drop.drop_id}-{drop.judgement}.{drop.format}"


def write_cost(row_bytes: list[int]) -> WriteCost:
    """Return the cost of writing rows of these packed sizes, one item each."""
    units = sum(-(-(size + ROW_OVERHEAD_BYTES) // WRITE_UNIT_BYTES) for size in row_bytes)
    return WriteCost(units, units * DOLLARS_PER_MILLION_WRITE_UNITS / 1e6)


def make_receipt(
    drop: Drop | UnreadableKey, verdict: Verdict, *, judgement: int, now: datetime
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
        sha256=verdict.sha256,
        size_bytes=version.size,
        write_cost=verdict.cost,
        judged_at=now.astimezone(UTC).isoformat(),
        timings=verdict.timings,
        sentence=sentence_of(verdict, is_drop=is_drop),
    )


def sentence_of(verdict: Verdict, *, is_drop: bool = True) -> str:
    """Return what became of a drop as a sentence for people."""
    judgement = verdict.judgement
    if verdict.status == DUPLICATE:
        return f"Nothing to do: {judgement.message}"
    if verdict.status == REJECTED:
        kept = " The data before it stays live." if is_drop else ""
        details = f" {_reasons(judgement)}." if judgement.rejections else ""
        return f"Refused whole, {judgement.reason}: {judgement.message}{details}{kept}"
    plural = "" if judgement.rows_accepted == 1 else "s"
    sentence = f"Accepted all {judgement.rows_accepted:,} row{plural}."
    if judgement.rejections:
        sentence = (
            f"Accepted {judgement.rows_accepted:,} of {judgement.rows_parsed:,} rows; "
            f"{judgement.rows_rejected:,} rejected: {_reasons(judgement)}."
        )
    if verdict.status == DRY_RUN:
        return f"Dry run, nothing was stored. {sentence}"
    if verdict.status == QUARANTINED:
        why = " ".join(verdict.departure.held_by)
        return f"Quarantined until a person releases it: {why} {sentence}"
    return sentence


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
