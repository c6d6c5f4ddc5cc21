"""`oasis drop`: put a file in the drop bucket and wait for its receipt."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import boto3
import typer

from oasis.connection import Connection, StackOption, connect
from oasis.console import CommandError, console, ends_plainly, progress_bar, wait_for, working
from shared.drop.datasets import DATASETS, SCORES
from shared.drop.drops import ObjectVersion
from shared.drop.judgements import ACCEPTED, PARTIAL
from shared.drop.load_parts import LoadProgress
from shared.drop.load_store import LoadTable
from shared.drop.record_store import DropTable

RECEIPT_TIMEOUT_S = 900.0
LOAD_TIMEOUT_S = 3600.0


@dataclass(frozen=True)
class DroppedFile:
    """A file as it stands in the drop bucket."""

    key: str
    drop_id: str


def put_drop(
    connection: Connection, file: Path, *, dataset: str, producer: str, as_of: str
) -> DroppedFile:
    """Put a file under its key and return its version's id as a drop."""
    client = boto3.client("s3")
    key = f"drops/{dataset}/{producer}/{as_of}/{file.name}"
    with file.open("rb") as body:
        answer = client.put_object(Bucket=connection.drop_bucket, Key=key, Body=body)
    version = ObjectVersion(
        bucket=connection.drop_bucket,
        key=key,
        version_id=answer.get("VersionId", "null"),
        last_modified=datetime.now(UTC),
        size=file.stat().st_size,
    )
    return DroppedFile(key, version.drop_id)


def receipt_of(connection: Connection, drop_id: str) -> dict[str, Any] | None:
    """Return the first receipt of a drop, or None while there is none."""
    client = boto3.client("s3")
    try:
        body = client.get_object(
            Bucket=connection.receipt_bucket, Key=f"receipts/{drop_id}-0.json"
        )["Body"].read()
    except client.exceptions.NoSuchKey:
        return None
    receipt: dict[str, Any] = json.loads(body)
    return receipt


def wait_for_receipt(connection: Connection, dropped: DroppedFile) -> dict[str, Any]:
    """Return the receipt of a drop as soon as it is written."""
    check: Callable[[], dict[str, Any] | None] = lambda: receipt_of(connection, dropped.drop_id)  # noqa: E731
    return wait_for(
        check,
        timeout_s=RECEIPT_TIMEOUT_S,
        otherwise=f"No receipt for {dropped.key} after {RECEIPT_TIMEOUT_S:.0f} s. The file is "
        "kept; look at the dead-letter queue of ingest_drop.",
    )


def wait_until_loaded(
    connection: Connection, dropped: DroppedFile, show: Callable[[int, int], None]
) -> LoadProgress:
    """Return what writing the rows of an accepted drop of scores did; show parts done and all."""
    loads, records = LoadTable(connection.drops_table), DropTable(connection.drops_table)

    def loaded() -> LoadProgress | None:
        record = records.find(dropped.drop_id)
        progress = loads.find(record.accepted_key) if record else None
        if progress is None:
            return None
        show(progress.parts_done, progress.parts)
        return progress if progress.is_complete else None

    return wait_for(
        loaded,
        timeout_s=LOAD_TIMEOUT_S,
        otherwise=f"The rows of {dropped.key} are not all written after {LOAD_TIMEOUT_S:.0f} s. "
        "Look at the run of the load's state machine, or at the dead letters of load_scores.",
    )


@ends_plainly
def drop(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, JSONL or Parquet, plain, .gz or .zst")],
    dataset: Annotated[str, typer.Option(help=", ".join(DATASETS))],
    producer: Annotated[str, typer.Option(help="Who drops it")] = "analyst",
    as_of: Annotated[str | None, typer.Option(help="ISO 8601; now unless told")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the receipt and the rows")] = False,
    stack: StackOption = None,
) -> None:
    """Drop a file; with --wait, say what became of it (exit status 1 if it was refused)."""
    connection = connect(stack)
    if not file.is_file():
        raise CommandError(f"{file} is not a file. Name one that can be read.")
    moment = as_of or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    dropped = put_drop(connection, file, dataset=dataset, producer=producer, as_of=moment)
    console.print(f"Dropped as s3://{connection.drop_bucket}/{dropped.key}", soft_wrap=True)
    console.print(
        f"Drop id {dropped.drop_id}; its receipt will be receipts/{dropped.drop_id}-0.json"
    )
    if not wait:
        return
    with working("Waiting for the receipt"):
        receipt = wait_for_receipt(connection, dropped)
    console.print(receipt["sentence"], soft_wrap=True)
    if receipt["status"] == "rejected":
        raise typer.Exit(1)
    if dataset == SCORES.name and receipt["status"] in (ACCEPTED, PARTIAL):
        with progress_bar("Writing its rows") as show:
            loaded = wait_until_loaded(connection, dropped, show)
        console.print(
            f"{loaded.written:,} rows of audiences written, {loaded.superseded:,} left as they "
            "were, since newer ones stood there."
        )
