"""`oasis release`, `replay` and `revert`: what a person decides about one drop."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from oasis.connection import Connection, StackOption, connect
from oasis.console import CommandError, console, ends_plainly, wait_for, working
from oasis.receipts import PREFIX, read_receipt, receipt_keys
from shared.drop.accepted_store import AcceptedBucket
from shared.drop.record_store import DropTable
from shared.drop.release import DropDecisionError, release_drop, replay_drop
from shared.drop.revert import revert_drop
from shared.drop.store import DropBucket, ObjectReference
from shared.event.store import EventBus

RECEIPT_TIMEOUT_S = 900.0

DropId = Annotated[str, typer.Argument(help="The drop's id, as its receipt has it")]


@ends_plainly
def release(drop_id: DropId, stack: StackOption = None) -> None:
    """Let a drop out of quarantine: judge it again, held by no gate, and show the new receipt."""
    connection = connect(stack)
    drop_id, number = _next_judgement(connection, drop_id)
    try:
        release_drop(
            drop_id,
            number,
            records=DropTable(connection.drops_table),
            events=EventBus(connection.event_bus),
            now=datetime.now(UTC),
        )
    except DropDecisionError as error:
        raise CommandError(str(error)) from error
    _show_receipt(connection, drop_id, number)


@ends_plainly
def replay(drop_id: DropId, stack: StackOption = None) -> None:
    """Judge a drop again, by the policy and the rules of now, and show the new receipt."""
    connection = connect(stack)
    drop_id, number = _next_judgement(connection, drop_id)
    try:
        replay_drop(
            drop_id,
            number,
            records=DropTable(connection.drops_table),
            events=EventBus(connection.event_bus),
        )
    except DropDecisionError as error:
        raise CommandError(str(error)) from error
    _show_receipt(connection, drop_id, number)


def _next_judgement(connection: Connection, shown_id: str) -> tuple[str, int]:
    """Return a drop's id without the number of a replay, and the number of its next judgement."""
    drop_id = shown_id.partition("+")[0]
    record = DropTable(connection.drops_table).find(drop_id)
    if record is not None:
        reference = ObjectReference("", record.key, record.version_id)
        if DropBucket(connection.drop_bucket).describe(reference) is None:
            raise CommandError(
                f"The file of drop {drop_id} is gone, so it cannot be judged again: an erasure "
                "removes a file that names the audience and cannot be read, or somebody deleted "
                "it. Drop a corrected file."
            )
    return drop_id, len(receipt_keys(connection, f"{drop_id}-"))


def _show_receipt(connection: Connection, drop_id: str, number: int) -> None:
    key = f"{PREFIX}{drop_id}-{number}.json"
    with working(f"Waiting for receipt {number} of drop {drop_id}"):
        wait_for(
            lambda: key if key in receipt_keys(connection, drop_id) else None,
            timeout_s=RECEIPT_TIMEOUT_S,
            otherwise=f"No receipt {number} of drop {drop_id} after {RECEIPT_TIMEOUT_S:.0f} s. "
            "Look at the dead-letter queue of ingest_drop.",
        )
    console.print(read_receipt(connection, key)["sentence"], soft_wrap=True, markup=False)


@ends_plainly
def revert(drop_id: DropId, stack: StackOption = None) -> None:
    """Undo a drop of scores: the rows that stood before it stand again."""
    connection = connect(stack)
    drop_id = drop_id.partition("+")[0]
    try:
        many = revert_drop(
            drop_id,
            accepted=AcceptedBucket(connection.accepted_bucket),
            records=DropTable(connection.drops_table),
            events=EventBus(connection.event_bus),
            now=datetime.now(UTC),
        )
    except DropDecisionError as error:
        raise CommandError(str(error)) from error
    console.print(
        f"Drop {drop_id} is undone: {many:,} audiences have the row from before it again, others "
        "that it named have none. Later drops stand as they are."
    )
