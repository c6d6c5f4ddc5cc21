"""`oasis plan`: list plans, activate a held one, roll back, release."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from oasis.connection import StackOption, connect
from oasis.console import CommandError, console, ends_plainly
from shared.event.store import EventBus
from shared.plan.overrule import OverruleError, activate_held_plan, roll_back_plan
from shared.plan.record_store import PlanRecord, PlanRecords
from shared.plan.store import PlanBucket
from shared.pointer.store import PointerMovedError, PointerStore
from shared.policy.policies import open_policy
from shared.policy.store import PolicyStore

app = typer.Typer(help="List, activate, roll back and release plans.", no_args_is_help=True)


@app.command("list")
@ends_plainly
def show(
    many: Annotated[int, typer.Option(help="How many, newest first")] = 20,
    stack: StackOption = None,
) -> None:
    """List the newest plans and what became of each."""
    connection = connect(stack)
    pointer = PointerStore(connection.plans_table).read()
    table = Table("plan", "solved from", "state", "gap", "solve", "why")
    table.columns[0].no_wrap = True
    for record in PlanRecords(connection.plans_table).newest(many):
        table.add_row(*_cells(record, is_current=record.plan_id == pointer.plan_id))
    console.print(table)
    if pointer.frozen:
        console.print(
            "The pointer is frozen after a rollback: new plans are held until `oasis plan release`."
        )


@app.command()
@ends_plainly
def activate(plan_id: str, stack: StackOption = None) -> None:
    """Activate a plan that is held, however far it moves from the current one."""
    connection = connect(stack)
    try:
        epoch = activate_held_plan(
            plan_id,
            policy=PolicyStore(connection.accepted_bucket).current(open_policy()),
            plans=PlanBucket(connection.plan_bucket),
            records=PlanRecords(connection.plans_table),
            pointer=PointerStore(connection.plans_table),
            events=EventBus(connection.event_bus),
            now=datetime.now(UTC),
        )
    except (OverruleError, PointerMovedError) as error:
        raise CommandError(str(error)) from error
    console.print(f"Plan {plan_id} is served from the next lookup on (epoch {epoch}).")


@app.command()
@ends_plainly
def rollback(stack: StackOption = None) -> None:
    """Serve the plan before the current one, and hold later plans until `oasis plan release`."""
    connection = connect(stack)
    try:
        plan_id = roll_back_plan(
            plans=PlanBucket(connection.plan_bucket),
            records=PlanRecords(connection.plans_table),
            pointer=PointerStore(connection.plans_table),
            events=EventBus(connection.event_bus),
            now=datetime.now(UTC),
        )
    except (OverruleError, PointerMovedError) as error:
        raise CommandError(str(error)) from error
    console.print(
        f"Plan {plan_id} is served again from the next lookup on. Later plans are held until "
        "`oasis plan release`."
    )


@app.command()
@ends_plainly
def release(stack: StackOption = None) -> None:
    """Let the machine activate plans again after a rollback."""
    connection = connect(stack)
    PointerStore(connection.plans_table).release()
    console.print("The next plan that is sound and drifts little enough will be activated.")


def _cells(record: PlanRecord, *, is_current: bool) -> tuple[str, ...]:
    state = "[green]current[/green]" if is_current else record.state.replace("_", " ")
    return (
        record.plan_id,
        record.solved_at[:19].replace("T", " "),
        state,
        f"{record.gap:.3%}",
        f"{record.solve_s:.1f} s",
        record.reason,
    )
