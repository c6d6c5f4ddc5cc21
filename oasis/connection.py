"""Finding a running stack: the local one by its file, one on AWS by its stack's outputs."""

import json
import os
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError

LOCAL_FILE = Path(".oasis") / "local.json"
SETTINGS_OF_THE_USER = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_CA_BUNDLE")

StackOption = Annotated[
    str | None,
    typer.Option(
        "--stack",
        envvar="OASIS_STACK",
        help="CloudFormation stack on AWS, such as Oasis-dev. Without it: the local stack.",
    ),
]


class NoStackError(RuntimeError):
    """There is no stack to talk to; the message says how to get one."""


@dataclass(frozen=True)
class Connection:
    """Names of one deployment's resources."""

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
    export_state_machine: str
    work_queues: str


def connect(stack: str | None, *, local_file: Path | None = None) -> Connection:
    """Point this process at a stack and return its names.

    For the local stack the process's AWS settings are replaced by the local ones, so that every
    client made after this call talks to it and nothing of the user's account is touched. It is
    the one of ``local_file``, or of the nearest `.oasis/local.json` from here upwards.

    Raises:
        NoStackError: there is no such stack, or no local one is up.
    """
    return _connect_to_aws(stack) if stack else _connect_locally(local_file)


def _connect_locally(local_file: Path | None) -> Connection:
    nearest = (d / LOCAL_FILE for d in (Path.cwd(), *Path.cwd().parents))
    candidates = nearest if local_file is None else (local_file,)
    found = next((path for path in candidates if path.is_file()), None)
    if found is None:
        raise NoStackError(
            "No local stack is up here. Start one with `oasis local up`, or name one on AWS with "
            "--stack."
        )
    settings = json.loads(found.read_text())
    for name in SETTINGS_OF_THE_USER:
        os.environ.pop(name, None)
    os.environ.update(
        AWS_ENDPOINT_URL=settings["endpoint_url"],
        AWS_DEFAULT_REGION=settings["region"],
        AWS_REGION=settings["region"],
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",  # noqa: S106
        AWS_EC2_METADATA_DISABLED="true",
    )
    if settings.get("certificate"):
        os.environ["AWS_CA_BUNDLE"] = settings["certificate"]
    boto3.setup_default_session()
    return _connection(settings, str(found))


def _connect_to_aws(stack: str) -> Connection:
    try:
        client = boto3.client("cloudformation")
        described = client.describe_stacks(StackName=stack)["Stacks"][0]
    except (BotoCoreError, ClientError) as error:
        raise NoStackError(f"The stack {stack} cannot be read: {error}") from error
    outputs = {_snake(o["OutputKey"]): o["OutputValue"] for o in described.get("Outputs", [])}
    os.environ["AWS_DEFAULT_REGION"] = client.meta.region_name
    region = client.meta.region_name
    return _connection({**outputs, "region": region}, f"stack {stack}")


def _connection(settings: dict[str, Any], source: str) -> Connection:
    names = [f.name for f in fields(Connection)]
    missing = [name for name in names if name not in settings]
    if missing:
        raise NoStackError(f"{source} does not name {', '.join(missing)}: is it an Oasis stack?")
    return Connection(**{name: settings[name] for name in names})


def _snake(output: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", output).lower()
