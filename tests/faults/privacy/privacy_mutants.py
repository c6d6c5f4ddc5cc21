"""Seeded faults by which a listener's id gets where it may not stand, and what finds each."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from functions.lookup_scores import handler as lookup_scores
from functions.update_campaign import handler as update_campaign
from oasis import dead_letter
from shared.campaign import update
from shared.drop import headers, ingest, parquet, row_judging
from shared.drop.refusals import RefusedFileError
from shared.event.events import ScoresLoaded
from shared.event.store import EventBus
from shared.score.hashes import id_hash
from shared.score.store import ScoreStore
from tests.aws_world import SESSION

Install = Callable[[pytest.MonkeyPatch], None]


def values_in_receipts(patch: pytest.MonkeyPatch) -> None:
    """Quote whatever stands in a column of numbers."""
    patch.setattr(row_judging, "quoted", lambda _, __, value: str(value))


def headers_in_receipts(patch: pytest.MonkeyPatch) -> None:
    """Tell the header that was found, which may be a row."""
    patch.setattr(headers, "_what_was_found", lambda _, names, __: f"Found {', '.join(names)}.")


def types_in_receipts(patch: pytest.MonkeyPatch) -> None:
    """Tell the type of a nested column with its fields."""

    def checked(column: Any, found: Any) -> None:
        raise RefusedFileError("nested_column", f"The column {column.name} is {found}.")

    patch.setattr(parquet, "check_type", checked)


def names_in_refusals(patch: pytest.MonkeyPatch) -> None:
    """Tell the names of fields that nobody knows."""
    patch.setattr(update, "told_path", lambda places, _: ".".join(map(str, places)))


def targets_in_a_log_line(patch: pytest.MonkeyPatch) -> None:
    """Log a campaign's change as it came."""
    change = update_campaign.update_campaign

    def logged(detail: object, **told: Any) -> Any:
        update_campaign.logger.info("Campaign change came.", extra={"detail": detail})
        return change(detail, **told)

    patch.setattr(update_campaign, "update_campaign", logged)


def listener_beside_a_metric(patch: pytest.MonkeyPatch) -> None:
    """Put whose row it was on the line of a lookup."""
    _beside_metrics(patch, lambda audience_id: audience_id)


def hash_beside_a_metric(patch: pytest.MonkeyPatch) -> None:
    """Put the plain hash of whose row it was on the line of a lookup."""
    _beside_metrics(patch, id_hash)


def rows_in_an_error(patch: pytest.MonkeyPatch) -> None:
    """Say in an error which rows could not be written."""
    put = ScoreStore.put

    def told(store: ScoreStore, rows: Any, budget: Any) -> Any:
        try:
            return put(store, rows, budget)
        except Exception as error:
            raise RuntimeError(f"Not written: {[row.audience_id for row in rows]}") from error

    patch.setattr(ScoreStore, "put", told)


def listener_in_an_event(patch: pytest.MonkeyPatch) -> None:
    """Say on the bus whose rows were written."""
    put, send, wrote = ScoreStore.put, EventBus.send, [""]

    def noted(store: ScoreStore, rows: Any, budget: Any) -> Any:
        wrote[0] = rows[0].audience_id
        return put(store, rows, budget)

    def said(bus: EventBus, *events: Any) -> None:
        named = (ScoresLoaded(wrote[0], 0, 0) if type(e) is ScoresLoaded else e for e in events)
        send(bus, *named)

    patch.setattr(ScoreStore, "put", noted)
    patch.setattr(EventBus, "send", said)


def file_in_a_receipt(patch: pytest.MonkeyPatch) -> None:
    """End a receipt's sentence with how the file begins."""
    make = ingest.make_receipt

    def made(drop: Any, verdict: Any, **told: Any) -> Any:
        version = drop.version
        found = SESSION.client("s3").get_object(Bucket=version.bucket, Key=version.key)
        begins = found["Body"].read()[:200].decode(errors="replace")
        receipt = make(drop, verdict, **told)
        return replace(receipt, sentence=f"{receipt.sentence} It begins {begins}.")

    patch.setattr(ingest, "make_receipt", made)


def targets_in_a_dead_letter(patch: pytest.MonkeyPatch) -> None:
    """Show all that a message that was given up says."""
    patch.setattr(dead_letter, "_about", lambda envelope: str(envelope.detail))


def _beside_metrics(patch: pytest.MonkeyPatch, seen: Callable[[str], object]) -> None:
    count = lookup_scores.count

    def counted(found: Any, request_id: str) -> None:
        count(found, request_id)
        if found.answer.audience_id is not None:
            lookup_scores.metrics.add_metadata("audience", seen(found.answer.audience_id))

    patch.setattr(lookup_scores, "count", counted)


PRIVACY_MUTANTS: tuple[tuple[str, Install], ...] = (
    ("damaged scores", values_in_receipts),
    ("damaged scores", headers_in_receipts),
    ("damaged scores", types_in_receipts),
    ("drops in parts", file_in_a_receipt),
    ("campaigns", names_in_refusals),
    ("campaigns", targets_in_a_log_line),
    ("campaigns", targets_in_a_dead_letter),
    ("plans, lookups and exports", listener_beside_a_metric),
    ("plans, lookups and exports", hash_beside_a_metric),
    ("plans, lookups and exports", listener_in_an_event),
    ("failures", rows_in_an_error),
)
