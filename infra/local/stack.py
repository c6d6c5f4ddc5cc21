"""The local stack: up, down and status of the whole of Oasis on this host."""

import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from infra.local.deployment import deploy
from infra.local.emulator import HOST, REGION, Emulator, PortInUseError, answers
from infra.local.state import LocalState, read_state
from infra.local.synthesis import synthesise

ROOT = Path(__file__).resolve().parents[2]


class LocalStack:
    """One local stack of the tree at ``root``; all it writes lies under ``folder`` and `.cache/`.

    ``folder`` is `.oasis/` of the tree unless told: tests have a stack of their own beside it.
    """

    def __init__(self, folder: Path | None = None, *, root: Path = ROOT) -> None:
        self.root = root
        self.folder = (folder or root / ".oasis").resolve()
        self.state_file = self.folder / "local.json"
        self._emulator = Emulator(self.folder)

    def up(
        self, port: int | None = None, on_progress: Callable[[str], None] = lambda _: None
    ) -> LocalState:
        """Start the stack and deploy to it; return where everything is. It runs until `down`.

        On a stack that is up, deploys what has changed and keeps its data.

        Raises:
            PortInUseError: the port given is taken, or the stack is up on another one.
            SynthesisError, WheelsError, UnknownModuleError: the tree cannot be built.
            EmulatorError, DeploymentError: it does not start; nothing is left running.
        """
        running = self._emulator.running()
        if running is not None and port not in (None, running[1]):
            raise PortInUseError(f"this stack is up on port {running[1]}: take it down first")
        self.folder.mkdir(parents=True, exist_ok=True)
        assembly = synthesise(self.root, on_progress)
        if running is not None and answers(running[1]):
            return self._deploy(assembly, *running, on_progress)
        self.down()
        on_progress("starting ministack")
        try:
            return self._deploy(assembly, *self._emulator.start(port), on_progress)
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
        for name in ("tmp", "s3", "state"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        return was_up

    def status(self) -> LocalState | None:
        """Return where the stack is, None unless it is up and answers."""
        running = self._emulator.running()
        state = read_state(self.state_file)
        if running is None or state is None or running[0] != state.pid:
            return None
        return state if answers(state.port) else None

    def _deploy(
        self, assembly: Path, pid: int, port: int, on_progress: Callable[[str], None]
    ) -> LocalState:
        endpoint_url = f"http://{HOST}:{port}"
        outputs = deploy(assembly, endpoint_url, on_progress)
        address = urlsplit(outputs["LookupUrl"])
        api = address.netloc.partition(".")[0]
        state = LocalState(
            endpoint_url=endpoint_url,
            region=REGION,
            drop_bucket=outputs["DropBucket"],
            receipt_bucket=outputs["ReceiptBucket"],
            accepted_bucket=outputs["AcceptedBucket"],
            plan_bucket=outputs["PlanBucket"],
            event_bus=outputs["EventBus"],
            lookup_url=f"{endpoint_url}/_aws/execute-api/{api}/%24default{address.path}",
            drops_table=outputs["DropsTable"],
            scores_table=outputs["ScoresTable"],
            campaigns_table=outputs["CampaignsTable"],
            plans_table=outputs["PlansTable"],
            plan_state_machine=outputs["PlanStateMachine"],
            pid=pid,
            port=port,
        )
        state.write(self.state_file)
        return state
