"""Noun drop: what became of a drop, as a sentence for people."""

from shared.drop.judgements import DRY_RUN, DUPLICATE, QUARANTINED, REJECTED
from shared.drop.parted_lines import place_of
from shared.drop.verdicts import Verdict

REASONS_IN_SENTENCE = 5


def sentence_of(verdict: Verdict, *, is_drop: bool = True) -> str:
    """Return what became of a drop as a sentence for people."""
    judgement = verdict.judgement
    if verdict.status == DUPLICATE:
        return f"Nothing to do: {judgement.message}"
    dry = "Dry run, nothing was stored. " if verdict.status == DRY_RUN else ""
    if judgement.status == REJECTED:
        kept = " The data before it stays live." if is_drop else ""
        details = f" {_reasons(verdict)}." if judgement.rejections else ""
        return f"{dry}Refused whole, {judgement.reason}: {judgement.message}{details}{kept}"
    plural = "" if judgement.rows_accepted == 1 else "s"
    sentence = f"Accepted all {judgement.rows_accepted:,} row{plural}."
    if judgement.rejections:
        sentence = (
            f"Accepted {judgement.rows_accepted:,} of {judgement.rows_parsed:,} rows; "
            f"{judgement.rows_rejected:,} rejected: {_reasons(verdict)}."
        )
    if verdict.status == QUARANTINED:
        why = " ".join(verdict.departure.held_by)
        return f"Quarantined until a person releases it: {why} {sentence}"
    return f"{dry}{sentence}"


def _reasons(verdict: Verdict) -> str:
    rejections = verdict.judgement.rejections
    counts = rejections.counts()
    shown = []
    for code, many in list(counts.items())[:REASONS_IN_SENTENCE]:
        first = rejections.first(code)
        part, line = place_of(first.line, verdict.parts)
        place = f"first: {part} line {line:,}" if part else f"first: line {line:,}"
        place += f", column {first.column}" if first.column else ""
        place += f", value {first.value}" if first.value else ""
        shown.append(f"{many:,} × {code} ({place})")  # noqa: RUF001
    more = len(counts) - len(shown)
    return ", ".join(shown) + (f" and {more} more reasons" if more else "")
