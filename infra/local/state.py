"""The local stack: what `.oasis/local.json` says about it."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class LocalState:
    """Where a running local stack is and how its parts are named.

    ``pid`` is the stack's process and the number of its process group. A stack with a
    ``certificate`` (the file that callers must trust) enforces identity.
    """

    endpoint_url: str
    certificate: str | None
    region: str
    drop_bucket: str
    receipt_bucket: str
    accepted_bucket: str
    plan_bucket: str
    export_bucket: str
    erasure_key: str
    event_bus: str
    lookup_url: str
    drops_table: str
    scores_table: str
    campaigns_table: str
    plans_table: str
    plan_state_machine: str
    export_state_machine: str
    work_queues: str
    pid: int
    port: int

    def write(self, path: Path) -> None:
        """Write the file whole: a reader sees the old one or this one."""
        write_json(path, asdict(self))


def read_state(path: Path) -> LocalState | None:
    """Return the state in a file, None if there is no file or it is of another version."""
    try:
        return LocalState(**json.loads(path.read_text()))
    except (FileNotFoundError, TypeError, json.JSONDecodeError):
        return None


def write_json(path: Path, document: object) -> None:
    """Write a JSON file in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f"{path.name}.{os.getpid()}")
    scratch.write_text(json.dumps(document, indent=2) + "\n")
    scratch.replace(path)
