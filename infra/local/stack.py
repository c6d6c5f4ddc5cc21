"""The local stack: up, down and status of the whole of Oasis on this host."""

import shutil
from collections.abc import Callable
from pathlib import Path

from infra.local.deployment import deploy
from infra.local.emulator import REGION, Emulator, PortInUseError, RunningEmulator
from infra.local.state import LocalState, read_state
from infra.local.synthesis import synthesise

ROOT = Path(__file__).resolve().parents[2]


class OtherKindError(RuntimeError):
    """The stack is up already, but enforces identity where it should not, or the reverse."""


class LocalStack:
    """One local stack of the tree at ``root``; all it writes lies under ``folder`` and `.cache/`.

    ``folder`` is `.oasis/` of the tree unless told: tests have a stack of their own beside it.
    """

    def __init__(self, folder: Path | None = None, *, root: Path = ROOT) -> None:
        self.root = root
        self.folder = (folder or root / ".oasis").resolve()
        self.state_file = self.folder / "local.json"
        self._emulator = Emulator(self.folder)
        self.rights_file = self._emulator.rights

    def up(
        self,
        port: int | None = None,
        on_progress: Callable[[str], None] = lambda _: None,
        *,
        identity: bool = False,
    ) -> LocalState:
        """Start the stack and deploy to it; return where everything is. It runs until `down`.

        With ``identity`` functions hold their roles' rights and nothing else, callers sign with
        an identity that holds theirs, and everything speaks https. On a stack that is up, deploys
        what has changed and keeps its data.

        Raises:
            PortInUseError: the port given is taken, or the stack is up on another one.
            OtherKindError: the stack is up with identity enforced, and without is asked for, or
                the reverse.
            SynthesisError, WheelsError, UnknownModuleError: the tree cannot be built.
            EmulatorError, DeploymentError: it does not start; nothing is left running.
        """
        running = self._emulator.running()
        if running is not None and port not in (None, running.endpoint.port):
            raise PortInUseError(
                f"this stack is up on port {running.endpoint.port}: take it down first"
            )
        if running is not None and identity is (running.endpoint.certificate is None):
            kind = "without" if identity else "with"
            raise OtherKindError(f"this stack is up {kind} identity enforced: take it down first")
        self.folder.mkdir(parents=True, exist_ok=True)
        assembly = synthesise(self.root, on_progress)
        if running is not None and running.endpoint.answers():
            return self._deploy(assembly, running, on_progress)
        self.down()
        on_progress("starting ministack")
        try:
            started = self._emulator.start(port, identity=identity)
            return self._deploy(assembly, started, on_progress)
        except BaseException:
            self.down()
            raise

    def down(self) -> bool:
        """End all of the stack's processes and forget its data; return whether it was up.

        Raises:
            ProcessesLeftError: a process could not be ended.
        """
        was_up = self._emulator.stop()
        self.state_file.unlink(missing_ok=True)
        self.rights_file.unlink(missing_ok=True)
        for name in ("tmp", "s3", "state"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        return was_up

    def status(self) -> LocalState | None:
        """Return where the stack is, None unless it is up and answers."""
        running = self._emulator.running()
        state = read_state(self.state_file)
        if running is None or state is None or running.pid != state.pid:
            return None
        return state if running.endpoint.answers() else None

    def _deploy(
        self, assembly: Path, running: RunningEmulator, on_progress: Callable[[str], None]
    ) -> LocalState:
        endpoint = running.endpoint
        outputs = deploy(assembly, endpoint, on_progress)
        state = LocalState(
            endpoint_url=endpoint.url,
            certificate=str(endpoint.certificate) if endpoint.certificate else None,
            region=REGION,
            drop_bucket=outputs["DropBucket"],
            receipt_bucket=outputs["ReceiptBucket"],
            accepted_bucket=outputs["AcceptedBucket"],
            plan_bucket=outputs["PlanBucket"],
            export_bucket=outputs["ExportBucket"],
            erasure_key=outputs["ErasureKey"],
            event_bus=outputs["EventBus"],
            lookup_url=endpoint.of_api(outputs["LookupUrl"]),
            drops_table=outputs["DropsTable"],
            scores_table=outputs["ScoresTable"],
            campaigns_table=outputs["CampaignsTable"],
            plans_table=outputs["PlansTable"],
            plan_state_machine=outputs["PlanStateMachine"],
            export_state_machine=outputs["ExportStateMachine"],
            work_queues=outputs["WorkQueues"],
            pid=running.pid,
            port=endpoint.port,
        )
        state.write(self.state_file)
        return state
