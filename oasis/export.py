"""`oasis export`: an activated plan as Parquet files of promotion scores."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import boto3
import typer
from rich.table import Table

from oasis.connection import Connection, StackOption, connect
from oasis.console import CommandError, console, ends_plainly, progress_bar, wait_for
from shared.export.begin import NotActivatedError, served_state
from shared.export.exports import ExportManifest, export_prefix, manifest_key
from shared.export.store import ExportBucket
from shared.plan.record_store import PlanRecords
from shared.plan.work_store import WorkStore
from shared.pointer.store import PointerStore

EXPORT_TIMEOUT_S = 6 * 3600.0


@ends_plainly
def export(
    plan_id: Annotated[str | None, typer.Argument(help="The current plan unless told")] = None,
    to: Annotated[
        Path | None, typer.Option(help="Folder to copy the files to; it must not exist yet")
    ] = None,
    begun: Annotated[
        str | None, typer.Option(help="An export that has begun before, instead of a new one")
    ] = None,
    wait: Annotated[bool, typer.Option(help="Wait until it is whole")] = True,
    stack: StackOption = None,
) -> None:
    """Write every promotion score above 0 of a plan to Parquet, one partition a context."""
    connection = connect(stack)
    if to is not None and (to.exists() or not wait):
        raise CommandError("Name a folder that does not exist yet, and do not say --no-wait.")
    if begun is not None and plan_id is not None:
        raise CommandError("Name a plan or an export that has begun, not both.")
    export_id = begun or begin(connection, plan_id or current_plan(connection))
    if begun is None:
        console.print(f"Export {export_id} has begun.", soft_wrap=True)
    if not wait:
        return
    manifest = wait_until_whole(connection, export_id)
    say(connection, manifest)
    if to is not None:
        copy(connection, manifest, to)


def current_plan(connection: Connection) -> str:
    """Return the id of the plan that is served."""
    plan_id = PointerStore(connection.plans_table).read().plan_id
    if not plan_id:
        raise CommandError("No plan is served yet: there is nothing to export.")
    return plan_id


def begin(connection: Connection, plan_id: str) -> str:
    """Start the run that exports a plan, and return the export's id, which is the run's name."""
    try:
        served_state(PlanRecords(connection.plans_table), plan_id)
    except NotActivatedError as error:
        raise CommandError(str(error)) from error
    export_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{plan_id}"
    boto3.client("stepfunctions").start_execution(
        stateMachineArn=connection.export_state_machine,
        name=export_id,
        input=json.dumps({"export_id": export_id, "plan_id": plan_id}),
    )
    return export_id


def wait_until_whole(connection: Connection, export_id: str) -> ExportManifest:
    """Return the manifest of an export as soon as it is written; show how far it is."""
    with progress_bar("Writing the parts of the export") as show:
        return wait_for(
            lambda: whole(connection, export_id, show),
            timeout_s=EXPORT_TIMEOUT_S,
            otherwise=f"Export {export_id} is not whole yet. Look at the run of that name.",
        )


def whole(
    connection: Connection, export_id: str, show: Callable[[int, int], None]
) -> ExportManifest | None:
    """Return the manifest of an export once it is written; show parts written, of all.

    Raises:
        CommandError: the run ended without one.
    """
    names = WorkStore(connection.plan_bucket).names(export_id)
    kinds = Counter(name.partition("-")[0] for name in names)
    if kinds["shard"]:
        show(kinds["part"], kinds["shard"])
    manifest = ExportBucket(connection.export_bucket).manifest(export_id)
    if manifest is None:
        check_run(connection, export_id)
    return manifest


def check_run(connection: Connection, export_id: str) -> None:
    """Look at the run that writes an export; one that has only just begun may be unknown.

    Raises:
        CommandError: it ended badly.
    """
    run = connection.export_state_machine.replace(":stateMachine:", ":execution:")
    states = boto3.client("stepfunctions")
    try:
        found = states.describe_execution(executionArn=f"{run}:{export_id}")
    except states.exceptions.ExecutionDoesNotExist:
        return
    if found["status"] not in ("RUNNING", "SUCCEEDED"):
        raise CommandError(
            f"Export {export_id} ended without a manifest, {found['status']}: "
            f"{told(found.get('cause', ''))}"
        )


def told(cause: str) -> str:
    """Return what a function said when it failed, from the cause that its run gives."""
    try:
        failure = json.loads(cause)
    except ValueError:
        return cause or "the run says no more"
    return str(failure.get("errorMessage", cause)) if isinstance(failure, dict) else cause


def say(connection: Connection, manifest: ExportManifest) -> None:
    """Say what an export holds and where it is."""
    table = Table("context", "scores", "frequency cap")
    rows: Counter[str] = Counter()
    for file in manifest.files:
        rows[file.context] += file.rows
    for context, many in sorted(rows.items()):
        table.add_row(context, f"{many:,}", f"{manifest.contexts[context].frequency_cap:g}")
    console.print(table)
    silent = "nobody knows who was silent then"
    if manifest.suppressed is not None:
        silent = f"{', '.join(manifest.suppressed) or 'no campaign'} left out as silent"
    console.print(
        f"Plan {manifest.plan_id}, solved from {manifest.solved_from[:19]}: {manifest.rows:,} "
        f"scores above 0 in {len(manifest.files)} files; {silent}.",
        soft_wrap=True,
    )
    where = f"s3://{connection.export_bucket}/{export_prefix(manifest.export_id)}"
    console.print(where, soft_wrap=True, markup=False)


def copy(connection: Connection, manifest: ExportManifest, to: Path) -> None:
    """Copy an export's files into a folder, its manifest last."""
    client = boto3.client("s3")
    keys = [*(file.key for file in manifest.files), manifest_key(manifest.export_id)]
    with progress_bar(f"Copying to {to}") as show:
        for done, key in enumerate(keys, start=1):
            target = to / key.removeprefix(export_prefix(manifest.export_id))
            target.parent.mkdir(parents=True, exist_ok=True)
            client.download_file(connection.export_bucket, key, str(target))
            show(done, len(keys))
