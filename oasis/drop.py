"""`oasis drop`: put a file in the drop bucket and wait for its receipt."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import boto3
import typer

from oasis.connection import Connection, StackOption, connect
from oasis.console import CommandError, console, ends_plainly, progress_bar, wait_for, working
from oasis.dropped import DroppedFile, put_object
from oasis.parts import Told, files_of, put_parts
from shared.drop.datasets import DATASETS, SCORES
from shared.drop.drops import UNVERSIONED, ObjectVersion, UnreadableKey, read_key
from shared.drop.judgements import ACCEPTED, PARTIAL
from shared.drop.load_parts import LoadProgress
from shared.drop.load_store import LoadTable
from shared.drop.record_store import DropTable

RECEIPT_TIMEOUT_S = 900.0
LOAD_TIMEOUT_S = 3600.0


def put_drop(
    connection: Connection, file: Path, *, dataset: str, producer: str, as_of: str
) -> DroppedFile:
    """Put a file under its key and return its version's id as a drop."""
    key = f"{drop_prefix(dataset, producer, as_of)}/{file.name}"
    with file.open("rb") as body:
        return put_object(boto3.client("s3"), connection.drop_bucket, key, body)


def drop_prefix(dataset: str, producer: str, as_of: str) -> str:
    """Return the key above a drop."""
    return f"drops/{dataset}/{producer}/{as_of}"


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
    path: Annotated[
        Path,
        typer.Argument(help="CSV, TSV, JSONL or Parquet, plain, .gz or .zst; or a folder of parts"),
    ],
    dataset: Annotated[str, typer.Option(help=", ".join(DATASETS))],
    producer: Annotated[str, typer.Option(help="Who drops it")] = "analyst",
    as_of: Annotated[str | None, typer.Option(help="ISO 8601; now unless told")] = None,
    full: Annotated[
        bool, typer.Option("--full", help="The producer's audiences not in it are gone")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Judge it and store nothing")] = False,
    model: Annotated[str, typer.Option(help="The model that made it, for the receipt")] = "",
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the receipt and the rows")] = False,
    stack: StackOption = None,
) -> None:
    """Drop a file, or a folder of parts as one drop.

    With --wait, say what became of it; the exit status is 1 if it was refused.
    """
    connection = connect(stack)
    if dataset not in DATASETS:
        raise CommandError(f"There is no dataset {dataset}. It is one of {', '.join(DATASETS)}.")
    files = files_of(path)
    now = datetime.now(UTC)
    moment = as_of or now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    key = f"{drop_prefix(dataset, producer, moment)}/{files[0].name}"
    named = read_key(ObjectVersion("", key, UNVERSIONED, now, 0))
    if isinstance(named, UnreadableKey):
        raise CommandError(f"{key} would be refused, {named.reason}: {named.message}")
    if path.is_dir() or full or dry_run or model:
        prefix, told = drop_prefix(dataset, producer, moment), Told(full, dry_run, model)
        with progress_bar("Putting its parts") as show:
            for done, dropped in enumerate(  # noqa: B007
                put_parts(
                    connection, files, name=path.stem, prefix=prefix, dataset=dataset, told=told
                )
            ):
                show(done, len(files))
    else:
        dropped = put_drop(connection, path, dataset=dataset, producer=producer, as_of=moment)
    where = f"s3://{connection.drop_bucket}/{dropped.key}"
    console.print(f"Dropped as {where}", soft_wrap=True, markup=False)
    console.print(
        f"Drop id {dropped.drop_id}; its receipt will be receipts/{dropped.drop_id}-0.json"
    )
    if not wait:
        return
    with working("Waiting for the receipt"):
        receipt = wait_for_receipt(connection, dropped)
    console.print(receipt["sentence"], soft_wrap=True, markup=False)
    if receipt["reason"]:
        raise typer.Exit(1)
    if dataset == SCORES.name and receipt["status"] in (ACCEPTED, PARTIAL):
        with progress_bar("Writing its rows") as show:
            loaded = wait_until_loaded(connection, dropped, show)
        console.print(
            f"{loaded.written:,} rows of audiences written, {loaded.superseded:,} left as they "
            "were, since newer ones stood there."
        )
