"""`oasis local`: the same template on this machine."""

from collections.abc import Callable
from typing import Annotated

import typer

from infra.bundling.wheels import WheelsError
from infra.local.deployment import DeploymentError
from infra.local.emulator import EmulatorError, PortInUseError
from infra.local.processes import ProcessesLeftError
from infra.local.stack import LocalStack, OtherKindError
from infra.local.state import LocalState
from infra.local.synthesis import SynthesisError
from oasis.console import CommandError, console, ends_plainly

app = typer.Typer(help="Run the whole stack on this machine.", no_args_is_help=True)


def start(
    port: int | None, on_progress: Callable[[str], None], *, identity: bool = False
) -> LocalState:
    """Start the stack of this checkout and return where it is.

    Raises:
        CommandError: it cannot be built or started; nothing is left running.
    """
    try:
        return LocalStack().up(port, on_progress, identity=identity)
    except (
        DeploymentError,
        EmulatorError,
        OtherKindError,
        PortInUseError,
        SynthesisError,
        WheelsError,
    ) as error:
        raise CommandError(f"The local stack did not start: {error}") from error


def stop() -> bool:
    """Stop the stack of this checkout and return whether it was up.

    Raises:
        CommandError: one of its processes could not be ended.
    """
    try:
        return LocalStack().down()
    except ProcessesLeftError as error:
        raise CommandError(str(error)) from error


@app.command()
@ends_plainly
def up(
    port: Annotated[int | None, typer.Option(help="A free one unless told")] = None,
    identity: Annotated[
        bool, typer.Option("--identity", help="Enforce IAM policies and signatures, over https")
    ] = False,
) -> None:
    """Start the stack; it runs until `oasis local down`."""
    settings = start(port, console.print, identity=identity)
    console.print(
        f"The stack is up at {settings.endpoint_url}; its names are in .oasis/local.json."
    )


@app.command()
@ends_plainly
def down() -> None:
    """Stop the stack and everything that it started."""
    was_up = stop()
    console.print("The stack is down." if was_up else "No stack was up.")


@app.command()
@ends_plainly
def status() -> None:
    """Say whether the stack is up (exit status 1 if it is not)."""
    settings = LocalStack().status()
    if settings is None:
        console.print("No stack is up here.")
        raise typer.Exit(1)
    console.print(f"The stack is up at {settings.endpoint_url} (process {settings.pid}).")
